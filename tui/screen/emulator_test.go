package screen

import (
	"slices"
	"strings"
	"testing"

	"github.com/mwvgroup/pgb/tui/cells"
)

// sequences are what programs send, and what an 10x4 terminal shows then. The
// position of the cursor is checked where it is given.
var sequences = map[string]struct {
	send  string
	lines string // separated by "|", without empty ones at the end
	x, y  int
}{
	"text":                         {"one\r\ntwo", "one|two", 3, 1},
	"deferred wrap":                {"0123456789", "0123456789", 9, 0},
	"wrapped text":                 {"0123456789ab", "0123456789|ab", 2, 1},
	"return after the last column": {"0123456789\rx", "x123456789", 1, 0},
	"no wrap":                      {"\x1b[?7l0123456789ab", "012345678b", 9, 0},
	"scrolling at the end":         {"1\r\n2\r\n3\r\n4\r\n5", "2|3|4|5", 1, 3},
	"wide characters":              {"a漢字b", "a漢字b", 6, 0},
	"wide one at the edge":         {"123456789漢", "123456789|漢", 2, 1},
	"first half overwritten":       {"漢字\rx", "x 字", 1, 0},
	"second half overwritten":      {"漢字\x1b[2Gx", " x字", 2, 0},
	"wide over two halves":         {"漢字\x1b[2G語", " 語", 3, 0},
	"half erased":                  {"漢字\x1b[2G\x1b[K", "", 1, 0},
	"half deleted":                 {"漢字x\x1b[2G\x1b[P", " 字x", 1, 0},
	"half moved off":               {"x1234567漢\x1b[1G\x1b[@", " x1234567", 0, 0},
	"combining mark":               {"e\u0301x", "e\u0301x", 2, 0},
	"mark at the last column":      {"123456789e\u0301", "123456789e\u0301", 9, 0},
	"position":                     {"\x1b[3;4Hx", "||   x", 4, 2},
	"position far outside":         {"\x1b[99;99Hx", "|||         x", 9, 3},
	"column and row":               {"\x1b[2d\x1b[5Gx", "|    x", 5, 1},
	"up and down":                  {"\x1b[3Ba\x1b[2Ab", "| b||a", 2, 1},
	"left and right":               {"\x1b[5Ca\x1b[3Db", "   b a", 4, 0},
	"next and previous line":       {"ab\x1b[2Ec\x1b[Fd", "ab|d|c", 1, 1},
	"backspace":                    {"abc\b\bx", "axc", 2, 0},
	"tabs":                         {"a\tb\tc", "a       bc", 9, 0},
	"tab back":                     {"123456789\x1b[Zx\x1b[2Zy", "y2345678x", 1, 0},
	"tab stops of one's own":       {"\x1b[3g\x1b[4G\x1bH\r\tx", "   x", 4, 0},
	"erase to the right":           {"abcdef\x1b[3G\x1b[K", "ab", 2, 0},
	"erase to the left":            {"abcdef\x1b[3G\x1b[1K", "   def", 2, 0},
	"erase the line":               {"abcdef\x1b[3G\x1b[2K", "", 2, 0},
	"erase characters":             {"abcdef\x1b[2G\x1b[3X", "a   ef", 1, 0},
	"erase below":                  {"ab\r\ncd\r\nef\x1b[2;2H\x1b[J", "ab|c", 1, 1},
	"erase above":                  {"ab\r\ncd\r\nef\x1b[2;1H\x1b[1J", "| d|ef", 0, 1},
	"erase all":                    {"ab\r\ncd\x1b[2J", "", 2, 1},
	"insert characters":            {"abcdef\x1b[2G\x1b[2@", "a  bcdef", 1, 0},
	"delete characters":            {"abcdef\x1b[2G\x1b[2P", "adef", 1, 0},
	"insert mode":                  {"abc\r\x1b[4hxy\x1b[4l", "xyabc", 2, 0},
	"insert a line":                {"1\r\n2\r\n3\x1b[2;1H\x1b[L", "1||2|3", 0, 1},
	"delete a line":                {"1\r\n2\r\n3\x1b[1;1H\x1b[M", "2|3", 0, 0},
	"delete many lines":            {"1\r\n2\r\n3\x1b[2;1H\x1b[9M", "1", 0, 1},
	"scroll up":                    {"1\r\n2\r\n3\x1b[2S", "3", 1, 2},
	"scroll down":                  {"1\r\n2\r\n3\x1b[T", "|1|2|3", 1, 2},
	"margins":                      {"1\r\n2\r\n3\r\n4\x1b[2;3r\x1b[3;1H\n", "1|3||4", 0, 2},
	"reverse index at a margin":    {"1\r\n2\r\n3\r\n4\x1b[2;3r\x1b[2;1H\x1bM", "1||2|4", 0, 1},
	"lines inserted in margins":    {"1\r\n2\r\n3\r\n4\x1b[1;3r\x1b[2;1H\x1b[L", "1||2|4", 0, 1},
	"scrolling within margins":     {"1\r\n2\r\n3\r\n4\x1b[1;3r\x1b[S", "2|3||4", 0, 0},
	"repeat":                       {"ab\x1b[3b", "abbbb", 5, 0},
	"repeat a wide one":            {"漢\x1b[2b", "漢漢漢", 6, 0},
	"repeat across the edge":       {"12345678x\x1b[3b", "12345678xx|xx", 2, 1},
	"save and restore":             {"ab\x1b7\x1b[3;3Hx\x1b8c", "abc||  x", 3, 0},
	"alternate screen":             {"ab\x1b[?1049hxy\x1b[?1049lc", "abc", 3, 0},
	"soft reset":                   {"\x1b[2;3r\x1b[1m\x1b[!p\x1b[4;1H\nx", "|||x", 1, 3},
	"title and links":              {"\x1b]2;a title\x07\x1b]8;;http://x\x1b\\ab\x1b]8;;\x1b\\", "ab", 2, 0},
	"a string that is cut off":     {"\x1b]2;a\x18b", "b", 1, 0},
}

