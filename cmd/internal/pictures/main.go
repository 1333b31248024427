// Command pictures draws the pictures of docs/viewer.md: it runs the real
// viewer on the sandbox, presses keys, and draws what is on the screen then.
//
//	go run ./cmd/internal/pictures            # as make pictures does
//	go run ./cmd/internal/pictures -only sky  # one of them
//	go run ./cmd/internal/pictures -check     # are all that the page shows in the list?
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/mwvgroup/pgb/tui/screen"
)

// patience bounds the wait for each step of a picture.
const patience = 20 * time.Second

// maxBytes is how large a picture may be.
const maxBytes = 150 << 10

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "pictures:", err)
		os.Exit(1)
	}
}

func run() error {
	out := flag.String("o", "docs/images", "the folder that the pictures go to")
	program := flag.String("pgb", "", "the program (default: built from this tree)")
	only := flag.String("only", "", "names of the pictures to draw, separated by commas")
	page := flag.String("page", "docs/viewer.md", "the page that shows them")
	check := flag.Bool("check", false, "check that the page, the list and the folder have the same pictures")
	flag.Parse()
	if *check {
		return checkPage(*page, *out)
	}
	folder, err := os.MkdirTemp("", "pgb-pictures-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	if *program == "" {
		*program = filepath.Join(folder, "pgb")
		build := exec.Command("go", "build", "-o", *program, "./cmd/pgb")
		build.Stderr = os.Stderr
		if err := build.Run(); err != nil {
			return fmt.Errorf("build pgb: %w", err)
		}
	}
	if err := os.MkdirAll(*out, 0o755); err != nil {
		return err
	}
	for _, f := range frames {
		if *only != "" && !slices.Contains(strings.Split(*only, ","), f.name) {
			continue
		}
		if err := f.picture(*program, folder, *out); err != nil {
			return fmt.Errorf("%s: %w", f.name, err)
		}
	}
	return nil
}

// picture draws one picture into a folder.
func (f frame) picture(program, folder, out string) error {
	shown, err := f.show(program, folder)
	if err != nil {
		return err
	}
	l := darkLook
	if f.light {
		l = lightLook
	}
	a, err := newArtist(l)
	if err != nil {
		return err
	}
	img := paletted(a.draw(shown, f.title()))
	if err := a.check(); err != nil {
		return err
	}
	var file bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	if err := encoder.Encode(&file, img); err != nil {
		return err
	}
	if file.Len() > maxBytes {
		return fmt.Errorf("the picture has %d bytes: more than %d", file.Len(), maxBytes)
	}
	name := filepath.Join(out, f.name+".png")
	fmt.Printf("%s  %dx%d cells, %d kB\n", name, f.width, f.height, (file.Len()+1023)/1024)
	return os.WriteFile(name, file.Bytes(), 0o644)
}

// title is what stands above the picture: the command line.
func (f frame) title() string { return strings.Join(append([]string{"pgb", "tui"}, f.args...), " ") }

// show runs the viewer and gives the screen after the last step.
func (f frame) show(program, folder string) (screen.Screen, error) {
	home, err := os.MkdirTemp(folder, "home-")
	if err != nil {
		return screen.Screen{}, err
	}
	env := append(os.Environ(), environment(home, folder)...)
	if len(f.before) > 0 {
		first := exec.Command(program, f.before...)
		first.Dir, first.Env = home, env
		if text, err := first.CombinedOutput(); err != nil {
			return screen.Screen{}, fmt.Errorf("pgb %s: %w\n%s", strings.Join(f.before, " "), err, text)
		}
	}
	cmd := exec.Command(program, slices.Concat([]string{"tui", "--sandbox"}, f.hidden, f.args)...)
	cmd.Dir, cmd.Env = home, env
	l := darkLook
	if f.light {
		l = lightLook
	}
	p, err := screen.Start(cmd, f.width, f.height, screen.Colours(colour(l.foreground), colour(l.background)))
	if err != nil {
		return screen.Screen{}, err
	}
	defer p.End()
	for _, s := range f.steps {
		p.Type(s.keys...)
		shown, err := p.WaitFor(patience, s.until)
		if err != nil {
			return shown, fmt.Errorf("after the keys %q: %w\n%s", s.keys, err, shown.Frame())
		}
	}
	shown := p.Screen()
	if unknown := p.Unknown(); len(unknown) > 0 {
		return shown, fmt.Errorf("the terminal did not understand %s", strings.Join(unknown, ", "))
	}
	return shown, quit(p)
}

// quit ends the viewer, and checks that it leaves the terminal as it was.
func quit(p *screen.Process) error {
	p.Type("ctrl+c")
	code, err := p.Wait(patience)
	if err == nil && code != 0 {
		err = fmt.Errorf("pgb ended with %d:\n%s", code, strings.Join(p.Leftovers(), "\n"))
	}
	return errors.Join(err, p.Restored())
}

// environment keeps the viewer away from the user's files and from the network.
// The sandbox's archive is made once for all pictures.
func environment(home, folder string) []string {
	return []string{
		"HOME=" + home, "XDG_CONFIG_HOME=" + home, "XDG_STATE_HOME=" + home, "XDG_DATA_HOME=" + home, "XDG_CACHE_HOME=" + folder,
		"PGB_CONFIG=" + filepath.Join(home, "pgb.yaml"), "PGB_SANDBOX_DIR=" + filepath.Join(folder, "sandboxes"), "PGB_ARCHIVE=", "PUBSUB_EMULATOR_HOST=",
		"BIGQUERY_EMULATOR_HOST=", "NO_GCE_CHECK=true", "NO_COLOR=", "LC_ALL=C.UTF-8", "TZ=UTC",
	}
}
