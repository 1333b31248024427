package screen

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
)

// maxRaw is how many bytes of what a program wrote are kept.
const maxRaw = 64 << 20

// escapeTime is what a terminal's user leaves between Esc and the next key: a
// program that reads both at once takes them for one key with Alt.
const escapeTime = 120 * time.Millisecond

// Terminal is a terminal for a program that runs in this process: the program
// writes to it and reads from it. It is safe for concurrent use.
type Terminal struct {
	mu     sync.Mutex
	screen *emulator
	raw    []byte
	input  [][]byte      // what the program has not read yet
	news   chan struct{} // closed when something has changed
	typed  chan struct{} // closed when there is input
	closed bool
	escape time.Time // when the input may go on after Esc
	ended  string    // how the program has ended
}

// NewTerminal makes a terminal.
func NewTerminal(width, height int, options ...Option) *Terminal {
	s := defaults()
	for _, o := range options {
		o(&s)
	}
	return &Terminal{screen: newEmulator(width, height, s), news: make(chan struct{}), typed: make(chan struct{})}
}

// Write shows what a program writes.
func (t *Terminal) Write(text []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.screen.write(text)
	if room := maxRaw - len(t.raw); room > 0 {
		t.raw = append(t.raw, text[:min(len(text), room)]...)
	}
	if len(t.screen.answers) > 0 {
		t.send(t.screen.answers)
		t.screen.answers = nil
	}
	t.changed()
	return len(text), nil
}

// changed wakes who waits for something to happen.
func (t *Terminal) changed() {
	close(t.news)
	t.news = make(chan struct{})
}

// send puts something into the program's input.
func (t *Terminal) send(text []byte) {
	if len(text) == 0 || t.closed {
		return
	}
	t.input = append(t.input, text)
	close(t.typed)
	t.typed = make(chan struct{})
}

// Read gives a program what was typed and answered. It waits until there is
// something, or until the terminal is closed.
func (t *Terminal) Read(into []byte) (int, error) {
	for {
		t.mu.Lock()
		typed, wait := t.typed, time.Until(t.escape)
		switch {
		case len(t.input) > 0 && wait <= 0:
			n := copy(into, t.input[0])
			if string(t.input[0]) == "\x1b" {
				t.escape = time.Now().Add(escapeTime)
			}
			if t.input[0] = t.input[0][n:]; len(t.input[0]) == 0 {
				t.input = t.input[1:]
			}
			t.mu.Unlock()
			return n, nil
		case t.closed:
			t.mu.Unlock()
			return 0, io.EOF
		}
		waiting := len(t.input) > 0
		t.mu.Unlock()
		if waiting {
			time.Sleep(wait)
			continue
		}
		<-typed
	}
}

// Close ends the program's input.
func (t *Terminal) Close() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.closed {
		t.closed = true
		close(t.typed)
		t.typed = make(chan struct{})
	}
	return nil
}

// Type presses keys. A key is given by its name as Bubble Tea has it ("enter",
// "esc", "tab", "up", "pgdown", "space", "f1"), with modifiers before it
// ("ctrl+c", "shift+left", "alt+b"); what is no such name is typed as it stands.
func (t *Terminal) Type(keys ...string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	e := encoding{arrows: t.screen.modes[modeArrows]}
	switch t.screen.keyboard {
	case KittyKeys:
		e.flags = t.screen.kittyFlags()
	case ModifyOther:
		e.other = t.screen.otherKeys == 2
	}
	for _, key := range keys {
		t.send([]byte(encode(key, e)))
	}
}

// Text types a text, whatever it is: "up" is two letters.
func (t *Terminal) Text(text string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.send([]byte(text))
}

// Paste pastes a text: marked as such, where the program asked for that.
func (t *Terminal) Paste(text string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\n", "\r")
	if t.screen.modes[modePaste] {
		text = "\x1b[200~" + text + "\x1b[201~"
	}
	t.send([]byte(text))
}

// Focus tells the program, where it asked for that, that the terminal has got
// or lost the keyboard.
func (t *Terminal) Focus(on bool) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.screen.modes[modeFocus] {
		return errors.New("the program has not asked to be told of the focus")
	}
	if on {
		t.send([]byte("\x1b[I"))
	} else {
		t.send([]byte("\x1b[O"))
	}
	return nil
}

// Buttons of a mouse, as its reports number them.
const (
	buttonLeft = 0
	moving     = 32
	wheelUp    = 64
	wheelDown  = 65
)

