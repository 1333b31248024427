package slider

import (
	"math"
	"strconv"

	"github.com/mwvgroup/pgb/client/alert/lightcurve"
	"github.com/mwvgroup/pgb/tui/cells"
)

// leastTrack is how many cells of a track are worth more than a label.
const leastTrack = 10

// Render draws the slider. In two lines or more the alerts over time stand above
// the track.
func (s *Slider) Render(width, height int) *cells.Block {
	b := &s.block
	b.Reset(width, height)
	s.track, s.trackWidth = 0, 0
	if b.Width() == 0 || b.Height() == 0 {
		return b
	}
	if !s.known {
		b.Write(0, 0, s.Theme.Cut("no times to slide over yet", width), s.Theme.Faint())
		return b
	}
	y := min(b.Height(), 2) - 1
	x, end := 2, width
	s.drawState(b, y)
	end = s.drawNow(b, end, y)
	if from, to := s.ends(); end-x >= leastTrack+2+cells.Width(from)+cells.Width(to) {
		x = b.Write(x, y, from, s.Theme.Faint()) + 1
		end = b.WriteRight(end, y, to, s.Theme.Faint()) - 1
	}
	if s.track, s.trackWidth = x, end-x; s.trackWidth <= 0 {
		s.track, s.trackWidth = 0, width
		return b
	}
	s.drawTrack(b, y)
	if y > 0 {
		s.drawCounts(b, y-1)
	}
	return b
}

// ends are the dates of the range's ends.
func (s *Slider) ends() (from, to string) {
	step := 1.0
	if s.to-s.from < 2 {
		step = (s.to - s.from) / 10
	}
	return lightcurve.Date(s.from, step), lightcurve.Date(s.to, step)
}

func (s *Slider) drawState(b *cells.Block, y int) {
	mark, style := '⏵', s.Theme.Accent()
	switch {
	case s.Theme.ASCII && s.playing:
		mark = '>'
	case s.Theme.ASCII:
		mark = '='
	case !s.playing:
		mark = '‖'
	}
	if !s.playing {
		style = s.Theme.Warning()
	}
	b.Put(0, y, mark, style)
}

// drawNow draws the time and the speed at the right, as much of them as leaves a
// track, and gives where they begin.
func (s *Slider) drawNow(b *cells.Block, end, y int) int {
	date := lightcurve.Date(s.at, 1)
	if clock := lightcurve.Date(s.at, 0.1); clock != "" && s.to-s.from < 400 {
		date += clock[len("01-02"):]
	}
	mjd := "MJD " + strconv.FormatFloat(s.at, 'f', 3, 64)
	for _, now := range []string{date + "  " + mjd + "  " + speed(s.Speed()), date + "  " + speed(s.Speed()), date, lightcurve.Date(s.at, 1)} {
		now = s.Theme.Text(now)
		room := end - cells.Width(now) - 3
		if room < leastTrack {
			continue
		}
		style := cells.Style{Bold: true}
		if s.Focused {
			style = s.Theme.Accent()
		}
		return b.WriteRight(end, y, now, style) - 1
	}
	return end
}

// drawTrack draws the line and the mark of the time on it.
func (s *Slider) drawTrack(b *cells.Block, y int) {
	gone, left, mark := '━', '─', '●'
	if s.Theme.ASCII {
		gone, left, mark = '=', '-', 'O'
	}
	place := s.place()
	for i := range s.trackWidth {
		char, style := left, s.Theme.Border()
		if i < place {
			char, style = gone, s.Theme.Good()
		}
		b.Put(s.track+i, y, char, style)
	}
	style := s.Theme.Warning()
	if s.Focused {
		style = s.Theme.Accent()
	}
	b.Put(s.track+place, y, mark, style)
}

// place is the cell of the track that the time is in.
func (s *Slider) place() int {
	part := (s.at - s.from) / (s.to - s.from)
	return max(0, min(int(math.Round(part*float64(s.trackWidth-1))), s.trackWidth-1))
}

var (
	bars      = [9]rune{' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'}
	asciiBars = [9]rune{' ', '.', ':', '-', '=', '+', '*', '#', '#'}
)

// drawCounts draws bars of the alerts over time above the track. The few are
// seen beside the many: the height is that of the square root.
func (s *Slider) drawCounts(b *cells.Block, y int) {
	if len(s.counts) == 0 {
		return
	}
	chars := &bars
	if s.Theme.ASCII {
		chars = &asciiBars
	}
	sums, most := make([]float64, s.trackWidth), 0.0
	for i := range sums {
		sums[i] = s.sum(i)
		most = max(most, sums[i])
	}
	place := s.place()
	for i, sum := range sums {
		level := 0
		if sum > 0 {
			level = max(1, int(math.Round(8*math.Sqrt(sum/most))))
		}
		style := s.Theme.Faint()
		if i <= place {
			style = s.Theme.Good()
		}
		b.Put(s.track+i, y, chars[level], style)
	}
}

// sum is the number of alerts in a cell of the track: of all parts that it
// covers, or the share of the one that it lies in.
func (s *Slider) sum(cell int) float64 {
	parts, n := len(s.counts), s.trackWidth
	if parts <= n {
		return float64(max(s.counts[cell*parts/n], 0)) * float64(parts) / float64(n)
	}
	sum := 0
	for _, count := range s.counts[cell*parts/n : (cell+1)*parts/n] {
		sum += max(count, 0)
	}
	return float64(sum)
}

// speed names days per second.
func speed(days float64) string {
	switch {
	case days >= 0.5:
		return strconv.FormatFloat(days, 'g', 3, 64) + " d/s"
	case days >= 0.5/24:
		return strconv.FormatFloat(days*24, 'g', 2, 64) + " h/s"
	case days >= 0.5/1440:
		return strconv.FormatFloat(days*1440, 'g', 2, 64) + " min/s"
	}
	return strconv.FormatFloat(days*86400, 'g', 2, 64) + " s/s"
}
