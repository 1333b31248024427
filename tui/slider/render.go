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
		says := s.Empty
		if says == "" {
			says = "no times to slide over yet"
		}
		b.Write(0, 0, s.Theme.Cut(says, width), s.Theme.Faint())
		return b
	}
	y, x, end := 0, 0, 0
	if b.Height() > 1 {
		y = 1
		x, end = s.drawTwo(b)
	} else {
		x, end = s.drawOne(b)
	}
	if end <= x {
		x, end = 0, width
	}
	s.track, s.trackWidth = x, end-x
	s.drawTrack(b, y)
	if y > 0 {
		s.drawCounts(b, y-1)
	}
	return b
}

// drawOne writes what there is room for beside the track in one line, and gives
// where the track begins and ends.
func (s *Slider) drawOne(b *cells.Block) (begin, end int) {
	x, end := 2, b.Width()
	s.drawState(b, 0)
	room := func() int { return end - x - leastTrack }
	from, to := s.ends()
	dates := cells.Width(from) + cells.Width(to)
	for _, now := range []string{s.now(), lightcurve.Date(s.at, 1)} {
		if cells.Width(now)+1 <= room() {
			x = b.Write(x, 0, now, s.nowStyle()) + 1
			break
		}
	}
	if wide := cells.Width(s.Shown) + 2; s.Shown != "" && wide <= room() {
		x = b.Write(x+1, 0, s.Theme.Text(s.Shown), s.Theme.Faint()) + 1
	}
	for _, more := range []string{s.mjd() + "  " + speed(s.Speed()), speed(s.Speed())} {
		if wide := cells.Width(more) + 3; wide+dates+4 <= room() || more == speed(s.Speed()) && wide <= room() {
			end = b.WriteRight(end, 0, more, s.Theme.Faint()) - 1
			break
		}
	}
	if dates+6 <= room() {
		x = b.Write(x+2, 0, from, s.Theme.Faint()) + 1
		end = b.WriteRight(end-2, 0, to, s.Theme.Faint()) - 1
	}
	return x, end
}

// drawTwo writes what there is room for beside the track and the bars above it.
func (s *Slider) drawTwo(b *cells.Block) (begin, end int) {
	s.drawState(b, 1)
	from, to := s.ends()
	now, mjd, speed := s.now(), s.mjd(), speed(s.Speed())
	left := max(2+cells.Width(speed)+2+cells.Width(from), cells.Width(now)) + 1
	right := max(cells.Width(to), cells.Width(mjd)) + 1
	switch room := b.Width() - leastTrack; {
	case left+right <= room:
		b.Write(left-1-cells.Width(from), 1, from, s.Theme.Faint())
		b.Write(b.Width()-right+1, 0, mjd, s.Theme.Faint())
		b.Write(b.Width()-right+1, 1, to, s.Theme.Faint())
	case cells.Width(now)+1 <= room:
		left, right = cells.Width(now)+1, 0
	default:
		return 2, b.Width()
	}
	b.Write(0, 0, now, s.nowStyle())
	b.Write(2, 1, speed, s.Theme.Faint())
	return left, b.Width() - right
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
	mark, style := '►', s.Theme.Accent()
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

// now is the date, with the time of the day in a range where that matters.
func (s *Slider) now() string {
	date := lightcurve.Date(s.at, 1)
	if clock := lightcurve.Date(s.at, 0.1); clock != "" && s.to-s.from < 400 {
		date = date[:len("2006-")] + clock
	}
	return date
}

func (s *Slider) mjd() string {
	if math.Abs(s.at) >= 1e9 {
		return "MJD " + strconv.FormatFloat(s.at, 'g', 6, 64)
	}
	return "MJD " + strconv.FormatFloat(s.at, 'f', 3, 64)
}

func (s *Slider) nowStyle() cells.Style {
	if s.Focused {
		return s.Theme.Accent()
	}
	return cells.Style{Bold: true}
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
	case days >= 100:
		return strconv.FormatFloat(days, 'f', 0, 64) + " d/s"
	case days >= 0.5:
		return strconv.FormatFloat(days, 'g', 3, 64) + " d/s"
	case days >= 0.5/24:
		return strconv.FormatFloat(days*24, 'g', 2, 64) + " h/s"
	case days >= 0.5/1440:
		return strconv.FormatFloat(days*1440, 'g', 2, 64) + " min/s"
	}
	return strconv.FormatFloat(days*86400, 'g', 2, 64) + " s/s"
}
