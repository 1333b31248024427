package cutout

import (
	"slices"
	"strconv"
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// Graphics is a way of showing pictures on a terminal.
type Graphics uint8

// Ways of showing pictures.
const (
	None   Graphics = iota // half blocks
	Kitty                  // Kitty's graphics protocol
	Sixel                  // DEC's sixels
	ITerm2                 // iTerm2's inline images
)

// String gives "half blocks", "kitty", "sixel" or "iterm2".
func (g Graphics) String() string { return [...]string{"half blocks", "kitty", "sixel", "iterm2"}[g%4] }

// Detector finds out which graphics a terminal has. Its zero value knows
// nothing: None.
type Detector struct {
	env      map[string]string
	kitty    bool
	sixel    bool
	version  string
	answered bool
}

// NewDetector makes a detector of an environment, as os.Environ gives it.
func NewDetector(environ []string) *Detector {
	d := &Detector{env: map[string]string{}}
	for _, entry := range environ {
		name, value, _ := strings.Cut(entry, "=")
		d.env[name] = value
	}
	return d
}

// QueryID is the number of the image that Query asks about.
const QueryID = 31

// Query is what asks the terminal: whether it reads an image of Kitty's
// protocol, what it is and which version, how large a cell is, and its
// attributes. Every terminal answers the last, so that no other answer comes
// after that one. It is empty where there is nothing to ask.
func (d *Detector) Query() string {
	if d.isMute() {
		return ""
	}
	return "\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\" + ansi.RequestNameVersion + "\x1b[16t" + ansi.RequestPrimaryDeviceAttributes
}

// isMute says whether asking would be of no use, or be seen.
func (d *Detector) isMute() bool {
	switch d.env["TERM"] {
	case "", "dumb", "linux":
		return d.env["WT_SESSION"] == "" // Windows sets no TERM
	}
	return d.multiplexed() || d.env["TERM_PROGRAM"] == "Apple_Terminal"
}

// KittyAnswered takes the answer about an image: ok is that it could be read.
func (d *Detector) KittyAnswered(ok bool) { d.kitty = ok }

// DeviceAttributes takes the primary attributes. They are the last answer.
func (d *Detector) DeviceAttributes(params []int) {
	d.sixel = slices.Contains(params, 4)
	d.answered = true
}

// Version takes the name and version of the terminal (XTVERSION).
func (d *Detector) Version(text string) { d.version = strings.ToLower(text) }

// TimedOut says that no more answers are waited for.
func (d *Detector) TimedOut() { d.answered = true }

// Done says that everything is known that will be.
func (d *Detector) Done() bool { return d.answered || d.isMute() }

// multiplexed says whether there is a program between this one and the
// terminal that keeps cells only.
func (d *Detector) multiplexed() bool {
	term := d.env["TERM"]
	return d.env["TMUX"] != "" || d.env["STY"] != "" || d.env["ZELLIJ"] != "" ||
		strings.HasPrefix(term, "screen") || strings.HasPrefix(term, "tmux") ||
		strings.HasPrefix(d.version, "tmux") || strings.HasPrefix(d.version, "screen")
}

// Inside gives the graphics inside of text: Kitty or None. Several terminals
// read Kitty's images and know no placeholders; those that do are known by
// name.
func (d *Detector) Inside() Graphics {
	if d.kitty && !d.multiplexed() && d.hasPlaceholders() {
		return Kitty
	}
	return None
}

func (d *Detector) hasPlaceholders() bool {
	if version, ok := strings.CutPrefix(d.version, "kitty("); ok { // since 0.28
		parts := strings.SplitN(strings.TrimSuffix(version, ")"), ".", 3)
		if len(parts) < 2 {
			return false
		}
		major, _ := strconv.Atoi(parts[0])
		minor, _ := strconv.Atoi(parts[1])
		return major > 0 || minor >= 28
	}
	if d.version != "" {
		return strings.HasPrefix(d.version, "ghostty")
	}
	return d.env["TERM"] == "xterm-kitty" || d.env["TERM"] == "xterm-ghostty" || d.env["KITTY_WINDOW_ID"] != ""
}

// Whole gives the graphics of the whole screen.
func (d *Detector) Whole() Graphics {
	switch {
	case d.multiplexed():
		return None
	case d.kitty:
		return Kitty
	case d.isITerm2():
		return ITerm2
	case d.sixel:
		return Sixel
	}
	return None
}

func (d *Detector) isITerm2() bool {
	switch d.env["TERM_PROGRAM"] {
	case "iTerm.app", "WezTerm", "mintty":
		return true
	}
	return d.env["LC_TERMINAL"] == "iTerm2" || strings.HasPrefix(d.version, "iterm2") || strings.HasPrefix(d.version, "wezterm")
}