func newTest(width, height int, options ...Option) *Terminal {
	return NewTerminal(width, height, options...)
}

func send(t *Terminal, text string) { _, _ = t.Write([]byte(text)) }

// shown gives the lines separated by "|", without empty ones at the end.
func shown(s Screen) string { return strings.TrimRight(strings.Join(s.Lines(), "|"), "|") }

func TestSequencesShowWhatTerminalsShow(t *testing.T) {
	for name, test := range sequences {
		term := newTest(10, 4)
		send(term, test.send)
		s := term.Screen()
		if got := shown(s); got != test.lines {
			t.Errorf("%s: %q shows\n%s\nnot\n%s", name, test.send, got, test.lines)
		}
		if s.Cursor.X != test.x || s.Cursor.Y != test.y {
			t.Errorf("%s: %q leaves the cursor at %d,%d, not %d,%d", name, test.send, s.Cursor.X, s.Cursor.Y, test.x, test.y)
		}
		if unknown := term.Unknown(); len(unknown) > 0 {
			t.Errorf("%s: does not know %s", name, unknown)
		}
	}
}

func TestStylesOfCells(t *testing.T) {
	for text, want := range map[string]Cell{
		"\x1b[1;2;3;4;7m":           {Style: cells.Style{Bold: true, Faint: true, Italic: true, Underline: true, Reverse: true}, UnderlineKind: 1},
		"\x1b[1;3;4;7m\x1b[22;27m":  {Style: cells.Style{Italic: true, Underline: true}, UnderlineKind: 1},
		"\x1b[4:3m":                 {Style: cells.Style{Underline: true}, UnderlineKind: 3},
		"\x1b[4m\x1b[4:0;1m":        {Style: cells.Style{Bold: true}},
		"\x1b[31;42m":               {Style: cells.Style{Fg: cells.ANSI(1), Bg: cells.ANSI(2)}},
		"\x1b[91;102m":              {Style: cells.Style{Fg: cells.ANSI(9), Bg: cells.ANSI(10)}},
		"\x1b[38;5;75;48;5;236m":    {Style: cells.Style{Fg: cells.ANSI(75), Bg: cells.ANSI(236)}},
		"\x1b[38;2;1;2;3;48;5;9;1m": {Style: cells.Style{Fg: cells.RGB(1, 2, 3), Bg: cells.ANSI(9), Bold: true}},
		"\x1b[38:2:1:2:3;1m":        {Style: cells.Style{Fg: cells.RGB(1, 2, 3), Bold: true}},
		"\x1b[38:2::1:2:3m":         {Style: cells.Style{Fg: cells.RGB(1, 2, 3)}},
		"\x1b[48:5:7;4m":            {Style: cells.Style{Bg: cells.ANSI(7), Underline: true}, UnderlineKind: 1},
		"\x1b[4;58;5;7m":            {Style: cells.Style{Underline: true}, UnderlineKind: 1, UnderlineColour: cells.ANSI(7)},
		"\x1b[31;41m\x1b[39;49m":    {},
		"\x1b[31;1m\x1b[m":          {},
		"\x1b[5;8;9m":               {Blink: true, Hidden: true, Strike: true},
		"\x1b]8;;http://x\x1b\\":    {Link: "http://x"},
	} {
		term := newTest(10, 4)
		send(term, text+"x")
		want.Text = "x"
		if got := term.Screen().Cell(0, 0); got != want {
			t.Errorf("%q gives\n%+v, not\n%+v", text, got, want)
		}
		if unknown := term.Unknown(); len(unknown) > 0 {
			t.Errorf("%q: does not know %s", text, unknown)
		}
	}
}

