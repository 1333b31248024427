package cutout

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi/kitty"

	"github.com/mwvgroup/pgb/client/alert/stamp"
	"github.com/mwvgroup/pgb/client/alert/stamp/stamptest"
	"github.com/mwvgroup/pgb/tui/cells"
)

func inKitty(t testing.TB) *View {
	t.Helper()
	v := &View{Theme: cells.Theme{TrueColour: true}, Graphics: Kitty, CellWidth: 8, CellHeight: 16}
	v.Set(drawn(t)[:2])
	return v
}

var kittyImage = regexp.MustCompile("\x1b_G([^;\x1b]*);([^\x1b]*)\x1b\\\\")

// kittyPictures gives the options of the first part of each image in a
// sequence, and the images.
func kittyPictures(t testing.TB, sequence string) (options []string, pictures []image.Image) {
	t.Helper()
	data := ""
	for _, m := range kittyImage.FindAllStringSubmatch(sequence, -1) {
		if len(m[2]) > 4096 {
			t.Errorf("a part of %d bytes", len(m[2]))
		}
		if strings.Contains(m[1], "a=T") {
			options = append(options, m[1])
		}
		if data += m[2]; strings.Contains(m[1], "m=1") {
			continue
		}
		file, err := base64.StdEncoding.DecodeString(data)
		if err != nil {
			t.Fatal(err)
		}
		picture, err := png.Decode(bytes.NewReader(file))
		if err != nil {
			t.Fatal(err)
		}
		pictures, data = append(pictures, picture), ""
	}
	return options, pictures
}

func TestImagesAreSentBeforePlaceholdersShowThem(t *testing.T) {
	v := inKitty(t)
	if text := v.Render(40, 12).String(); strings.ContainsRune(text, kitty.Placeholder) || !strings.Contains(text, "▀") {
		t.Errorf("before anything was sent: %q", text)
	}
	first := v.Transmit()
	options, pictures := kittyPictures(t, first.Images())
	want := []string{"f=100,q=2,i=7366400,U=1,c=19,r=10,a=T", "f=100,q=2,i=7366401,U=1,c=19,r=10,a=T"}
	for i := range want {
		if got := strings.TrimSuffix(options[i], ",m=0"); got != want[i] {
			t.Errorf("image %d: %s, want %s", i, got, want[i])
		}
		if got := pictures[i].Bounds().Size(); got != image.Pt(19*8, 10*16) {
			t.Errorf("image %d has %v pixels", i, got)
		}
	}
	if strings.ContainsRune(v.Render(40, 12).String(), kitty.Placeholder) {
		t.Error("placeholders before it is known that the images were sent")
	}
	if !v.Sent(first) {
		t.Error("the images are wanted, and are not to be sent")
	}
	line := strings.Split(v.Render(40, 12).String(), "\n")[2]
	begin := "\x1b[0;38;2;112;103;0m\U0010EEEE\u030D\u0305\U0010EEEE\u030D\u030D\U0010EEEE\u030D\u030E"
	if !strings.HasPrefix(line, begin) || !strings.Contains(line, "\x1b[0;38;2;112;103;1m\U0010EEEE\u030D\u0305") {
		t.Errorf("%q should begin with %q", line, begin)
	}
	if again := v.Transmit(); again.Forget != "" || !again.IsEmpty() || v.Sent(again) {
		t.Errorf("sent twice: %q", again.Forget+again.Images())
	}
}

func TestImagesThatChangeAreSentAgainAndTheOldOnesForgotten(t *testing.T) {
	v := inKitty(t)
	v.Render(40, 12)
	v.Sent(v.Transmit())
	const forgetsBoth = "\x1b_Gq=2,i=7366400,d=I,a=d\x1b\\\x1b_Gq=2,i=7366401,d=I,a=d\x1b\\"
	v.Stretch = stamp.Log
	if strings.ContainsRune(v.Render(40, 12).String(), kitty.Placeholder) {
		t.Error("placeholders of images with another stretch")
	}
	first := v.Transmit()
	if text := first.Images(); first.Forget != forgetsBoth || !strings.Contains(text, "i=7366402") {
		t.Errorf("%q, %.200q", first.Forget, text)
	}
	v.Render(30, 9)
	second := v.Transmit()
	if v.Sent(first) {
		t.Error("images of another size are to be sent")
	}
	if strings.ContainsRune(v.Render(30, 9).String(), kitty.Placeholder) {
		t.Error("placeholders while images are on their way")
	}
	v.Sent(second)
	if !strings.ContainsRune(v.Render(30, 9).String(), kitty.Placeholder) {
		t.Error("no placeholders of images that were sent")
	}
	v.Lost()
	if strings.ContainsRune(v.Render(30, 9).String(), kitty.Placeholder) {
		t.Error("placeholders of images that the terminal lost")
	}
	late := v.Transmit()
	v.Lost()
	if again := v.Transmit(); late.IsEmpty() || v.Sent(late) || again.IsEmpty() || !v.Sent(again) {
		t.Error("images that the terminal lost are not sent again")
	}
	if got := v.Release(); strings.Count(got, "a=d") != 2 || v.Release() != "" {
		t.Errorf("%q", got)
	}
	v.Render(30, 9)
	v.Transmit()
	v.Set(nil)
	v.Render(30, 9)
	if got := v.Transmit(); strings.Count(got.Forget, "a=d") != 2 || !got.IsEmpty() {
		t.Errorf("without stamps: %q", got.Forget)
	}
}