// mouse reports something that the mouse does.
func (t *Terminal) mouse(button, x, y int, end byte) error {
	m := t.screen.modes
	switch {
	case !m[modePress] && !m[modeDrag] && !m[modeMotion]:
		return errors.New("the program has not asked for the mouse")
	case !m[modeSGRMouse]:
		return errors.New("the program asked for the mouse in an old encoding")
	case x < 0 || y < 0 || x >= t.screen.now.width || y >= t.screen.now.height:
		return fmt.Errorf("the mouse cannot be at %d,%d of %dx%d", x, y, t.screen.now.width, t.screen.now.height)
	case button&moving != 0 && !m[modeDrag] && !m[modeMotion]:
		return nil // not reported
	}
	t.send(fmt.Appendf(nil, "\x1b[<%d;%d;%d%c", button, x+1, y+1, end))
	return nil
}

// Click presses and lets go the left button on a cell.
func (t *Terminal) Click(x, y int) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if err := t.mouse(buttonLeft, x, y, 'M'); err != nil {
		return err
	}
	return t.mouse(buttonLeft, x, y, 'm')
}

// Drag moves the mouse from one cell to another with the left button held, cell
// by cell.
func (t *Terminal) Drag(fromX, fromY, toX, toY int) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if err := t.mouse(buttonLeft, fromX, fromY, 'M'); err != nil {
		return err
	}
	for steps, i := max(abs(toX-fromX), abs(toY-fromY)), 1; i <= steps; i++ {
		x, y := fromX+(toX-fromX)*i/steps, fromY+(toY-fromY)*i/steps
		if err := t.mouse(buttonLeft|moving, x, y, 'M'); err != nil {
			return err
		}
	}
	return t.mouse(buttonLeft, toX, toY, 'm')
}

func abs(n int) int { return max(n, -n) }

// Wheel turns the wheel over a cell: n notches down, or up where n is negative.
func (t *Terminal) Wheel(x, y, n int) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	button := wheelDown
	if n < 0 {
		button = wheelUp
	}
	for range abs(n) {
		if err := t.mouse(button, x, y, 'M'); err != nil {
			return err
		}
	}
	return nil
}

// Resize gives the terminal another size. A program in this process has to be
// told by other means.
func (t *Terminal) Resize(width, height int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.screen.resize(width, height)
	t.changed()
}

// Screen gives what is seen. While a program draws a frame of synchronised
// output that is the frame before.
func (t *Terminal) Screen() Screen {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.screen.screen()
}

// WaitFor waits until what is seen fulfils a condition, and gives it. The
// condition is tried again whenever the program has written something. Where
// the limit passes, or the program ends first, the error says so and the last
// screen is given.
func (t *Terminal) WaitFor(limit time.Duration, cond func(Screen) bool) (Screen, error) {
	late := time.NewTimer(limit)
	defer late.Stop()
	for {
		t.mu.Lock()
		shown, news, ended := t.screen.screen(), t.news, t.ended
		t.mu.Unlock()
		switch {
		case cond(shown):
			return shown, nil
		case ended != "":
			return shown, errors.New(ended)
		}
		select {
		case <-news:
		case <-late.C:
			return shown, fmt.Errorf("it has not come within %v", limit)
		}
	}
}

// Raw gives what the program wrote, the first 64 MiB of it.
func (t *Terminal) Raw() []byte {
	t.mu.Lock()
	defer t.mu.Unlock()
	return append([]byte(nil), t.raw...)
}

// Unknown gives the sequences that the terminal has not understood.
func (t *Terminal) Unknown() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return append([]string(nil), t.screen.unknown...)
}

// Mode says whether a mode (DECSET) is set, such as 1049.
func (t *Terminal) Mode(number int) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.screen.modes[number]
}

// Bells says how often it rang.
func (t *Terminal) Bells() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.screen.bells
}

// Clipboard gives what the program copied last (OSC 52).
func (t *Terminal) Clipboard() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.screen.clipboard
}

// Images gives the pictures that the program sent, in order.
func (t *Terminal) Images() []Image {
	t.mu.Lock()
	defer t.mu.Unlock()
	return append([]Image(nil), t.screen.images...)
}

// Leftovers gives the lines of the main screen, where a shell goes on, without
// empty ones at the end.
func (t *Terminal) Leftovers() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.screen.leftovers()
}

// Restored is nil where everything that a program can change is as it was at
// the start; otherwise it says what is not.
func (t *Terminal) Restored() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if changed := t.screen.changed(); len(changed) > 0 {
		return errors.New(strings.Join(changed, "; "))
	}
	return nil
}

// end says that the program has ended, and shows what it left half drawn.
func (t *Terminal) end(how string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.ended = how
	t.screen.frozen = nil
	t.changed()
}