func TestErasedCellsKeepTheBackground(t *testing.T) {
	for _, erase := range []string{"\x1b[K", "\x1b[X", "\x1b[2J", "\x1b[@", "\x1b[P\x1b[10G", "\x1b[L", "\x1b[M", "\x1b[S", "\x1b[T"} {
		term := newTest(10, 1)
		send(term, "\x1b[1;31;44m"+erase)
		s := term.Screen()
		if got, want := s.Cell(s.Cursor.X, 0).Style, (cells.Style{Bg: cells.ANSI(4)}); got != want {
			t.Errorf("%q leaves %+v", erase, got)
		}
	}
}

func TestQuestionsAreAnswered(t *testing.T) {
	sixel, kitty := []Option{Sixel()}, []Option{Kitty()}
	for _, test := range []struct {
		asks, answer string
		options      []Option
	}{
		{"\x1b[c", "\x1b[?62;22c", nil},
		{"\x1b[c", "\x1b[?62;4;22c", sixel},
		{"ab\x1b[6n", "\x1b[1;3R", nil},
		{"\x1b[5n", "\x1b[0n", nil},
		{"\x1b]11;?\x07", "\x1b]11;rgb:1212/1414/1818\x07", nil},
		{"\x1b]11;?\x1b\\", "\x1b]11;rgb:fbfb/fbfb/f8f8\x1b\\", []Option{Light()}},
		{"\x1b]10;#ff0000\x07\x1b]10;?\x07", "\x1b]10;#ff0000\x07", nil},
		{"\x1b[?2026$p\x1b[?2027$p", "\x1b[?2026;2$y\x1b[?2027;0$y", nil},
		{"\x1b[?2026$p\x1b[?2027$p", "\x1b[?2026;0$y\x1b[?2027;2$y", []Option{Unsynchronised(), Graphemes()}},
		{"\x1b[?25$p\x1b[?25l\x1b[?25$p", "\x1b[?25;1$y\x1b[?25;2$y", nil},
		{"\x1b[>0q", "\x1bP>|kitty(0.40)\x1b\\", []Option{Name("kitty(0.40)")}},
		{"\x1b[?u", "", nil},
		{"\x1b[>5u\x1b[?u\x1b[<u\x1b[?u", "\x1b[?5u\x1b[?0u", []Option{Keys(KittyKeys)}},
		{"\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\\x1b[c", "\x1b_Gi=31;OK\x1b\\\x1b[?62;22c", kitty},
		{"\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\\x1b[c", "\x1b[?62;22c", nil},
		{"\x1b[18t\x1b[14t\x1b[16t", "\x1b[8;4;10t\x1b[4;64;80t\x1b[6;16;8t", nil},
		{"\x1bP+q524742\x1b\\", "\x1bP0+r\x1b\\", nil},
		{"\x1b[c\x1b[6n", "", []Option{Silent()}},
	} {
		term := newTest(10, 4, test.options...)
		send(term, test.asks)
		if got := string(slices.Concat(term.input...)); got != test.answer {
			t.Errorf("%q is answered %q, not %q", test.asks, got, test.answer)
		}
		if unknown := term.Unknown(); len(unknown) > 0 {
			t.Errorf("%q: does not know %s", test.asks, unknown)
		}
	}
}

func TestWhatATerminalDoesNotKnowIsRemembered(t *testing.T) {
	for text, want := range map[string]string{
		"\x1b[5i":                 "CSI 5i",
		"\x1b[?1234h":             "CSI ?1234h",
		"\x1b(0":                  "ESC ( 0",
		"\x1b]777;x\x07":          "OSC 777",
		"\x1bPq#0\x1b\\":          "DCS q",
		"\x1b_Ga=T,i=1;x\x1b\\":   "APC Ga=T,i=1",
		"\x1b]1337;File=:x\x1b\\": "OSC 1337",
		"\x1b[99m":                "CSI 99m",
		"\u0085":                  "character U+0085",
	} {
		term := newTest(10, 4)
		send(term, text)
		if got := term.Unknown(); len(got) != 1 || got[0] != want {
			t.Errorf("%q: unknown are %q, not %q", text, got, want)
		}
	}
}