func TestNoImagesWhereTheirNumbersCannotBeShown(t *testing.T) {
	for _, theme := range []cells.Theme{{}, {TrueColour: true, Plain: true}, {TrueColour: true, ASCII: true}} {
		v := inKitty(t)
		v.Theme = theme
		v.Render(40, 12)
		if got := v.Transmit(); got.Forget != "" || !got.IsEmpty() {
			t.Errorf("%+v: %q", theme, got.Forget)
		}
	}
}

func TestThereAreAsManyMarksAsCells(t *testing.T) {
	first := kitty.Diacritic(0)
	if kitty.Diacritic(mostCells-1) == first || kitty.Diacritic(mostCells) != first {
		t.Errorf("there are not %d marks", mostCells)
	}
}

func TestSixelsDecodeToTheirPicture(t *testing.T) {
	s := decoded(t, stamptest.Packet(t, stamptest.ZTF), "ztf")[2]
	s.Pixels[0] = nan
	for _, look := range []Look{{}, {Diverging: true, Ticks: true}} {
		for _, size := range [][2]int{{1, 1}, {63, 63}, {100, 70}} {
			m := s.Picture(look, look.Scales([]Stamp{s})[0], size[0], size[1])
			got, ok := fromSixel(t, string(appendSixel(nil, m)))
			if !ok || got.Bounds() != m.Bounds() {
				t.Fatalf("%v, want %v", got.Bounds(), m.Bounds())
			}
			for y := range size[1] {
				for x := range size[0] {
					if a, b := got.At(x, y), m.At(x, y); !alike(a, b) {
						t.Fatalf("%v: pixel %d, %d is %v, want %v", size, x, y, a, b)
					}
				}
			}
		}
	}
}

// alike says whether colours differ by no more than a percent, as sixels do.
func alike(a, b color.Color) bool {
	r, g, bl, al := a.RGBA()
	r2, g2, bl2, al2 := b.RGBA()
	near := func(a, b uint32) bool { return a-b+400 <= 800 }
	return near(r, r2) && near(g, g2) && near(bl, bl2) && al == al2
}

var sixelToken = regexp.MustCompile(`#(\d+)(?:;2;(\d+);(\d+);(\d+))?|!(\d+)([?-~])|[?-~]|[$-]`)

