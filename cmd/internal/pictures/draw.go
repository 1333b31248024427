package main

import (
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"unicode/utf8"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gomono"
	"golang.org/x/image/font/gofont/gomonobold"
	"golang.org/x/image/font/gofont/gomonobolditalic"
	"golang.org/x/image/font/gofont/gomonoitalic"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"

	"github.com/mwvgroup/pgb/tui/cells"
	"github.com/mwvgroup/pgb/tui/screen"
)

// look is how a terminal's window looks.
type look struct {
	foreground, background, title, border color.RGBA
}

var (
	darkLook = look{
		foreground: color.RGBA{0xd8, 0xd8, 0xd8, 0xff}, background: color.RGBA{0x12, 0x14, 0x18, 0xff},
		title: color.RGBA{0x2a, 0x2d, 0x33, 0xff}, border: color.RGBA{0x3a, 0x3d, 0x43, 0xff},
	}
	lightLook = look{
		foreground: color.RGBA{0x20, 0x22, 0x26, 0xff}, background: color.RGBA{0xfb, 0xfb, 0xf8, 0xff},
		title: color.RGBA{0xe4, 0xe4, 0xe0, 0xff}, border: color.RGBA{0xc4, 0xc4, 0xc0, 0xff},
	}
)

// Sizes in pixels. The cell is that of the font at this size.
const (
	fontSize              = 15
	cellWidth, cellHeight = 9, 18
	baseline              = 14
	margin                = 8
	titleHeight           = 26
)

// artist draws screens.
type artist struct {
	look
	faces   [4]font.Face // bold is 1, italic 2
	shapes  map[rune]*image.Alpha
	missing map[rune]bool // characters that neither the font nor shape has
}

func newArtist(l look) (*artist, error) {
	a := &artist{look: l, shapes: map[rune]*image.Alpha{}, missing: map[rune]bool{}}
	for i, ttf := range [][]byte{gomono.TTF, gomonobold.TTF, gomonoitalic.TTF, gomonobolditalic.TTF} {
		parsed, err := opentype.Parse(ttf)
		if err != nil {
			return nil, err
		}
		a.faces[i], err = opentype.NewFace(parsed, &opentype.FaceOptions{Size: fontSize, DPI: 72, Hinting: font.HintingFull})
		if err != nil {
			return nil, err
		}
	}
	return a, nil
}

// draw draws a screen within a window with a title bar.
func (a *artist) draw(s screen.Screen, title string) *image.RGBA {
	width, height := s.Width*cellWidth+2*margin, s.Height*cellHeight+2*margin+titleHeight
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	paint(img, img.Rect, a.border)
	paint(img, image.Rect(1, 1, width-1, titleHeight), a.title)
	paint(img, image.Rect(1, titleHeight+1, width-1, height-1), a.background)
	x := (width - utf8.RuneCountInString(title)*cellWidth) / 2
	for _, r := range title {
		a.text(img, image.Pt(x, (titleHeight-cellHeight)/2+1), r, 0, a.foreground)
		x += cellWidth
	}
	for y := range s.Height {
		for x := range s.Width {
			a.cell(img, s, x, y)
		}
	}
	return img
}

func paint(img draw.Image, where image.Rectangle, c color.Color) {
	draw.Draw(img, where, image.NewUniform(c), image.Point{}, draw.Src)
}

// cell draws one cell.
func (a *artist) cell(img *image.RGBA, s screen.Screen, x, y int) {
	c := s.Cell(x, y)
	if c.Text == "" {
		return // drawn with its first half
	}
	width := cellWidth
	if s.Cell(x+1, y).Text == "" && x+1 < s.Width {
		width *= 2
	}
	at := image.Pt(margin+x*cellWidth, titleHeight+margin+y*cellHeight)
	fg, bg := a.colours(c)
	if s.Cursor.Visible && s.Cursor.X == x && s.Cursor.Y == y {
		fg, bg = bg, fg
	}
	whole := image.Rect(at.X, at.Y, at.X+width, at.Y+cellHeight)
	if bg != a.background {
		paint(img, whole, bg)
	}
	if c.Underline {
		paint(img, image.Rect(at.X, at.Y+baseline+2, at.X+width, at.Y+baseline+3), fg)
	}
	if c.Strike {
		paint(img, image.Rect(at.X, at.Y+cellHeight/2, at.X+width, at.Y+cellHeight/2+1), fg)
	}
	if c.Hidden {
		return
	}
	face := 0
	if c.Bold {
		face |= 1
	}
	if c.Italic {
		face |= 2
	}
	for _, r := range c.Text {
		a.text(img, at, r, face, fg)
	}
}

// colours gives what a cell is drawn with.
func (a *artist) colours(c screen.Cell) (fg, bg color.RGBA) {
	fg, bg = rgb(c.Fg, a.foreground), rgb(c.Bg, a.background)
	if c.Reverse {
		fg, bg = bg, fg
	}
	if c.Faint {
		fg = mix(bg, fg, 140)
	}
	return fg, bg
}

func rgb(c cells.Colour, own color.RGBA) color.RGBA {
	if r, g, b, ok := screen.ColourOf(c); ok {
		return color.RGBA{r, g, b, 0xff}
	}
	return own
}

// mix gives a colour between two: the second one at 255.
func mix(from, to color.RGBA, part uint8) color.RGBA {
	between := func(a, b uint8) uint8 { return uint8((int(a)*(255-int(part)) + int(b)*int(part) + 127) / 255) }
	return color.RGBA{between(from.R, to.R), between(from.G, to.G), between(from.B, to.B), 0xff}
}

// text draws a character into a cell.
func (a *artist) text(img *image.RGBA, at image.Point, r rune, face int, c color.RGBA) {
	if r == ' ' || r == 0xA0 {
		return
	}
	mask, known := a.shapes[r]
	if !known {
		mask = shape(r, cellWidth, cellHeight)
		a.shapes[r] = mask
	}
	if mask != nil {
		blend(img, at, mask, mask.Rect, c)
		return
	}
	dot := fixed.P(at.X, at.Y+baseline)
	where, glyph, from, _, ok := a.faces[face].Glyph(dot, r)
	if !ok {
		a.missing[r] = true
		return
	}
	glyphMask, isAlpha := glyph.(*image.Alpha)
	if !isAlpha {
		a.missing[r] = true
		return
	}
	blend(img, where.Min, glyphMask, image.Rectangle{from, from.Add(where.Size())}, c)
}

// steps is how many degrees there are between background and foreground: few,
// so that a picture has few colours.
const steps = 6

// blend draws through a mask.
func blend(img *image.RGBA, at image.Point, mask *image.Alpha, part image.Rectangle, c color.RGBA) {
	for y := part.Min.Y; y < part.Max.Y; y++ {
		for x := part.Min.X; x < part.Max.X; x++ {
			cover := mask.AlphaAt(x, y).A
			if cover = uint8((int(cover)*steps + 127) / 255 * 255 / steps); cover == 0 {
				continue
			}
			px, py := at.X+x-part.Min.X, at.Y+y-part.Min.Y
			if image.Pt(px, py).In(img.Rect) {
				img.SetRGBA(px, py, mix(img.RGBAAt(px, py), c, cover))
			}
		}
	}
}

// check is an error where there were characters that cannot be drawn.
func (a *artist) check() error {
	for r := range a.missing {
		return fmt.Errorf("there is no shape for %q (%U): add one to marks.go", r, r)
	}
	return nil
}
