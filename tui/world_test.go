package tui

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/client/registry"
	"github.com/mwvgroup/pgb/client/sandbox/sim"
	"github.com/mwvgroup/pgb/client/where"
	"github.com/mwvgroup/pgb/tui/classes"
	"github.com/mwvgroup/pgb/tui/screen"
	"github.com/mwvgroup/pgb/tui/screentest"
)

// patience bounds the wait for what must happen.
const patience = screentest.Patience

// world is a viewer on a terminal without a window, with streams in memory.
type world struct {
	*screen.Terminal
	t       testing.TB
	streams *streams
	archive *archive
	saver   *saver
	config  Config

	program *tea.Program
	stop    context.CancelFunc
	done    chan error
	over    chan struct{} // closed once Run has returned
}

// newWorld makes a world that has not begun. Its terminal tells Esc from the
// beginning of another key.
func newWorld(t testing.TB, width, height int, options ...screen.Option) *world {
	options = append([]screen.Option{screen.Keys(screen.KittyKeys)}, options...)
	w := &world{
		Terminal: screentest.NewScreen(width, height, options...), t: t,
		streams: newStreams(t), archive: &archive{free: true}, saver: &saver{}, done: make(chan error, 1), over: make(chan struct{}),
	}
	w.config = Config{
		Streams: w.streams, Archive: w.archive, Saver: w.saver, Reader: w.streams.reader,
		Pages: func(survey, id string, _, _ float64) []Page {
			return []Page{{"broker", "https://example.org/" + survey + "/" + id}}
		},
		Memory: filepath.Join(t.TempDir(), "tui.json"), In: w, Out: cooked{w},
		Env: []string{"TERM=xterm-256color", "COLORTERM=truecolor"},
	}
	return w
}

// cooked is a terminal that is not raw: the renderer takes an output that is no
// device for one, which begins a line where a newline is.
type cooked struct{ io.Writer }

func (c cooked) Write(text []byte) (int, error) {
	_, err := c.Writer.Write(bytes.ReplaceAll(text, []byte("\n"), []byte("\r\n")))
	return len(text), err
}

// begin shows the viewer.
func (w *world) begin() *world {
	ctx, stop := context.WithCancel(context.Background())
	w.stop = stop
	ready := make(chan struct{})
	hold := func(p *tea.Program) { w.program = p; close(ready) }
	go func() {
		defer close(w.over)
		defer w.Close()
		w.done <- run(ctx, w.config, tea.WithColorProfile(colorprofile.TrueColor),
			tea.WithWindowSize(w.Screen().Width, w.Screen().Height), hold)
	}()
	<-ready
	w.t.Cleanup(func() {
		stop()
		w.Close()
		select { // a story that fails leaves nothing that writes into its folder
		case <-w.over:
		case <-time.After(patience):
		}
	})
	return w
}

// onStream begins with a stream that has sent some alerts.
func (w *world) onStream(alerts int) *world {
	w.config.Start.Ask.Topic = "ztf-alerts"
	w.begin()
	if alerts > 0 {
		w.send(alerts)
		w.see(w.streams.last())
	}
	return w
}

// send sends alerts through the stream, and waits until it has them.
func (w *world) send(n int) { w.streams.sendAll(w.streams.make(n)) }

// withImages has the stream send alerts that have images.
func (w *world) withImages() *world {
	w.streams.of(w.t, "ztf-alerts", sim.Options{Surveys: []string{sim.SurveyZTF}})
	return w
}

// see waits until a line has a text.
func (w *world) see(text string) screen.Screen {
	w.t.Helper()
	return w.until("text "+text, func(s screen.Screen) bool { return s.Contains(text) })
}

// gone waits until no line has a text.
func (w *world) gone(text string) screen.Screen {
	w.t.Helper()
	return w.until("no text "+text, func(s screen.Screen) bool { return !s.Contains(text) })
}

func (w *world) until(what string, cond func(screen.Screen) bool) screen.Screen {
	w.t.Helper()
	s, err := w.WaitFor(patience, cond)
	if err != nil {
		w.t.Fatalf("%s: %v\n%s", what, err, s.Frame())
	}
	return s
}

// resize gives the terminal another size.
func (w *world) resize(width, height int) {
	w.Resize(width, height)
	w.program.Send(tea.WindowSizeMsg{Width: width, Height: height})
}

// quit leaves the viewer, and sees that everything is as it was.
func (w *world) quit() {
	w.t.Helper()
	w.Type("q")
	w.ended(nil)
}

