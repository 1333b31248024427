package cutout

import (
	"strings"
	"testing"
)

func TestGraphicsAreThoseThatTheTerminalSaysItHas(t *testing.T) {
	for _, c := range []struct {
		name          string
		env           []string
		kitty         bool
		version       string
		attributes    []int
		inside, whole Graphics
	}{
		{"kitty", []string{"TERM=xterm-kitty"}, true, "kitty(0.35.2)", []int{62}, Kitty, Kitty},
		{"kitty that does not tell its version", []string{"TERM=xterm-kitty"}, true, "", []int{62}, Kitty, Kitty},
		{"kitty before placeholders", []string{"TERM=xterm-kitty"}, true, "kitty(0.27.1)", []int{62}, None, Kitty},
		{"ghostty", []string{"TERM=xterm-ghostty"}, true, "ghostty 1.1.0", []int{62, 22}, Kitty, Kitty},
		{"wezterm", []string{"TERM=xterm-256color", "TERM_PROGRAM=WezTerm"}, true, "WezTerm 20240203", []int{65, 4, 6, 18, 22}, None, Kitty},
		{"wezterm without kitty", []string{"TERM=xterm-256color", "TERM_PROGRAM=WezTerm"}, false, "WezTerm 20240203", []int{65, 4}, None, ITerm2},
		{"iterm2", []string{"TERM=xterm-256color", "TERM_PROGRAM=iTerm.app"}, false, "iTerm2 3.5.0", []int{62, 4}, None, ITerm2},
		{"iterm2 over ssh", []string{"TERM=xterm-256color", "LC_TERMINAL=iTerm2"}, false, "", []int{62, 4}, None, ITerm2},
		{"foot", []string{"TERM=foot"}, false, "foot(1.16.2)", []int{62, 4, 22}, None, Sixel},
		{"windows terminal", []string{"WT_SESSION=1"}, false, "", []int{61, 4, 6, 7}, None, Sixel},
		{"xterm", []string{"TERM=xterm-256color"}, false, "XTerm(388)", []int{64, 1, 2, 6}, None, None},
		{"tmux in kitty", []string{"TERM=tmux-256color", "TMUX=/tmp/x,1,0", "KITTY_WINDOW_ID=1"}, true, "tmux 3.4", []int{1, 2, 4}, None, None},
		{"screen", []string{"TERM=screen", "STY=1.pts"}, false, "", []int{1, 2, 4}, None, None},
		{"tmux over ssh", []string{"TERM=xterm-kitty"}, true, "tmux 3.4", []int{4}, None, None},
		{"nothing known", nil, false, "", nil, None, None},
	} {
		d := NewDetector(c.env)
		d.KittyAnswered(c.kitty)
		d.Version(c.version)
		d.DeviceAttributes(c.attributes)
		if inside, whole := d.Inside(), d.Whole(); inside != c.inside || whole != c.whole || !d.Done() {
			t.Errorf("%s: %v inside and %v on the whole screen, want %v and %v", c.name, inside, whole, c.inside, c.whole)
		}
	}
}

func TestTerminalsAreAskedOnlyWhereThatIsNotSeen(t *testing.T) {
	for env, asked := range map[string]bool{
		"TERM=xterm-256color": true, "TERM=foot": true, "WT_SESSION=x": true,
		"TERM=dumb": false, "TERM=linux": false, "": false,
		"TERM=xterm-256color TERM_PROGRAM=Apple_Terminal": false,
		"TERM=screen-256color":                            false, "TERM=xterm TMUX=/tmp/t,1,0": false,
	} {
		d := NewDetector(strings.Fields(env))
		if got := d.Query() != ""; got != asked || d.Done() == asked {
			t.Errorf("%q: asked %v, done %v", env, got, d.Done())
		}
	}
	query := NewDetector([]string{"TERM=xterm"}).Query()
	if want := "\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\\x1b[>q\x1b[16t\x1b[c"; query != want {
		t.Errorf("%q, want %q", query, want)
	}
}

func TestWithoutAnswersThereAreNoGraphics(t *testing.T) {
	d := NewDetector([]string{"TERM=xterm-kitty"})
	if d.Done() {
		t.Error("done before an answer")
	}
	d.TimedOut()
	if !d.Done() || d.Inside() != None || d.Whole() != None {
		t.Errorf("%v and %v", d.Inside(), d.Whole())
	}
}