func TestPicturesAreKept(t *testing.T) {
	term := newTest(10, 4, Kitty(), Sixel(), ITerm2())
	send(term, "\x1b[2;3H\x1b_Ga=T,i=7,f=100;QUJD\x1b\\\x1bP0;1q#0~\x1b\\\x1b]1337;File=inline=1:QUJD\x07")
	var got []string
	for _, i := range term.Images() {
		got = append(got, i.Protocol+" "+i.Control+" "+string(i.Data))
		if i.X != 2 || i.Y != 1 {
			t.Errorf("%s is at %d,%d", i.Protocol, i.X, i.Y)
		}
	}
	if want := "kitty a=T,i=7,f=100 QUJD|sixel 0;1q #0~|iterm2 File=inline=1 QUJD"; strings.Join(got, "|") != want {
		t.Errorf("kept %q", got)
	}
}

func TestAHalfDrawnFrameIsNotShown(t *testing.T) {
	term := newTest(10, 2)
	send(term, "before\x1b[?2026h\x1b[2J\x1b[Haf")
	if got := term.Screen().Line(0); got != "before" {
		t.Errorf("shows %q within a frame", got)
	}
	send(term, "ter\x1b[?2026l")
	if got := term.Screen().Line(0); got != "after" {
		t.Errorf("shows %q after a frame", got)
	}
}

func TestCharactersThatPeopleTakeAsOneAreOneCell(t *testing.T) {
	family := "👨\u200d👩\u200d👧"
	term := newTest(20, 1, Graphemes())
	send(term, "\x1b[?2027h"+family+"❤\ufe0fx")
	s := term.Screen()
	if s.Cell(0, 0).Text != family || s.Cell(2, 0).Text != "❤\ufe0f" || s.Cell(4, 0).Text != "x" {
		t.Errorf("cells are %q", []string{s.Cell(0, 0).Text, s.Cell(2, 0).Text, s.Cell(4, 0).Text})
	}
	term = newTest(20, 1)
	send(term, family+"x")
	if x, _, ok := term.Screen().Find("x"); !ok || x != 6 {
		t.Errorf("without mode 2027 what follows stands in column %d", x)
	}
}

func TestASmallerTerminalKeepsTheCursorsLine(t *testing.T) {
	term := newTest(10, 4)
	send(term, "1\r\n2\r\n3漢\r\n4")
	term.Resize(2, 2)
	if got := shown(term.Screen()); got != "3|4" {
		t.Errorf("shows %s", got)
	}
	term.Resize(5, 3)
	send(term, "5")
	if got := shown(term.Screen()); got != "3|45" {
		t.Errorf("shows %s", got)
	}
}

func TestWhereATextStandsIsCountedInCells(t *testing.T) {
	term := newTest(20, 2)
	send(term, "x\r\n漢e\u0301 here")
	for text, want := range map[string][2]int{"here": {4, 1}, "e\u0301": {2, 1}, "漢": {0, 1}, "x": {0, 0}} {
		if x, y, ok := term.Screen().Find(text); !ok || x != want[0] || y != want[1] {
			t.Errorf("%q is found at %d,%d (%v), not %v", text, x, y, ok, want)
		}
	}
	if term.Screen().Contains("nowhere") {
		t.Error("finds what is not there")
	}
}

func FuzzNothingThatAProgramWritesBreaksTheTerminal(f *testing.F) {
	for _, test := range sequences {
		f.Add([]byte(test.send), uint8(10), uint8(4))
	}
	f.Add([]byte("\x1b[?1049h漢\x1b[1;1r\x1b[3T\x1b[?2026h\x1b[?2027h👨\u200d👩"), uint8(1), uint8(1))
	f.Fuzz(func(t *testing.T, text []byte, width, height uint8) {
		term := newTest(10, 4, Graphemes(), Kitty(), Sixel(), ITerm2())
		for _, half := range [][]byte{text[:len(text)/2], text[len(text)/2:]} {
			_, _ = term.Write(half)
			s := term.Screen()
			if c := s.Cursor; c.X < 0 || c.Y < 0 || c.X >= s.Width || c.Y >= s.Height {
				t.Fatalf("the cursor is at %d,%d of %dx%d", c.X, c.Y, s.Width, s.Height)
			}
			for y := range s.Height {
				for x := range s.Width {
					if s.Cell(x, y).Text == "" && (x == 0 || s.Cell(x-1, y).Text == "") {
						t.Fatalf("half a character stands at %d,%d", x, y)
					}
				}
			}
			term.Resize(int(width), int(height))
		}
	})
}
