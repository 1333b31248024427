package cutout

import (
	"fmt"
	"math"
	"strings"

	"github.com/mwvgroup/pgb/client/alert/stamp"
	"github.com/mwvgroup/pgb/tui/cells"
)

// place is where a stamp is drawn, in cells.
type place struct {
	x, y, width, height int  // of the picture
	column              int  // how wide its lines of text may be
	head, foot          bool // there is a line above, below
}

const gap = 1 // between stamps side by side

// arrange places stamps in rows: side by side, one above the other, or in
// between, whichever makes them largest. Where there is no room for all, the
// first ones are shown.
func arrange(stamps []Stamp, width, height int) []place {
	for n := len(stamps); n > 0; n-- {
		var best []place
		for columns := n; columns > 0; columns-- {
			if places := inRows(stamps[:n], columns, width, height); area(places) > area(best) {
				best = places
			}
		}
		if best != nil {
			return best
		}
	}
	return nil
}

func area(places []place) int {
	n := 0
	for _, p := range places {
		n += p.width * p.height
	}
	return n
}

// widestText is how wide a column is made for the text of its stamps alone.
const widestText = 28

// inRows places so many stamps in each row; nil where there is no room.
func inRows(stamps []Stamp, columns, width, height int) []place {
	rows := (len(stamps) + columns - 1) / columns
	column, row := (width-gap*(columns-1))/columns, height/rows
	if column < 1 || row < 1 {
		return nil
	}
	places := make([]place, len(stamps))
	x, y, lines := 0, 0, 0
	for i := range stamps {
		if i%columns == 0 {
			x, y, lines = 0, y+lines, 0
		}
		p := fit(&stamps[i], column, row)
		p.x, p.y = x, y+p.y
		if p.column = max(p.width, min(column, widestText)); columns == 1 {
			p.column = width
		}
		x += p.column + gap
		lines = max(lines, p.lines())
		places[i] = p
	}
	return places
}

// fit makes a stamp as large as an area allows, with square pixels: a cell is
// taken to be twice as high as wide.
func fit(s *Stamp, width, height int) place {
	p := place{head: height >= 3, foot: height >= 5}
	if p.head {
		height--
		p.y = 1
	}
	if p.foot {
		height--
	}
	if !s.IsDrawn() {
		p.width, p.height = min(width, 2*height), height
		return p
	}
	ratio := float64(s.Width) / float64(s.Height)
	p.height = max(1, min(height, int(math.Round(float64(width)/ratio/2))))
	p.width = max(1, min(width, int(math.Round(2*float64(p.height)*ratio))))
	return p
}

// lines is how many lines a stamp takes with what is written above and below.
func (p place) lines() int {
	n := p.height
	if p.head {
		n++
	}
	if p.foot {
		n++
	}
	return n
}

// writeHead writes what a stamp is and which values its shades stand for.
func (p place) writeHead(b *cells.Block, s *Stamp, sc stamp.Scale, t cells.Theme, title cells.Style) {
	if !p.head {
		return
	}
	name := t.Cut(s.Kind, p.column)
	end := b.Write(p.x, p.y-1, name, title)
	text := fmt.Sprintf("  %s to %s %s", number(sc.Low), number(sc.High), s.Unit)
	text = strings.TrimRight(text, " ")
	if with := text + " " + sc.Stretch.String(); sc.Stretch != stamp.Linear && p.x+p.column-end >= cells.Width(with) {
		text = with
	}
	if p.x+p.column-end >= cells.Width(text) && s.IsDrawn() {
		b.Write(end, p.y-1, t.Text(text), t.Faint())
	}
}

func number(v float64) string {
	switch size := math.Abs(v); {
	case size >= 1e6 || size < 1e-3 && size > 0:
		return fmt.Sprintf("%.2g", v)
	case size >= 100:
		return fmt.Sprintf("%.0f", v)
	case size >= 1:
		return fmt.Sprintf("%.1f", v)
	}
	return fmt.Sprintf("%.2g", v)
}

// writeFoot writes a scale bar and where north and east are.
func (p place) writeFoot(b *cells.Block, s *Stamp, t cells.Theme) {
	if !p.foot || !s.IsDrawn() || s.PixelScale <= 0 {
		return
	}
	y := p.y + p.height
	length, label := stamp.Bar(s.PixelScale*float64(s.Width), 0.4)
	n := int(math.Round(length / s.PixelScale / float64(s.Width) * float64(p.width)))
	end := p.x
	if text := " " + label; n >= 2 && n+len(text) <= p.column {
		ends, middle := [2]rune{'├', '┤'}, '─'
		if t.ASCII {
			ends, middle = [2]rune{'|', '|'}, '-'
		}
		b.Fill(p.x, y, n, 1, middle, t.Faint())
		b.Put(p.x, y, ends[0], t.Faint())
		b.Put(p.x+n-1, y, ends[1], t.Faint())
		end = b.Write(p.x+n, y, text, t.Faint())
	}
	if s.North.X == 0 && s.North.Y == 0 {
		return
	}
	text := "N" + arrow(s.North.X, s.North.Y, t) + " E" + arrow(s.East.X, s.East.Y, t)
	if from := p.x + p.width - cells.Width(text); from > end {
		b.Write(from, y, text, t.Faint())
	}
}

// arrow gives the nearest of eight directions.
func arrow(x, y float64, t cells.Theme) string {
	eighth := int(math.Round(math.Atan2(y, x)/(math.Pi/4))+8) % 8
	if t.ASCII {
		return [...]string{" right", " up-right", " up", " up-left", " left", " down-left", " down", " down-right"}[eighth]
	}
	return [...]string{"→", "↗", "↑", "↖", "←", "↙", "↓", "↘"}[eighth]
}
