package cutout

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"github.com/mwvgroup/pgb/tui/cells"
)

func TestInlineStampsTakeTheLinesTheyNeed(t *testing.T) {
	stamps := drawn(t)
	for _, g := range []Graphics{None, Kitty, Sixel, ITerm2} {
		text := Inline(stamps, Look{}, Screen{Width: 80, Height: 24, Graphics: g})
		block, pictures := text, ""
		if g != None {
			at := strings.Index(text, ansi.SaveCursor)
			if at < 0 {
				t.Fatalf("%v: no pictures", g)
			}
			block, pictures = text[:at], text[at:]
		}
		if n := strings.Count(block, "\n"); n != 15 || !strings.HasSuffix(block, "\n") {
			t.Errorf("%v: %d lines, want a title, 13 of pictures and a scale", g, n)
		}
		if !strings.Contains(block, "science") || !strings.Contains(block, "N") || strings.Contains(block, "▀") != (g == None) {
			t.Errorf("%v: %q", g, block)
		}
		if g == None {
			continue
		}
		// Each picture is drawn from its upper left cell, and the cursor comes back.
		for i, want := range []string{ansi.SaveCursor + ansi.CursorUp(14), ansi.CursorUp(14) + ansi.CursorForward(27), ansi.CursorUp(14) + ansi.CursorForward(54)} {
			if !strings.Contains(pictures, want) {
				t.Errorf("%v: stamp %d is not at its place", g, i)
			}
		}
		if strings.Count(pictures, ansi.RestoreCursor) != 3 || strings.Contains(pictures, "\n") && g != Sixel {
			t.Errorf("%v: the cursor does not come back", g)
		}
	}
	plain := Inline(stamps, Look{}, Screen{Width: 80, Height: 24, Theme: cells.Theme{Plain: true}})
	if strings.Contains(plain, "\x1b") {
		t.Errorf("escapes where there are no colours: %q", plain)
	}
	if got := Inline(nil, Look{}, Screen{Width: 80, Height: 24}); got != "" {
		t.Errorf("no stamps are %q", got)
	}
}

func TestAnswersOfTerminalsAreRead(t *testing.T) {
	for _, c := range []struct {
		name, answer  string
		env           []string
		want          Graphics
		width, height int
	}{
		{"kitty", "\x1b_Gi=31;OK\x1b\\\x1bP>|kitty(0.36.1)\x1b\\\x1b[6;34;16t\x1b[?62;52;c", nil, Kitty, 16, 34},
		{"foot", "\x1bP>|foot(1.16.2)\x1b\\\x1b[6;20;10t\x1b[?62;4;22c", nil, Sixel, 10, 20},
		{"iTerm2", "\x1bP>|iTerm2 3.5.0\x1b\\\x1b[?64;1;4c", nil, ITerm2, 0, 0},
		{"xterm without graphics", "\x1bP>|XTerm(390)\x1b\\\x1b[?64;1;2;6c", nil, None, 0, 0},
		{"a refusal", "\x1b_Gi=31;EINVAL:no\x1b\\\x1b[?62c", nil, None, 0, 0},
		{"another image's answer", "\x1b_Gi=7;OK\x1b\\\x1b[?62c", nil, None, 0, 0},
		{"tmux", "\x1b[?1;2;4c", []string{"TMUX=x"}, None, 0, 0},
	} {
		d := NewDetector(append([]string{"TERM=xterm-256color"}, c.env...))
		for i := range len(c.answer) - 1 {
			d.Learn([]byte(c.answer[:i]))
			if d.Done() != d.isMute() {
				t.Fatalf("%s: done after %d bytes", c.name, i)
			}
		}
		width, height := d.Learn([]byte(c.answer))
		if !d.Done() || d.Whole() != c.want || width != c.width || height != c.height {
			t.Errorf("%s: %v with cells of %d x %d", c.name, d.Whole(), width, height)
		}
	}
}
