//go:build unix

package tui

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"github.com/mwvgroup/pgb/client/alert"
)

// loadRate is how many alerts a second the viewer is shown.
const loadRate = 10_000

// BenchmarkLoad shows 10,000 alerts a second from memory for some seconds
// (PGB_LOAD_SECONDS, default 3) on a terminal of 200 by 60 cells, with a filter,
// the panel and the sky, while keys are pressed. It reports
//
//   - cores: processor time by the time that passed, of the viewer and of what
//     makes the alerts;
//   - frames/s: how often the terminal was written to;
//   - dropped: how many of them were left out of the view, as the viewer counts
//     them;
//   - blocked-ms: the longest time that the stream waited for the viewer;
//   - key-ms-50, key-ms-99: from a key to the frame that shows it;
//   - heap-MB-mid, heap-MB-end: what is in use after a half and after all of it,
//     without the alerts that the source holds.
func BenchmarkLoad(b *testing.B) {
	for _, c := range []struct {
		name  string
		where string
		keys  []string
	}{{"following", "", nil}, {"filtered", "snr > 20", nil}, {"sorted", "", []string{">", ">"}}, {"sky", "", []string{"m"}}} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				load(b, c.where, c.keys)
			}
		})
	}
}

func load(b *testing.B, where string, keys []string) {
	seconds := 3.0
	if text := os.Getenv("PGB_LOAD_SECONDS"); text != "" {
		seconds, _ = strconv.ParseFloat(text, 64)
	}
	s := &loaded{streams: newStreams(b), rate: loadRate}
	s.messages = s.make(2000)
	base := heap()
	out := &counted{}
	in := newTyped()
	config := Config{
		Streams: s, Reader: s.reader, Archive: &archive{free: true}, Saver: &saver{}, In: in, Out: out,
		Memory: filepath.Join(b.TempDir(), "tui.json"), Env: []string{"TERM=xterm-256color", "COLORTERM=truecolor"},
		Start: Start{Ask: StreamAsk{Topic: "ztf-alerts", Where: where}},
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() {
		done <- run(ctx, config, tea.WithColorProfile(colorprofile.TrueColor), tea.WithWindowSize(200, 60))
	}()
	for _, key := range keys {
		in.press(key)
		time.Sleep(100 * time.Millisecond)
	}
	time.Sleep(time.Second) // until it is warm
	length := time.Duration(seconds * float64(time.Second))
	cpu, frames, sent, begin := processor(), out.frames.Load(), s.sent.Load(), time.Now()
	droppedBefore := s.dropped()
	var latencies []time.Duration
	var middle float64
	for time.Since(begin) < length {
		latencies = append(latencies, out.answer(in))
		time.Sleep(150 * time.Millisecond)
		if middle == 0 && time.Since(begin) > length/2 {
			middle = heap()
		}
	}
	passed := time.Since(begin).Seconds()
	dropped := s.dropped() - droppedBefore
	used, drawn, shown := processor()-cpu, out.frames.Load()-frames, s.sent.Load()-sent
	end := heap()
	stop()
	close(in.keys)
	if err := <-done; err != nil {
		b.Fatal(err)
	}
	slices.Sort(latencies)
	b.ReportMetric(used/passed, "cores")
	b.ReportMetric(float64(drawn)/passed, "frames/s")
	b.ReportMetric(float64(shown)/passed, "alerts/s")
	b.ReportMetric(float64(dropped), "dropped")
	b.ReportMetric(float64(s.longest.Load())/1e6, "blocked-ms")
	b.ReportMetric(float64(latencies[len(latencies)/2])/1e6, "key-ms-50")
	b.ReportMetric(float64(latencies[len(latencies)*99/100])/1e6, "key-ms-99")
	b.ReportMetric(middle-base, "heap-MB-mid")
	b.ReportMetric(end-base, "heap-MB-end")
	b.ReportMetric(0, "ns/op")
}

// processor is the processor time used so far, in seconds.
func processor() float64 {
	var use syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &use); err != nil {
		return 0
	}
	return float64(use.Utime.Nano()+use.Stime.Nano()) / 1e9
}

// heap is what is in use, in MB.
func heap() float64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc) / 1e6
}

// loaded is a stream that sends the same alerts again and again.
type loaded struct {
	*streams
	messages []*alert.Message
	rate     int
	sent     atomic.Int64
	longest  atomic.Int64 // ns that the stream waited for the receiver
	into     atomic.Pointer[intake]
}

// dropped is how many alerts were left out of the view.
func (s *loaded) dropped() int64 {
	if in := s.into.Load(); in != nil {
		return in.feed.Figures().DroppedAll
	}
	return 0
}

func (s *loaded) Open(ask StreamAsk) (Stream, error) {
	return &loadedStream{&stream{streams: s.streams, ask: ask}, s}, nil
}

type loadedStream struct {
	*stream
	load *loaded
}

func (s *loadedStream) Run(ctx context.Context, into Receiver) error {
	const each = 10 * time.Millisecond
	if in, ok := into.(*intake); ok {
		s.load.into.Store(in)
	}
	tick := time.NewTicker(each)
	defer tick.Stop()
	begin, at := time.Now(), 0
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		due := int(time.Since(begin).Seconds()*float64(s.load.rate)) - int(s.load.sent.Load())
		for due > 0 {
			n := min(due, 200, len(s.load.messages)-at)
			batch := make([]*alert.Message, n)
			for i, m := range s.load.messages[at : at+n] { // each has a body of its own, as from a service
				again := &alert.Message{ID: m.ID, Topic: m.Topic, Body: bytes.Clone(m.Body), Headers: m.Headers, PublishTime: time.Now()}
				again.SetRow(m.Row())
				batch[i] = again
			}
			before := time.Now()
			if err := into.Put(ctx, batch); err != nil {
				return err
			}
			if waited := int64(time.Since(before)); waited > s.load.longest.Load() {
				s.load.longest.Store(waited)
			}
			s.load.sent.Add(int64(n))
			due -= n
			at = (at + n) % len(s.load.messages)
		}
	}
}

// counted counts what is written to it, and waits for what a key changes.
type counted struct {
	frames atomic.Int64
	mu     sync.Mutex
	want   []byte
	came   chan time.Time
}

func (c *counted) Write(text []byte) (int, error) {
	c.frames.Add(1)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.want != nil && bytes.Contains(text, c.want) {
		c.want = nil
		c.came <- time.Now()
	}
	return len(text), nil
}

// answer presses the key that lists the keys, and says how long it took until
// that was seen.
func (c *counted) answer(in *typed) time.Duration {
	came := make(chan time.Time, 1)
	c.mu.Lock()
	c.want, c.came = []byte("Everywhere"), came
	c.mu.Unlock()
	begin := time.Now()
	in.press("?")
	select {
	case at := <-came:
		in.press("?") // closes it
		return at.Sub(begin)
	case <-time.After(5 * time.Second):
		return 5 * time.Second
	}
}

// typed is what is typed.
type typed struct{ keys chan string }

func newTyped() *typed { return &typed{make(chan string, 16)} }

func (t *typed) press(key string) { t.keys <- key }

func (t *typed) Read(p []byte) (int, error) {
	key, ok := <-t.keys
	if !ok {
		return 0, io.EOF
	}
	return copy(p, key), nil
}
