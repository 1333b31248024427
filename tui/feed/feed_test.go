package feed

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/field"
)

func TestTakeGivesWhatCameOldestFirstAndOnce(t *testing.T) {
	f := New(Options{})
	put(f, "ztf", 1, 2)
	put(f, "ztf", 3, 1)
	equal(t, "waiting", f.Waiting(), 3)
	taken := f.Take()
	equal(t, "taken", objectsOf(taken), "ZTF1 ZTF2 ZTF3")
	equal(t, "the first number", taken[0].Seq, 1)
	equal(t, "the last number", taken[2].Seq, 3)
	equal(t, "kept", keptOf(f), "ZTF3 ZTF2 ZTF1")
	equal(t, "taken again", len(f.Take()), 0)
	equal(t, "kept", f.Len(), 3)
}

func TestTheOldestKeptAreForgotten(t *testing.T) {
	f := New(Options{Keep: 3})
	for i := range 5 {
		put(f, "ztf", 2*i, 2)
		f.Take()
	}
	equal(t, "kept", keptOf(f), "ZTF9 ZTF8 ZTF7")
	if f.BySeq(7) != nil || f.BySeq(11) != nil || f.BySeq(0) != nil || f.At(3) != nil || f.At(-1) != nil {
		t.Error("there are entries where none can be")
	}
	for i := range f.Len() {
		if e := f.At(i); f.BySeq(e.Seq) != e {
			t.Errorf("entry %d is not found by its number", e.Seq)
		}
	}
	equal(t, "dropped", f.Figures().DroppedAll, 0)
}

func TestWhileMoreComeThanAreKeptAllAreGiven(t *testing.T) {
	f := New(Options{Keep: 2})
	put(f, "ztf", 1, 4)
	equal(t, "taken", objectsOf(f.Take()), "ZTF1 ZTF2 ZTF3 ZTF4")
	equal(t, "kept", keptOf(f), "ZTF4 ZTF3")
}

func TestWhilePausedAlertsWait(t *testing.T) {
	f := New(Options{})
	put(f, "ztf", 1, 1)
	f.Take()
	f.Pause(true)
	put(f, "ztf", 2, 2)
	if taken := f.Take(); len(taken) != 0 || !f.Paused() {
		t.Errorf("%d came through the pause", len(taken))
	}
	equal(t, "waiting", f.Waiting(), 2)
	equal(t, "kept", keptOf(f), "ZTF1")
	f.Pause(false)
	equal(t, "taken after the pause", objectsOf(f.Take()), "ZTF2 ZTF3")
	equal(t, "waiting", f.Waiting(), 0)
}

func TestWhenTooManyWaitTheOldestAreDroppedAndCountedByTopic(t *testing.T) {
	f := New(Options{Pending: 3})
	f.Pause(true)
	put(f, "ztf", 1, 3)
	put(f, "lsst", 4, 1)
	put(f, "ztf", 5, 2)
	put(f, "ztf", 7, 1)
	equal(t, "waiting", f.Waiting(), 3)
	got := f.Figures()
	equal(t, "dropped", fmt.Sprint(got.Dropped), "[{ztf 3} {lsst 1}]")
	equal(t, "dropped of all", got.DroppedAll, 4)
	equal(t, "passed", got.Passed, 7)
	f.Pause(false)
	taken := f.Take()
	equal(t, "taken", objectsOf(taken), "ZTF5 ZTF6 ZTF7")
	equal(t, "the first number", taken[0].Seq, 1)
}

func TestClearForgetsAlertsAndGoesOnCounting(t *testing.T) {
	f := New(Options{})
	put(f, "ztf", 1, 2)
	f.Take()
	put(f, "ztf", 3, 1)
	f.Clear()
	if f.Len() != 0 || f.Waiting() != 0 || f.BySeq(1) != nil || len(f.OfObject("ztf ZTF1", 9)) != 0 || len(f.Take()) != 0 {
		t.Error("something is left")
	}
	put(f, "ztf", 1, 1)
	taken := f.Take()
	equal(t, "the next number", taken[0].Seq, 3)
	equal(t, "of the object", len(f.OfObject("ztf ZTF1", 9)), 1)
	got := f.Figures()
	equal(t, "passed", got.Passed, 4)
	equal(t, "dropped", got.DroppedAll, 0)
}

