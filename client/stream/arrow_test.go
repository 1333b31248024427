package stream_test

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/ipc"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/client/format"
	"github.com/mwvgroup/pgb/client/stream"
)

// follower reads an Arrow stream of words as it grows: what it has read is safe.
type follower struct {
	t      *testing.T
	ledger *ledger
	text   bytes.Buffer
	sizes  []int // of the batches
	times  []time.Time
	fail   error
}

func (f *follower) Write(text []byte) (int, error) {
	if f.fail != nil {
		return 0, f.fail
	}
	f.text.Write(text)
	reader, err := ipc.NewReader(bytes.NewReader(f.text.Bytes()))
	if err != nil {
		f.t.Errorf("after %d bytes: %v", f.text.Len(), err)
		return len(text), nil
	}
	defer reader.Release()
	for i := 0; reader.Next(); i++ {
		if i < len(f.sizes) {
			continue
		}
		column := reader.RecordBatch().Column(0).(*array.String)
		for j := range column.Len() {
			f.ledger.keep(column.Value(j))
		}
		f.sizes, f.times = append(f.sizes, column.Len()), append(f.times, time.Now())
	}
	return len(text), nil
}

func follow(t *testing.T, l *ledger) (*follower, *format.Output) {
	f := &follower{t: t, ledger: l}
	out, err := format.Open(format.Options{
		Format: format.Arrow, Writer: f, Layout: format.Layout{Columns: []alert.Column{{Name: "word", Kind: field.Text}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return f, out
}

func TestRowsOfASlowArrowStreamComeInBatchesAndNoneWaitsLongerThanTheLinger(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, l, config, _ := setup(t)
		config.For = time.Minute
		f, out := follow(t, l)
		begun := time.Now()
		go func() { // ten words in a second, a pause, and one more
			for _, word := range count("word", 30) {
				log.Append(word)
				time.Sleep(100 * time.Millisecond)
			}
			time.Sleep(10 * time.Second)
			log.Append("last")
		}()
		s, err := stream.Run(t.Context(), config, out)
		expect(t, s, err, stream.TimeOver, 31)
		l.settled()
		if err := out.Close(true); err != nil {
			t.Fatal(err)
		}
		if len(f.sizes) > 5 || len(l.done) != 31 {
			t.Fatalf("batches of %v, %d done", f.sizes, len(l.done))
		}
		at, linger := 0, format.Linger
		for i, size := range f.sizes[:len(f.sizes)-1] { // word n came after n tenths of a second
			if waited := f.times[i].Sub(begun) - time.Duration(at)*100*time.Millisecond; waited > linger {
				t.Errorf("batch %d: its first row waited for %v", i, waited)
			}
			at += size
		}
		if got := f.times[len(f.times)-1].Sub(begun); got != 13*time.Second+linger || f.sizes[len(f.sizes)-1] != 1 {
			t.Errorf("the last came after %v, batches of %v", got, f.sizes)
		}
	})
}

func TestEachEndWritesTheRowsOfAnArrowStreamThatWait(t *testing.T) {
	ends := map[stream.Reason]func(*stream.Config){
		stream.LimitReached: func(c *stream.Config) { c.Limit = 3 },
		stream.IdleTooLong:  func(c *stream.Config) { c.Idle = format.Linger / 2 },
		stream.TimeOver:     func(c *stream.Config) { c.For = format.Linger / 2 },
		stream.Stopped: func(c *stream.Config) {
			stop := make(chan struct{})
			c.Stop = stop
			time.AfterFunc(format.Linger/2, func() { close(stop) })
		},
	}
	for reason, end := range ends {
		synctest.Test(t, func(t *testing.T) {
			log, l, config, _ := setup(t, "a", "b", "c")
			end(&config)
			f, out := follow(t, l)
			s, err := stream.Run(t.Context(), config, out)
			expect(t, s, err, reason, 3)
			l.settled()
			if !slices.Equal(f.sizes, []int{3}) || log.Committed() != 3 || s.Elapsed > format.Linger/2 {
				t.Errorf("%s: batches of %v, %d committed after %v", reason, f.sizes, log.Committed(), s.Elapsed)
			}
		})
	}
}

func TestRowsOfAnArrowStreamThatWereNotWrittenAreGivenBack(t *testing.T) {
	for _, broken := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			log, l, config, _ := setup(t, "a", "b")
			ctx, cancel := context.WithCancel(t.Context())
			f, out := follow(t, l)
			if broken {
				f.fail = errors.New("no space left")
			} else {
				time.AfterFunc(format.Linger/2, cancel)
			}
			defer cancel()
			_, err := stream.Run(ctx, config, out)
			if broken && !errors.Is(err, f.fail) || !broken && !errors.Is(err, context.Canceled) {
				t.Errorf("%v", err)
			}
			l.settled()
			if err := out.Close(false); err != nil || log.Committed() != 0 || len(l.returned) != 2 || f.text.Len() > 0 {
				t.Errorf("%v, %d committed, %d returned, %d bytes", err, log.Committed(), len(l.returned), f.text.Len())
			}
		})
	}
}
