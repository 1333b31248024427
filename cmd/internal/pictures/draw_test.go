package main

import (
	"image"
	"image/color"
	"io/fs"
	"math/bits"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/mwvgroup/pgb/tui/screen"
)

// drawn draws what a terminal of some size shows after a text.
func drawn(t *testing.T, text string, width, height int) *image.RGBA {
	t.Helper()
	term := screen.NewTerminal(width, height)
	if _, err := term.Write([]byte("\x1b[?25l" + text)); err != nil {
		t.Fatal(err)
	}
	a, err := newArtist(darkLook)
	if err != nil {
		t.Fatal(err)
	}
	img := a.draw(term.Screen(), "")
	if err := a.check(); err != nil {
		t.Fatal(err)
	}
	return img
}

// at gives the colour of a pixel of a cell.
func at(img *image.RGBA, cellX, cellY, x, y int) color.RGBA {
	return img.RGBAAt(margin+cellX*cellWidth+x, titleHeight+margin+cellY*cellHeight+y)
}

func TestColoursAreThoseOfTheScreen(t *testing.T) {
	img := drawn(t, "\x1b[48;2;1;2;3m \x1b[48;5;75m \x1b[0;7m \x1b[m \x1b[38;2;9;8;7m█\x1b[31;2m█", 6, 1)
	for x, want := range []color.RGBA{
		{1, 2, 3, 255}, {0x5f, 0xaf, 0xff, 255}, darkLook.foreground, darkLook.background, {9, 8, 7, 255}, mix(darkLook.background, color.RGBA{0xcd, 0, 0, 255}, 140),
	} {
		for _, p := range []image.Point{{0, 0}, {cellWidth - 1, cellHeight - 1}} {
			if got := at(img, x, 0, p.X, p.Y); got != want {
				t.Errorf("cell %d at %v is %v, not %v", x, p, got, want)
			}
		}
	}
}

// half is the cover of a pixel that is half lit. Round lines are thinner in
// places.
const half, thin = 127, 60

// regions counts the connected parts of a picture whose pixels are lit more
// than so much, or are not.
func regions(m *image.Alpha, lit bool, above uint8) int {
	seen := map[image.Point]bool{}
	is := func(p image.Point) bool { return p.In(m.Rect) && !seen[p] && (m.AlphaAt(p.X, p.Y).A > above) == lit }
	n := 0
	for y := range m.Rect.Dy() {
		for x := range m.Rect.Dx() {
			if !is(image.Pt(x, y)) {
				continue
			}
			n++
			for todo := []image.Point{{x, y}}; len(todo) > 0; {
				p := todo[len(todo)-1]
				todo = todo[:len(todo)-1]
				if !is(p) {
					continue
				}
				seen[p] = true
				todo = append(todo, p.Add(image.Pt(1, 0)), p.Add(image.Pt(-1, 0)), p.Add(image.Pt(0, 1)), p.Add(image.Pt(0, -1)))
			}
		}
	}
	return n
}

// assembled puts shapes beside and below each other.
func assembled(t *testing.T, rows ...string) *image.Alpha {
	t.Helper()
	m := image.NewAlpha(image.Rect(0, 0, utf8.RuneCountInString(rows[0])*cellWidth, len(rows)*cellHeight))
	for y, row := range rows {
		for x, r := range []rune(row) {
			if r == ' ' {
				continue
			}
			s := shape(r, cellWidth, cellHeight)
			if s == nil {
				t.Fatalf("%c is no shape", r)
			}
			for i := range cellWidth * cellHeight {
				m.SetAlpha(x*cellWidth+i%cellWidth, y*cellHeight+i/cellWidth, s.AlphaAt(i%cellWidth, i/cellWidth))
			}
		}
	}
	return m
}

func TestLinesMeetThoseOfTheNextCell(t *testing.T) {
	for _, test := range []struct {
		rows       []string
		lines, gap int // connected parts that are lit, and dark
	}{
		{[]string{"┌──┐", "│  │", "└──┘"}, 1, 2},
		{[]string{"┏━━┓", "┃  ┃", "┗━━┛"}, 1, 2},
		{[]string{"╭──╮", "│  │", "╰──╯"}, 1, 2},
		{[]string{"┌─┬─┐", "├─┼─┤", "└─┴─┘"}, 1, 5},
		{[]string{"┏━┳━┓", "┣━╋━┫", "┗━┻━┛"}, 1, 5},
		{[]string{"┍━┑", "│ │", "┕━┙"}, 1, 2},
		{[]string{"╷", "│", "╵"}, 1, 1},
		{[]string{"████", "████"}, 1, 0},
		{[]string{"▄▄", "▀▀"}, 1, 2},
		{[]string{"┈┈"}, 8, 1},
	} {
		m, above := assembled(t, test.rows...), uint8(half)
		if strings.Contains(test.rows[0], "╭") {
			above = thin
		}
		if lines, gap := regions(m, true, above), regions(m, false, above); lines != test.lines || gap != test.gap {
			t.Errorf("%s has %d lines and %d areas, not %d and %d", strings.Join(test.rows, "|"), lines, gap, test.lines, test.gap)
		}
	}
}

// share says how much of a cell a character covers.
func share(r rune) float64 {
	m := shape(r, cellWidth, cellHeight)
	sum := 0
	for _, a := range m.Pix {
		sum += int(a)
	}
	return float64(sum) / float64(255*len(m.Pix))
}