func TestAlertsOfAnObjectAreFoundNewestFirst(t *testing.T) {
	f := New(Options{})
	for range 3 {
		put(f, "ztf", 1, 2)
	}
	f.Take()
	other := message("lsst", "ZTF1", 0)
	other.Row().Values[1] = field.OfString("lsst")
	f.Put([]*alert.Message{other, {Topic: "no object"}})
	f.Take()
	var seqs []int64
	for _, e := range f.OfObject("ztf ZTF1", 10) {
		seqs = append(seqs, e.Seq)
	}
	equal(t, "the object's alerts", fmt.Sprint(seqs), "[5 3 1]")
	equal(t, "at most two", len(f.OfObject("ztf ZTF1", 2)), 2)
	equal(t, "of the other survey", len(f.OfObject("lsst ZTF1", 10)), 1)
	equal(t, "of nothing", len(f.OfObject("", 10)), 0)
	equal(t, "of one never seen", len(f.OfObject("ztf ZTF9", 10)), 0)
}

// Whatever came and went, the alerts of an object are those that looking at all
// that are kept finds.
func TestAlertsOfAnObjectAreThoseThatAreKept(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	f := New(Options{Keep: 50})
	for range 300 {
		for range random.IntN(20) {
			put(f, "ztf", random.IntN(30), 1)
		}
		f.Take()
		if random.IntN(40) == 0 {
			f.Clear()
		}
		key := fmt.Sprint("ztf ZTF", random.IntN(30))
		var got, want []int64
		for i := range f.Len() {
			if e := f.At(i); e.Key() == key {
				want = append(want, e.Seq)
			}
		}
		for _, e := range f.OfObject(key, 50) {
			got = append(got, e.Seq)
		}
		if !slices.Equal(got, want) {
			t.Fatalf("the alerts of the object are %d, not %d", got, want)
		}
	}
}

func TestObjectsAreRememberedAsLongAsTheirAlerts(t *testing.T) {
	f := New(Options{Keep: 3})
	put(f, "ztf", 1, 20)
	f.Take()
	equal(t, "objects", len(f.objects.newest), 3)
	f.Clear()
	equal(t, "objects", len(f.objects.newest), 0)
}

func TestObjectsWhoseKeysHashAlikeAreToldApart(t *testing.T) {
	f := New(Options{})
	put(f, "ztf", 1, 2)
	put(f, "ztf", 1, 1)
	f.Take()
	*f.objects.link(3) = 2 // as if ZTF1 and ZTF2 had the same hash
	*f.objects.link(2) = 1
	equal(t, "the object's alerts", objectsOf(f.OfObject("ztf ZTF1", 10)), "ZTF1 ZTF1")
}

// Streams put while the viewer looks: each alert is taken, waits or is counted
// as dropped.
func TestNothingIsLostUncountedBetweenGoroutines(t *testing.T) {
	f := New(Options{Pending: 500, Keep: 300, BodyBytes: 1 << 20})
	const streams, batches, size = 3, 100, 20
	var intake sync.WaitGroup
	for range streams {
		intake.Go(func() {
			for i := range batches {
				f.Count(size+1, 1, 100)
				put(f, "ztf", i, size)
				f.Unreadable(1, nil)
				f.Delivered(int64(i), 0)
			}
		})
	}
	ended := make(chan struct{})
	go func() { intake.Wait(); close(ended) }()
	taken := int64(0)
	for over := false; !over; {
		select {
		case <-ended:
			over = true
		default:
		}
		for _, e := range f.Take() {
			if taken++; e.Seq != taken {
				t.Fatalf("entry %d comes as number %d", taken, e.Seq)
			}
		}
		f.OfObject("ztf ZTF1", 10)
		f.Pause(f.Figures().Passed%7 == 0 && !over)
	}
	got := f.Figures()
	equal(t, "passed", got.Passed, streams*batches*size)
	equal(t, "seen", got.Seen, streams*batches*(size+1))
	equal(t, "taken, waiting and dropped", taken+int64(f.Waiting())+got.DroppedAll, got.Passed)
}
