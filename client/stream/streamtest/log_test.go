package streamtest_test

import (
	"fmt"
	"testing"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/stream"
	"github.com/mwvgroup/pgb/client/stream/streamtest"
)

func logSubject(*testing.T) streamtest.Subject {
	log := streamtest.NewLog(3)
	published := 0
	return streamtest.Subject{
		Publish: func(n int) {
			for range n {
				log.Append(fmt.Sprintf("body %d", published))
				published++
			}
		},
		Open: func() stream.Source { return log.Open() },
		Done: log.Committed,
		End:  log.End,
	}
}

func TestLogIsASource(t *testing.T) { streamtest.TestSource(t, logSubject) }

func TestMergedLogsAreASource(t *testing.T) {
	streamtest.TestSource(t, func(*testing.T) streamtest.Subject {
		a, b := streamtest.NewLog(1), streamtest.NewLog(2)
		published := 0
		return streamtest.Subject{
			Publish: func(n int) {
				for range n {
					[]*streamtest.Log{a, b}[published%2].Append(fmt.Sprintf("body %d", published))
					published++
				}
			},
			Open: func() stream.Source { return stream.Merge(a.Open(), b.Open()) },
			Done: func() int { return a.Committed() + b.Committed() },
			End:  func() { a.End(); b.End() },
		}
	})
}

func TestLogCommitsOnlyWhatIsContiguous(t *testing.T) {
	log := streamtest.NewLog(1)
	log.Append("a", "b", "c", "d")
	source := log.Open()
	messages := streamtest.Take(t, source, 4)
	for i, want := range []int{0, 0, 3, 3} {
		at := []int{2, 1, 0, -1}[i]
		if at >= 0 {
			if err := source.Done([]*alert.Message{messages[at]}); err != nil {
				t.Fatal(err)
			}
		}
		if got := log.Committed(); got != want {
			t.Fatalf("step %d: %d committed, want %d", i, got, want)
		}
	}
}