// fromSixel reads sixels as far as appendSixel writes them.
func fromSixel(t testing.TB, sequence string) (image.Image, bool) {
	t.Helper()
	var width, height int
	if _, err := fmt.Sscanf(sequence, "\x1bP0;1;0q\"1;1;%d;%d", &width, &height); err != nil {
		t.Fatal(err)
	}
	body, ok := strings.CutSuffix(sequence[strings.Index(sequence, "#"):], "\x1b\\")
	m := image.NewNRGBA(image.Rect(0, 0, width, height))
	colours, now, x, top := map[string]color.NRGBA{}, color.NRGBA{}, 0, 0
	read := 0
	for _, token := range sixelToken.FindAllStringSubmatch(body, -1) {
		read += len(token[0])
		number := func(i int) int {
			n, err := strconv.Atoi(token[i])
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		switch first := token[0][0]; {
		case first == '#' && token[2] != "":
			part := func(i int) uint8 { return uint8((number(i)*255 + 50) / 100) }
			colours[token[1]] = color.NRGBA{part(2), part(3), part(4), 255}
		case first == '#':
			now, ok = colours[token[1]]
		case first == '$':
			x = 0
		case first == '-':
			x, top = 0, top+6
		default:
			run, bits := 1, token[0][0]-'?'
			if first == '!' {
				run, bits = number(5), token[6][0]-'?'
			}
			for range run {
				for bit := range 6 {
					if bits&(1<<bit) != 0 {
						m.SetNRGBA(x, top+bit, now)
					}
				}
				x++
			}
		}
	}
	return m, ok && read == len(body)
}

func TestWholeScreensAreDrawnWithTheGraphicsOfTheTerminal(t *testing.T) {
	stamps := drawn(t)
	for _, c := range []struct {
		graphics Graphics
		picture  string // that draws one
	}{
		{Kitty, "\x1b[2;1H\x1b_Gf=100,q=2,i=7366656,C=1,c=26,r=13,a=T"},
		{ITerm2, "\x1b[2;1H\x1b]1337;File=size="},
		{Sixel, "\x1b[2;1H\x1bP0;1;0q\"1;1;208;208"},
		{None, "\x1b[10;1H\x1b[0;38;2;"},
	} {
		text := FullScreen(stamps, Look{}, Screen{Width: 80, Height: 24, CellWidth: 8, CellHeight: 16, Theme: cells.Theme{TrueColour: true}, Graphics: c.graphics})
		for _, want := range []string{"science", "template", "difference", "any key returns", c.picture} {
			if !strings.Contains(text, want) {
				t.Errorf("%v: no %q", c.graphics, want)
			}
		}
		if has := strings.Contains(text, "▀"); has != (c.graphics == None) {
			t.Errorf("%v: half blocks: %v", c.graphics, has)
		}
		if strings.Contains(text, "\n") {
			t.Errorf("%v: a newline would scroll", c.graphics)
		}
	}
}

func TestInlineImagesOfITerm2ArePictures(t *testing.T) {
	text := FullScreen(drawn(t)[:1], Look{}, Screen{Width: 30, Height: 24, Graphics: ITerm2})
	m := regexp.MustCompile("File=size=(\\d+);width=(\\d+);height=(\\d+);preserveAspectRatio=0;inline=1;doNotMoveCursor=1:([^\x07]*)\x07").FindStringSubmatch(text)
	if m == nil {
		t.Fatalf("%.300q", text)
	}
	file, err := base64.StdEncoding.DecodeString(m[4])
	if err != nil || strconv.Itoa(len(file)) != m[1] || m[2] != "30" || m[3] != "15" {
		t.Errorf("%v; %d bytes, %v", err, len(file), m[1:4])
	}
	if picture, err := png.Decode(bytes.NewReader(file)); err != nil || picture.Bounds().Size() != image.Pt(300, 300) {
		t.Errorf("%v", err)
	}
}

func TestFullScreensOfAnySizeAreDrawn(t *testing.T) {
	for _, stamps := range [][]Stamp{nil, {{}}, drawn(t)} {
		for _, g := range []Graphics{None, Kitty, Sixel, ITerm2} {
			for _, size := range [][2]int{{0, 0}, {1, 1}, {2, 3}, {40, 10}} {
				FullScreen(stamps, Look{}, Screen{Width: size[0], Height: size[1], Graphics: g})
			}
		}
	}
}

func TestShowingWaitsForAKeyAndRestoresTheScreen(t *testing.T) {
	var out bytes.Buffer
	in := &keyboard{keys: "q", before: func() {
		if !strings.Contains(out.String(), "any key returns") || strings.Contains(out.String(), "\x1b[?1049l") {
			t.Error("a key is waited for before the stamps are there, or after they are gone")
		}
	}}
	s := Showing{Stamps: drawn(t), Screen: Screen{Width: 60, Height: 20, Graphics: Kitty}}
	s.SetStdin(in)
	s.SetStdout(&out)
	s.SetStderr(io.Discard)
	if err := s.Run(); err != nil || in.reads != 1 {
		t.Errorf("%v after %d keys", err, in.reads)
	}
	text := out.String()
	if !strings.HasPrefix(text, "\x1b[?1049h\x1b[?25l\x1b[2J") || !strings.HasSuffix(text, "i=7366658,d=I,a=d\x1b\\\x1b[?25h\x1b[?1049l") {
		t.Errorf("it begins with %.40q and ends with %q", text, text[len(text)-40:])
	}
}

func TestShowingRestoresTheScreenWhenTheInputFails(t *testing.T) {
	var out bytes.Buffer
	s := Showing{Stamps: drawn(t), Screen: Screen{Width: 60, Height: 20}}
	if err := s.Run(); err == nil {
		t.Error("shown nowhere")
	}
	s.SetStdin(&keyboard{err: errors.New("hung up")})
	s.SetStdout(&out)
	if err := s.Run(); err == nil || err.Error() != "hung up" || !strings.HasSuffix(out.String(), "\x1b[?1049l") {
		t.Errorf("%v, %q", err, out.String()[out.Len()-20:])
	}
	s.SetStdin(strings.NewReader(""))
	if err := s.Run(); err != nil {
		t.Errorf("at the end of the input: %v", err)
	}
}

type keyboard struct {
	keys   string
	err    error
	reads  int
	before func()
}

func (k *keyboard) Read(p []byte) (int, error) {
	if k.before != nil {
		k.before()
	}
	k.reads++
	return copy(p, k.keys), k.err
}

func TestSixelsThatRepeatAreCounted(t *testing.T) {
	m := image.NewPaletted(image.Rect(0, 0, 90, 6), color.Palette{color.NRGBA{}, color.NRGBA{255, 0, 0, 255}})
	for i := range m.Pix {
		m.Pix[i] = uint8(min(i%90/2, 1))
	}
	if got, want := string(appendSixel(nil, m)), "\x1bP0;1;0q\"1;1;90;6#1;2;100;0;0#1??!88~-\x1b\\"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
