package tui

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/mwvgroup/pgb/client/sky"
	"github.com/mwvgroup/pgb/tui/cells"
	"github.com/mwvgroup/pgb/tui/memory"
	"github.com/mwvgroup/pgb/tui/object"
	"github.com/mwvgroup/pgb/tui/skymap"
	"github.com/mwvgroup/pgb/tui/slider"
	"github.com/mwvgroup/pgb/tui/status"
)

// viewer is the model of the program: what is shown, and what goes on. Only the
// event loop touches it, but for what is said to be for anybody.
type viewer struct {
	c      Config
	ctx    context.Context // ends what goes on in the background
	cancel context.CancelFunc
	post   func(tea.Msg) // brings a message to the event loop, from anywhere but it
	jobs   sync.WaitGroup
	// lasting are the jobs that leaving waits for, however long they take:
	// streams that end, and what is being saved and closed. kept are those that
	// write the memory: Run never returns before them.
	lasting, kept sync.WaitGroup
	closing       atomic.Int64 // how many streams are ending
	bell          chan struct{}

	memory  *memory.Memory
	opening *StreamAsk // the stream that is being opened
	session *session   // nil before a stream is open
	answer  *answer    // of a lookup, nil where the stream is shown
	leaving bool
	failure error
	late    error  // what failed while the viewer was being left
	trouble string // what was said of a stream that failed

	panel    object.Panel
	choice   choice  // of an alert, and what is loaded for it
	archive  asking  // of the archive, for the panel
	lookup   pending // that is under way
	asks     string  // what is said of it
	noticed  string  // the last notice
	lostIt   bool    // it says that the connection is lost
	said     []said
	counting pending // of a filter as it is typed

	noSky   skymap.Map // where there is nothing to show on it
	bar     status.Bar
	slider  slider.Slider
	timed   bool // the slider says until when alerts are shown
	played  time.Time
	overlay overlay
	prompt  *question
	places  map[string]sky.Position // of watched objects
	ringing time.Time               // when the bell rang last

	theme    cells.Theme
	pictures pictures
	width    int
	height   int
	focus    part
	beside   part // what stands beside the table: the panel or the sky
	alone    bool // only the part with the focus is shown
	areas    areas
	drag     drag

	screen cells.Block
	dirty  bool
	drawn  time.Time
	view   tea.View
	cmds   []tea.Cmd // of the message that is being dealt with
}

func newViewer(ctx context.Context, c Config) *viewer {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Explain == nil {
		c.Explain = func(err error) (string, []string) { return err.Error(), nil }
	}
	v := &viewer{c: c, bell: make(chan struct{}, 1), memory: memory.New(), places: map[string]sky.Position{}, focus: partTable, beside: partPanel, dirty: true}
	v.ctx, v.cancel = context.WithCancel(ctx)
	v.theme.ASCII = c.ASCII
	return v
}

// memoryMsg brings what was kept since the last time.
type memoryMsg struct {
	memory *memory.Memory
	err    error
}

// Init asks the terminal what it can do, and fetches what is kept in a file.
// Nothing waits for the answers.
func (v *viewer) Init() tea.Cmd {
	v.work(v.ctx, func(context.Context) tea.Msg {
		if v.c.Memory == "" {
			return memoryMsg{memory: v.memory}
		}
		kept, err := memory.Load(v.c.Memory)
		return memoryMsg{kept, err}
	})
	v.listen()
	return tea.Batch(tea.RequestBackgroundColor, v.askPictures())
}

// begin shows what was asked for.
func (v *viewer) begin(msg memoryMsg) {
	if msg.memory != nil {
		v.memory = msg.memory
	}
	start := v.c.Start
	switch {
	case start.Ask.Topic != "" || len(start.Ask.Files) > 0:
		v.open(start.Ask)
	case start.Object == "":
		v.chooseTopic()
	}
	if start.Object != "" {
		v.find(start.Object)
	}
	if msg.err != nil { // said last, so that nothing takes its place
		v.fail("can't read what was kept of the last time", msg.err)
	}
}

// current is what the table shows: the answer to a lookup, else the stream; nil
// where there is neither.
func (v *viewer) current() *shelf {
	switch {
	case v.answer != nil:
		return &v.answer.shelf
	case v.session != nil:
		return &v.session.shelf
	}
	return nil
}
