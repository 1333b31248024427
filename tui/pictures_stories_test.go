package tui

import (
	"io"
	"os"
	"testing"

	"github.com/mwvgroup/pgb/tui/screen"
)

func TestImagesAreSentToATerminalThatHasThem(t *testing.T) {
	w := newWorld(t, 140, 50, screen.Kitty(), screen.Name("kitty(0.40.0)"))
	w.config.Env = append(w.config.Env, "TERM_PROGRAM=kitty")
	w.withImages().onStream(1)
	w.Type("enter", "3")
	w.until("images", func(screen.Screen) bool { return len(w.Images()) >= 3 })
	w.until("their places", func(s screen.Screen) bool { return s.Contains("\U0010EEEE") })
	w.quit()
}

func TestUnderAMultiplexerImagesAreDrawnInCells(t *testing.T) {
	w := newWorld(t, 140, 50, screen.Kitty(), screen.Name("kitty(0.40.0)"))
	w.config.Env = append(w.config.Env, "TMUX=/tmp/tmux-0/default,1,0")
	w.withImages().onStream(1)
	w.Type("enter", "3")
	w.see("▀")
	if n := len(w.Images()); n != 0 {
		t.Errorf("%d images were sent", n)
	}
	w.quit()
}

func TestImagesTakeTheWholeScreenUntilAKeyIsPressed(t *testing.T) {
	for name, press := range map[string]string{"a key": "x", "Ctrl-C": "ctrl+c"} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, 100, 30, screen.Sixel()).withImages()
			w.throughAFile()
			w.onStream(1)
			w.see("science")
			w.Type("c")
			w.until("the images", func(screen.Screen) bool { return len(w.Images()) >= 3 })
			w.send(3) // the stream does not wait for the person
			w.Type(press)
			if press == "ctrl+c" {
				w.ended(nil)
				return
			}
			w.see("object_id")
			w.see(w.streams.last())
			w.send(1)
			w.see(w.streams.last())
			w.quit()
		})
	}
}

// throughAFile has the viewer read what is typed from a file: waiting for other
// readers can't be given up.
func (w *world) throughAFile() {
	read, write, err := os.Pipe()
	if err != nil {
		w.t.Fatal(err)
	}
	w.config.In = read
	copied := make(chan struct{})
	go func() {
		defer close(copied)
		_, _ = io.Copy(write, w.Terminal)
	}()
	w.t.Cleanup(func() {
		w.Close()
		<-copied
		read.Close()
		write.Close()
	})
}