// ended waits for the end.
func (w *world) ended(want error) {
	w.t.Helper()
	select {
	case err := <-w.done:
		if !errors.Is(err, want) {
			w.t.Fatalf("Run gave %v, not %v", err, want)
		}
	case <-time.After(patience):
		w.t.Fatalf("Run did not end\n%s", w.Screen().Frame())
	}
	if err := w.Restored(); err != nil {
		w.t.Fatalf("the terminal is not as it was: %v", err)
	}
	if unknown := w.Unknown(); len(unknown) > 0 {
		w.t.Fatalf("sequences that the terminal does not have: %q", unknown)
	}
	if n := w.streams.open.Load(); n != 0 && want == nil {
		w.t.Fatalf("%d streams still run", n)
	}
}

// streams are streams in memory.
type streams struct {
	reader  *alert.Reader
	topic   string
	view    *alert.View
	topics  []*registry.Topic
	sky     *sim.Sky
	open    atomic.Int64 // how many run
	ended   atomic.Int64 // how many ended cleanly
	batches chan []*alert.Message
	taken   chan error // what became of each batch
	fail    chan error // ends the run
	stored  bool
	slow    chan struct{} // where it is set a run waits for it at its end
	openErr error
	broken  error // why a first message can't be read

	settle chan error // where a value is sent what is held is settled, and the answer sent back

	mu   sync.Mutex
	sent []*alert.Message
	held []string // the ids of messages that are held
	done []string // of those that are done
	by   Held
}

func newStreams(t testing.TB) *streams {
	known := registry.Default()
	s := &streams{reader: alert.NewReader(known), batches: make(chan []*alert.Message), taken: make(chan error), fail: make(chan error), settle: make(chan error)}
	s.of(t, "ztf-alerts", sim.Options{Surveys: []string{sim.SurveyZTF}, NoCutouts: true})
	return s
}

// of makes the streams those of a topic.
func (s *streams) of(t testing.TB, topic string, options sim.Options) {
	t.Helper()
	var err error
	if s.topics, err = registry.Default().Resolve(topic, ""); err != nil {
		t.Fatal(err)
	}
	if s.view, err = s.reader.View(s.topics, alert.DefaultColumns()); err != nil {
		t.Fatal(err)
	}
	if s.sky, err = sim.New(1, options); err != nil {
		t.Fatal(err)
	}
	s.topic = topic
}

// make makes alerts with their rows.
func (s *streams) make(n int) []*alert.Message {
	list := make([]*alert.Message, n)
	for i := range list {
		event, err := s.sky.Next()
		if err != nil {
			panic(err)
		}
		m := &alert.Message{ID: event.SourceID, Topic: s.topic, Body: event.Body, PublishTime: time.Now()}
		for _, name := range slices.Sorted(mapKeys(event.Attributes)) {
			m.Headers = append(m.Headers, alert.Header{Name: name, Value: []byte(event.Attributes[name])})
		}
		list[i] = m
	}
	s.read(list)
	return list
}

func mapKeys(m map[string]string) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

// read sets the rows of messages.
func (s *streams) read(list []*alert.Message) {
	for _, m := range list {
		row := &alert.Row{}
		if err := s.view.Read(m, row); err != nil {
			panic(err)
		}
		m.SetRow(row)
	}
}

// sendAll sends messages, and gives what became of them.
func (s *streams) sendAll(list []*alert.Message) error {
	s.mu.Lock()
	s.sent = append(s.sent, list...)
	s.mu.Unlock()
	s.batches <- list
	return <-s.taken
}

// last is the id of the object of the alert that was sent last.
func (s *streams) last() string { return s.nth(-1) }

// nth is the id of the object of an alert that was sent, from the end where
// negative.
func (s *streams) nth(i int) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if i < 0 {
		i += len(s.sent)
	}
	return s.sent[i].Row().Get("object_id").String()
}

func (s *streams) Topics() []Topic {
	return []Topic{
		{Name: "lsst", Doc: "everything of LSST", Group: true, Night: "700 k alerts a night, 60 GB, $2.40"},
		{Name: "ztf-alerts", Doc: "alerts of ZTF", Night: "300 k alerts a night, 18 GB, $0.70"},
		{Name: "ztf-lite", Doc: "alerts of ZTF without history"},
	}
}

func (s *streams) Open(ask StreamAsk) (Stream, error) {
	if s.openErr != nil {
		return nil, s.openErr
	}
	return &stream{streams: s, ask: ask}, nil
}

// stream is a stream in memory.
type stream struct {
	*streams
	ask StreamAsk
}

func (s *stream) Name() string            { return s.ask.name() }
func (s *stream) Columns() []alert.Column { return s.view.Columns() }
func (s *stream) Stored() bool            { return s.stored }

