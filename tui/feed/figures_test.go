package feed

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/mwvgroup/pgb/client/alert"
)

func TestFiguresSayWhatCameIn(t *testing.T) {
	f := New(Options{})
	f.Count(10, 7, 5000)
	f.Count(2, 0, 300)
	put(f, "ztf", 1, 3)
	put(f, "lsst", 4, 1)
	put(f, "ztf", 5, 1)
	first := errors.New("first")
	f.Unreadable(2, first)
	f.Unreadable(1, errors.New("second"))
	got := f.Figures()
	equal(t, "seen, filtered, passed, bytes", fmt.Sprint(got.Seen, got.Filtered, got.Passed, got.Bytes), "12 7 5 5300")
	equal(t, "unreadable", got.Unreadable, 3)
	equal(t, "why", got.Why, first)
	equal(t, "topics", fmt.Sprint(got.Topics), "[{ztf 4} {lsst 1}]")
	equal(t, "simulated", got.Simulated, false)
	f.Put([]*alert.Message{{Headers: []alert.Header{{Name: alert.SimulatedAttr}}}})
	put(f, "ztf", 1, 1)
	equal(t, "simulated", f.Figures().Simulated, true)
}

func TestTopicsBeyondTheSixtyFourthAreOthers(t *testing.T) {
	f := New(Options{Pending: 1})
	for i := range 70 {
		put(f, fmt.Sprint("topic", i), 0, 1)
	}
	put(f, "topic3", 0, 1)
	got := f.Figures()
	equal(t, "topics", len(got.Topics), 65)
	equal(t, "the first", got.Topics[0], TopicCount{"others", 6})
	equal(t, "the second", got.Topics[1], TopicCount{"topic3", 2})
	equal(t, "topics of which alerts were dropped", len(got.Dropped), 65)
	equal(t, "dropped", got.DroppedAll, 70)
}

func TestAStreamOpenedAgainAddsToWhatWasDelivered(t *testing.T) {
	f := New(Options{})
	for _, told := range []int64{100, 250, 40, 60} {
		f.Delivered(told, float64(told)/100)
	}
	got := f.Figures()
	equal(t, "delivered", got.Delivered, 310)
	equal(t, "dollars", got.USD, 3.1)
}

func TestLagIsHowLateTheNewestAlertCame(t *testing.T) {
	c := newClock()
	f := New(Options{Now: c.Now})
	published := func(ago ...time.Duration) {
		var batch []*alert.Message
		for _, by := range ago {
			batch = append(batch, &alert.Message{Topic: fmt.Sprint(by), PublishTime: c.now.Add(-by)})
		}
		f.Put(batch)
	}
	put(f, "ztf", 1, 1)
	if got := f.Figures(); got.Lag != 0 || !got.Newest.IsZero() {
		t.Errorf("a lag of %v behind a time that nobody told", got.Lag)
	}
	published(5*time.Second, 2*time.Second, 3*time.Second)
	newest := c.now.Add(-2 * time.Second)
	c.pass(time.Minute) // without an alert nothing is late
	equal(t, "the lag", f.Figures().Lag, 2*time.Second)
	published(90 * time.Second)
	equal(t, "the lag", f.Figures().Lag, 90*time.Second)
	equal(t, "the newest", f.Figures().Newest, newest)
	published(-time.Second)
	equal(t, "the lag of a clock ahead", f.Figures().Lag, 0)
}

func TestTheRateIsThatOfTheLastSeconds(t *testing.T) {
	c := newClock()
	f := New(Options{Now: c.Now})
	equal(t, "in the beginning", f.Figures().Rate, 0)
	f.Count(100, 0, 0)
	equal(t, "at once", f.Figures().Rate, 100)
	for range 100 {
		c.pass(100 * time.Millisecond)
		f.Count(1000, 0, 0)
	}
	if rate := f.Figures().Rate; rate < 9_500 || rate > 10_500 {
		t.Errorf("%g alerts a second of 10,000", rate)
	}
	c.pass(6 * time.Second)
	equal(t, "when the stream stands", f.Figures().Rate, 0)
}

func TestTheSparkHasABarForEachWholeSecond(t *testing.T) {
	c := newClock()
	f := New(Options{Now: c.Now})
	equal(t, "in the beginning", len(f.Figures().Spark), 0)
	f.Count(3, 0, 0)
	c.pass(1500 * time.Millisecond)
	f.Count(4, 0, 0)
	equal(t, "without the second that runs", fmt.Sprint(f.Figures().Spark), "[3]")
	c.pass(2 * time.Second)
	equal(t, "with seconds of nothing", fmt.Sprint(f.Figures().Spark), "[3 4 0]")
	f.Count(5, 0, 0)
	c.pass(119 * time.Second)
	spark := f.Figures().Spark
	equal(t, "bars", len(spark), 120)
	equal(t, "the oldest", spark[0], 0)
	equal(t, "the next", spark[1], 5)
	c.pass(-time.Hour)
	equal(t, "with a clock set back", len(f.Figures().Spark), 120)
	c.pass(48 * time.Hour)
	for i, n := range f.Figures().Spark {
		equal(t, fmt.Sprint("bar ", i, " after a sleep"), n, 0)
	}
}