func TestBlocksCoverTheirShareOfACell(t *testing.T) {
	for r, want := range map[rune]float64{
		'▁': 1. / 8, '▂': 2. / 8, '▃': 3. / 8, '▄': 4. / 8, '▅': 5. / 8, '▆': 6. / 8, '▇': 7. / 8, '█': 1, '▀': 0.5, '▏': 1. / 8, '▌': 0.5, '▐': 0.5, '▉': 7. / 8,
		'░': 0.25, '▒': 0.5, '▓': 0.75, '▖': 0.25, '▘': 0.25, '▙': 0.75, '▚': 0.5, '▟': 0.75,
	} {
		if got := share(r); got < want-0.07 || got > want+0.07 {
			t.Errorf("%c covers %.2f of a cell, not %.2f", r, got, want)
		}
	}
	for _, pair := range []string{"▀▄", "▌▐", "▚▞", "▘▟", "▝▙", "▖▜", "▗▛"} {
		r := []rune(pair)
		first, second := shape(r[0], cellWidth, cellHeight), shape(r[1], cellWidth, cellHeight)
		for i, a := range first.Pix {
			if a+second.Pix[i] != 255 {
				t.Errorf("%c and %c are not all of a cell", r[0], r[1])
				break
			}
		}
	}
}

func TestBrailleHasADotForEachBit(t *testing.T) {
	for r := rune(0x2800); r <= 0x28FF; r++ {
		if got, want := regions(shape(r, cellWidth, cellHeight), true, half), bits.OnesCount(uint(r-0x2800)); got != want {
			t.Errorf("%U has %d dots, not %d", r, got, want)
		}
	}
}

// weight gives where the middle of what is lit is: 0 in the middle of the cell,
// 1 at its right and lower edges.
func weight(r rune) (x, y float64) {
	m := shape(r, cellWidth, cellHeight)
	var sum, sx, sy float64
	for i, a := range m.Pix {
		sum += float64(a)
		sx += float64(a) * (float64(i%m.Stride) + 0.5)
		sy += float64(a) * (float64(i/m.Stride) + 0.5)
	}
	return 2*sx/sum/cellWidth - 1, 2*sy/sum/cellHeight - 1.06
}

func TestArrowsAndTrianglesPointWhereTheySay(t *testing.T) {
	// The head of an arrow is heavier than its tail, the base of a triangle than
	// its tip.
	for text, want := range map[string]image.Point{
		"→►": {1, 0}, "←◄": {-1, 0}, "↓": {0, 1}, "↑": {0, -1}, "↘": {1, 1}, "↗": {1, -1}, "↖": {-1, -1}, "↙": {-1, 1},
		"▲△▴": {0, -1}, "▼▽▾": {0, 1}, "◀◁◂": {-1, 0}, "▶▷▸": {1, 0},
	} {
		for _, r := range text {
			x, y := weight(r)
			if !strings.ContainsRune("→←↓↑↘↗↖↙", r) {
				x, y = -x, -y
			}
			if x*float64(want.X) < 0 || y*float64(want.Y) < 0 || want.X != 0 && x == 0 || want.Y != 0 && y == 0 || want.X == 0 && (x > 0.05 || x < -0.05) {
				t.Errorf("%c points to %.2f,%.2f, not %v", r, x, y, want)
			}
		}
	}
}

func TestACharacterThatCannotBeDrawnIsAnError(t *testing.T) {
	a, err := newArtist(lightLook)
	if err != nil {
		t.Fatal(err)
	}
	term := screen.NewTerminal(4, 1)
	if _, err := term.Write([]byte("a😀")); err != nil {
		t.Fatal(err)
	}
	a.draw(term.Screen(), "")
	if err := a.check(); err == nil || !strings.Contains(err.Error(), "U+1F600") {
		t.Errorf("the error is %v", err)
	}
}

func TestColoursThatManyPixelsHaveStayWhatTheyAre(t *testing.T) {
	img := image.NewRGBA(image.Rect(0, 0, 100, 100))
	for i := range 100 * 100 {
		c := color.RGBA{200, 0, 0, 255}
		if i%20 == 0 {
			c = color.RGBA{uint8(i / 20), uint8(i / 200), 7, 255} // of these there are 500
		}
		img.SetRGBA(i%100, i/100, c)
	}
	out := paletted(img)
	if len(out.Palette) != 256 || out.At(1, 0) != (color.RGBA{200, 0, 0, 255}) {
		t.Errorf("%d colours; the commonest is %v", len(out.Palette), out.At(1, 0))
	}
}

// quoted are the texts and characters of a Go file.
var quoted = regexp.MustCompile("\"[^\"\n]*\"|'[^'\n]*'|`[^`]*`")

// What the viewer writes itself has to be in its pictures, whatever is shown.
func TestEveryMarkOfTheViewerCanBeDrawn(t *testing.T) {
	a, err := newArtist(darkLook)
	if err != nil {
		t.Fatal(err)
	}
	img, marks := image.NewRGBA(image.Rect(0, 0, cellWidth, cellHeight)), 0
	err = filepath.WalkDir(filepath.Join("..", "..", "..", "tui"), func(file string, _ fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(file) != ".go" || strings.HasSuffix(file, "_test.go") {
			return err
		}
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		for _, s := range quoted.FindAllString(string(text), -1) {
			for _, r := range s {
				if r >= 0xA0 && r != utf8.RuneError {
					marks++
					a.text(img, image.Point{}, r, 0, darkLook.foreground)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if marks < 50 {
		t.Errorf("looked at %d marks only", marks)
	}
	for r := range a.missing {
		t.Errorf("%c (%U) has no shape", r, r)
	}
}