func (s *stream) Run(ctx context.Context, into Receiver) error {
	s.open.Add(1)
	defer s.open.Add(-1)
	if s.broken != nil {
		into.Unreadable(make([]*alert.Message, 1), []error{s.broken})
	}
	for {
		select {
		case <-ctx.Done():
			if s.slow != nil {
				<-s.slow
			}
			err := s.settleHeld(ctx)
			s.ended.Add(1)
			return err
		case err := <-s.fail:
			return err
		case <-s.settle:
			err := s.settleHeld(ctx)
			s.settle <- err
			if err != nil {
				return err
			}
		case batch := <-s.batches:
			err := s.book(batch, into.Put(ctx, batch))
			s.taken <- err
			if err != nil {
				return fmt.Errorf("run: %w", err)
			}
		}
	}
}

// book notes what becomes of a batch by what was said of it, as a run of the client
// does.
func (s *streams) book(batch []*alert.Message, said error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	by, holds := said.(Held)
	refused, rejects := said.(rejection)
	if said != nil && !holds && !rejects {
		s.held, s.by = nil, nil
		return said
	}
	var rejected []*alert.Message
	if rejects {
		rejected, _ = refused.Rejected()
	}
	for i, m := range batch {
		if holds && by.(interface{ Holds(int) bool }).Holds(i) && !slices.Contains(rejected, m) {
			s.held = append(s.held, m.ID)
		} else {
			s.done = append(s.done, m.ID)
		}
	}
	if holds {
		s.by = by
		s.done, s.held = append(s.done, s.held[:by.Safe()]...), s.held[by.Safe():]
	}
	return nil
}

// settleHeld settles what is held.
func (s *streams) settleHeld(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.by == nil || len(s.held) == 0 {
		return nil
	}
	err := s.by.Settle(context.WithoutCancel(ctx))
	if err == nil {
		s.done = append(s.done, s.held...)
	}
	s.held, s.by = nil, nil
	return err
}

// due has what is held settled, as when its time has come.
func (s *streams) due() error {
	s.settle <- nil
	return <-s.settle
}

// fates gives the ids of the messages that are held and of those that are done.
func (s *streams) fates() (held, done []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.held), slices.Clone(s.done)
}

// Filter compiles a filter as the client does.
func (s *stream) Filter(text string) (Filter, error) {
	expr, err := where.Parse(text)
	if err != nil {
		return nil, err
	}
	if err := expr.Check(func(name string) (field.Kind, error) {
		binding, err := s.reader.Resolve(s.topics, name)
		return binding.Column.Kind, err
	}); err != nil {
		return nil, err
	}
	names := expr.Names()
	view, err := s.reader.View(s.topics, names)
	if err != nil {
		return nil, err
	}
	pass := expr.Bind(func(name string) int { return slices.Index(names, name) })
	return filterFunc(func(m *alert.Message) bool {
		var row alert.Row
		return view.Read(m, &row) == nil && pass.Pass(row.Values)
	}), nil
}

type filterFunc func(*alert.Message) bool

func (f filterFunc) Pass(m *alert.Message) bool { return f(m) }

// archive answers lookups from memory.
type archive struct {
	free  bool
	found Found
	err   atomic.Pointer[error] // where it is set every answer fails so
	hold  chan struct{}         // where it is set an answer waits for it
	asked atomic.Int64
	given atomic.Int64 // how many were given up
}

func (a *archive) Name() string { return "the test archive" }
func (a *archive) Free() bool   { return a.free }

func (a *archive) Find(ctx context.Context, _ string, _ int) (Found, error) {
	a.asked.Add(1)
	if a.hold != nil {
		select {
		case <-ctx.Done():
			a.given.Add(1)
			return Found{}, ctx.Err()
		case <-a.hold:
		}
	}
	return a.found, a.failure()
}

// failing has every answer fail from now on.
func (a *archive) failing(err error) { a.err.Store(&err) }

func (a *archive) failure() error {
	if err := a.err.Load(); err != nil {
		return *err
	}
	return nil
}

func (a *archive) LightCurve(context.Context, string, string) ([]alert.Point, error) {
	a.asked.Add(1)
	nan := math.NaN()
	return []alert.Point{{MJD: 61000, Band: "r", Mag: 18, MagErr: 0.1, LimMag: nan, RA: nan, Dec: nan}}, a.failure()
}

func (a *archive) Classifications(context.Context, string, string) ([]classes.Verdict, error) {
	return []classes.Verdict{{Classification: alert.Classification{Classifier: "oracle of the archive", Class: "SN Ia", Primary: true}, MJD: 61000}}, a.failure()
}

func (a *archive) Whole(_ context.Context, m *alert.Message) (*alert.Message, error) { return m, nil }
