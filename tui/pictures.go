package tui

import (
	"bytes"
	"context"
	"io"
	"os"
	"time"

	tea "charm.land/bubbletea/v2"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/muesli/cancelreader"

	"github.com/mwvgroup/pgb/tui/cutout"
)

// answering is how long a terminal may take to say which graphics it has.
const answering = 300 * time.Millisecond

// pictures is what is known of the terminal's graphics.
type pictures struct {
	detector *cutout.Detector
	cell     uv.CellSizeEvent // pixels; zero where it is not known
	drawn    bool             // since it was last looked what has to be sent
	making   bool             // of what is sent
}

// The messages of pictures.
type (
	// silentMsg says that the terminal had time enough to answer.
	silentMsg struct{}
	// madeMsg brings images as they are sent.
	madeMsg struct {
		transfer *cutout.Transfer
		sequence string
	}
	// shownMsg says that the images on the whole screen are gone, and what was
	// pressed.
	shownMsg struct {
		pressed []byte
		err     error
	}
)

// askPictures asks the terminal which graphics it has. Until it answers, images
// are drawn in half blocks.
func (v *viewer) askPictures() tea.Cmd {
	env := v.c.Env
	if env == nil {
		env = os.Environ()
	}
	v.pictures.detector = cutout.NewDetector(env)
	query := v.pictures.detector.Query()
	if query == "" {
		return nil
	}
	v.after(v.ctx, answering, silentMsg{})
	return tea.Raw(query)
}

// learnPictures takes what the terminal answers.
func (v *viewer) learnPictures(msg tea.Msg) bool {
	d := v.pictures.detector
	switch msg := msg.(type) {
	case uv.KittyGraphicsEvent:
		if msg.Options.ID != cutout.QueryID {
			return false
		}
		d.KittyAnswered(bytes.HasPrefix(msg.Payload, []byte("OK")))
	case uv.PrimaryDeviceAttributesEvent:
		d.DeviceAttributes(msg)
	case tea.TerminalVersionMsg:
		d.Version(msg.Name)
	case uv.CellSizeEvent:
		v.pictures.cell = msg
	case silentMsg:
		d.TimedOut()
	default:
		return false
	}
	view := v.panel.Cutouts()
	view.Graphics = d.Inside()
	view.CellWidth, view.CellHeight = v.pictures.cell.Width, v.pictures.cell.Height
	return true
}

// sendPictures has the terminal sent the images of what was drawn last, where it
// has graphics inside of text.
func (v *viewer) sendPictures() {
	view := v.panel.Cutouts()
	if !v.pictures.drawn || v.pictures.making || view.Graphics != cutout.Kitty {
		return
	}
	v.pictures.drawn = false
	transfer := view.Transmit()
	if transfer.Forget != "" {
		v.do(tea.Raw(transfer.Forget))
	}
	if transfer.IsEmpty() {
		return
	}
	v.pictures.making = true
	v.work(v.ctx, func(context.Context) tea.Msg { return madeMsg{transfer, transfer.Images()} })
}

// picturesMade sends images, unless others are wanted by now.
func (v *viewer) picturesMade(msg madeMsg) {
	v.pictures.making = false
	if !v.leaving && v.panel.Cutouts().Sent(msg.transfer) {
		v.do(tea.Raw(msg.sequence))
	}
}

// picturesDrawn notes that images may have been drawn which the terminal does
// not have yet.
func (v *viewer) picturesDrawn() {
	if v.panel.Cutouts().Graphics == cutout.Kitty && !v.leaving {
		v.pictures.drawn = true
		v.ring()
	}
}

// releasePictures has the terminal forget the images.
func (v *viewer) releasePictures() {
	if sequence := v.panel.Cutouts().Release(); sequence != "" {
		v.do(tea.Raw(sequence))
	}
}

// showImages shows the images on the whole screen until a key is pressed. The
// event loop waits meanwhile, and so does what is brought to it: a message of
// each job that was begun before. Streams go on into their feeds, which have room
// for so much.
func (v *viewer) showImages() {
	view := v.panel.Cutouts()
	stamps := view.Stamps()
	if len(stamps) == 0 {
		v.say("this alert has no images")
		return
	}
	whole := &wholeScreen{ctx: v.ctx, Showing: cutout.Showing{Stamps: stamps, Look: view.Look, Screen: cutout.Screen{
		Width: v.width, Height: v.height, CellWidth: v.pictures.cell.Width, CellHeight: v.pictures.cell.Height,
		Theme: v.theme, Graphics: v.pictures.detector.Whole(),
	}}}
	v.do(tea.Exec(whole, func(err error) tea.Msg { return shownMsg{whole.pressed, err} }))
}

// shown goes on after images were shown on the whole screen.
func (v *viewer) shown(msg shownMsg) {
	v.panel.Cutouts().Lost()
	switch {
	case v.ctx.Err() != nil, bytes.IndexByte(msg.pressed, ctrlC) >= 0:
		v.leave()
	case msg.err != nil:
		v.fail("showing images", msg.err)
	}
}

// ctrlC is what a terminal sends for Ctrl-C while the images have it.
const ctrlC = 3

// wholeScreen shows images on the whole screen, until a key is pressed or the
// viewer ends.
type wholeScreen struct {
	cutout.Showing
	ctx     context.Context
	pressed []byte
}

// SetStdin gives it the input, whose end is that of the viewer too.
func (w *wholeScreen) SetStdin(in io.Reader) {
	w.Showing.SetStdin(&untilEnd{Reader: in, whole: w})
}

// untilEnd reads from a terminal until the viewer ends.
type untilEnd struct {
	io.Reader
	whole *wholeScreen
}

// Fd is the terminal's, as far as it is a file.
func (u *untilEnd) Fd() uintptr {
	if f, ok := u.Reader.(interface{ Fd() uintptr }); ok {
		return f.Fd()
	}
	return ^uintptr(0)
}

// Read reads what is pressed.
func (u *untilEnd) Read(p []byte) (n int, err error) {
	in, err := cancelreader.NewReader(u.Reader)
	if err != nil {
		return 0, err
	}
	defer in.Close()
	unhook := context.AfterFunc(u.whole.ctx, func() { in.Cancel() })
	defer unhook()
	n, err = in.Read(p)
	u.whole.pressed = append(u.whole.pressed, p[:n]...)
	if u.whole.ctx.Err() != nil {
		return n, io.EOF
	}
	return n, err
}
