package screen

import (
	"fmt"
	"io"
	"strings"
	"testing"
	"time"
)

func TestKeysAreSentAsTerminalsDo(t *testing.T) {
	kitty, other := encoding{flags: 1}, encoding{other: true}
	for _, test := range []struct {
		key  string
		e    encoding
		want string
	}{
		{"a", encoding{}, "a"}, {"some text", encoding{}, "some text"}, {"+", encoding{}, "+"}, {"ctrl+", encoding{}, "ctrl+"},
		{"enter", encoding{}, "\r"}, {"space", kitty, " "}, {"up", encoding{}, "\x1b[A"}, {"up", encoding{arrows: true}, "\x1bOA"},
		{"shift+left", encoding{}, "\x1b[1;2D"}, {"ctrl+alt+left", encoding{}, "\x1b[1;7D"}, {"pgdown", encoding{}, "\x1b[6~"}, {"ctrl+pgup", encoding{}, "\x1b[5;5~"},
		{"ctrl+c", encoding{}, "\x03"}, {"ctrl+c", kitty, "\x1b[99;5u"}, {"ctrl+c", other, "\x1b[27;5;99~"},
		{"esc", encoding{}, "\x1b"}, {"esc", kitty, "\x1b[27u"}, {"alt+b", encoding{}, "\x1bb"}, {"ctrl+space", encoding{}, "\x00"},
		{"shift+tab", encoding{}, "\x1b[Z"}, {"shift+a", encoding{}, "A"}, {"alt+enter", encoding{}, "\x1b\r"}, {"f1", encoding{}, "\x1bOP"}, {"f5", encoding{}, "\x1b[15~"},
	} {
		if got := encode(test.key, test.e); got != test.want {
			t.Errorf("%s %+v is sent as %q, not %q", test.key, test.e, got, test.want)
		}
	}
}

func TestTheMouseIsReportedToThoseWhoAskedOnly(t *testing.T) {
	term := newTest(10, 4)
	if err := term.Click(1, 1); err == nil {
		t.Error("a click is reported to a program that has not asked")
	}
	send(term, "\x1b[?1000h")
	if err := term.Click(1, 1); err == nil {
		t.Error("a click is reported in an encoding that cannot be read")
	}
	send(term, "\x1b[?1006h")
	if err := term.Click(10, 1); err == nil {
		t.Error("a click outside is reported")
	}
	if err := term.Drag(1, 1, 3, 1); err != nil {
		t.Error(err)
	}
	send(term, "\x1b[?1002h")
	if err := term.Drag(1, 1, 3, 1); err != nil {
		t.Error(err)
	}
	_ = term.Close()
	got, _ := io.ReadAll(term)
	want := "\x1b[<0;2;2M\x1b[<0;4;2m" + "\x1b[<0;2;2M\x1b[<32;3;2M\x1b[<32;4;2M\x1b[<0;4;2m"
	if string(got) != want {
		t.Errorf("reported %q, not %q", got, want)
	}
}

func TestWaitingEndsWhenTheProgramDoes(t *testing.T) {
	term := newTest(10, 4)
	go func() {
		send(term, "\x1b[?2026hlast words")
		term.end("the program has ended: exit status 1")
	}()
	s, err := term.WaitFor(time.Minute, func(Screen) bool { return false })
	if err == nil || !strings.Contains(err.Error(), "exit status 1") || s.Line(0) != "last words" {
		t.Errorf("waiting gives %v and %q", err, s.Line(0))
	}
	if _, err := newTest(1, 1).WaitFor(time.Millisecond, func(Screen) bool { return false }); err == nil {
		t.Error("waiting for what does not come gives no error")
	}
}

// A frame of a full screen, as a program that shows a table draws it.
func BenchmarkWrite(b *testing.B) {
	const width, height = 200, 60
	var frame strings.Builder
	frame.WriteString("\x1b[?2026h\x1b[H")
	for y := range height {
		for x := range width / 10 {
			fmt.Fprintf(&frame, "\x1b[0;38;5;%dm%9d ", (x+y)%256, x*y)
		}
	}
	frame.WriteString("\x1b[?2026l")
	text := []byte(frame.String())
	e := newEmulator(width, height, defaults())
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		e.write(text)
	}
}

func BenchmarkScreen(b *testing.B) {
	term := newTest(200, 60)
	for b.Loop() {
		term.Screen()
	}
}
