package object

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/mwvgroup/pgb/client/alert/lightcurve"
	"github.com/mwvgroup/pgb/client/registry"
	"github.com/mwvgroup/pgb/client/sky"
	"github.com/mwvgroup/pgb/tui/cells"
)

// word is a piece of a line that is left out where it does not fit.
type word struct {
	text  string
	style cells.Style
}

// writeWords writes words with gaps, as many as fit before a column, the first
// cut if need be, and gives the end of the last.
func (p *Panel) writeWords(y, end int, words []word) int {
	const gap = 2
	at := 0
	for i, w := range words {
		text := p.Theme.Text(w.text)
		if text == "" {
			continue
		}
		if i == 0 {
			text = p.Theme.Cut(text, end)
		} else if at+gap+cells.Width(text) > end {
			continue
		} else if at > 0 {
			at += gap
		}
		at = p.block.Write(at, y, text, w.style)
	}
	return at
}

// drawHeader writes who the object is, over at most so many lines, and gives
// their number.
func (p *Panel) drawHeader(lines int) int {
	if lines <= 0 {
		return 0
	}
	p.drawName()
	e := p.details.Entry
	plain, faint := cells.Style{}, p.Theme.Faint()
	degrees, sexagesimal := position(e.RA, e.Dec)
	width := p.block.Width()
	switch lines {
	case 1:
		return 1
	case 2:
		p.writeWords(1, width, append(append([]word{{degrees, plain}}, p.newest()...), word{sexagesimal, faint}))
	default:
		p.writeWords(1, width, []word{{degrees, plain}, {sexagesimal, faint}})
		p.writeWords(2, width, p.newest())
	}
	used := min(lines, 3)
	for _, problem := range p.details.Problems {
		if used == lines {
			break
		}
		p.block.Write(0, used, p.Theme.Cut(problem, width), p.Theme.Warning())
		used++
	}
	return used
}

// headerLines says how many lines the header takes of so many.
func (p *Panel) headerLines(height int) int {
	switch {
	case p.zoomed || height < 8:
		return 1
	case height < 18:
		return 2
	case height < 30:
		return 3 + min(1, len(p.details.Problems))
	}
	return 3 + min(3, len(p.details.Problems))
}

// drawName writes the first line: the object, its survey, and what an archive
// is doing.
func (p *Panel) drawName() {
	e := p.details.Entry
	width := p.block.Width()
	id := e.ObjectID
	if id == "" {
		id = "alert " + e.SourceID
	}
	status, style := p.Asking, p.Theme.Accent()
	end := width
	if status != "" {
		if status = p.Theme.Cut(status, width/2); cells.Width(id)+2+cells.Width(status) <= width {
			end = p.block.WriteRight(width, 0, status, style) - 2
		}
	}
	words := []word{{id, p.Theme.Title()}, {designation(id), p.Theme.Title()}, {strings.ToUpper(e.Survey), cells.Style{}}}
	if e.Simulated {
		words = append(words, word{"simulated", p.Theme.Warning()})
	}
	p.writeWords(0, end, words)
}

// designation gives the designation of a minor planet whose id spells it.
func designation(id string) string {
	number, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		return ""
	}
	_, readable, ok := registry.Designation(number)
	if !ok {
		return ""
	}
	return readable
}

// position gives a position as degrees and as hours and degrees.
func position(ra, dec float64) (degrees, sexagesimal string) {
	if !(ra >= 0 && ra <= 360 && math.Abs(dec) <= 90) {
		return "no position", ""
	}
	return fmt.Sprintf("%.5f %+.5f", ra, dec), sky.FormatHMS(ra, 2) + " " + sky.FormatDMS(dec, 1)
}

// newest tells of the alert that is shown, the most important first.
func (p *Panel) newest() []word {
	e := p.details.Entry
	plain := cells.Style{}
	words := []word{{count(max(1, p.details.Alerts), "alert"), plain}}
	row := e.Message.Row()
	if row != nil {
		brightness := e.Band
		if mag, ok := row.Get("mag").Float(); ok {
			brightness = strings.TrimSpace(fmt.Sprintf("%s %.2f", e.Band, mag))
		}
		words = append(words, word{brightness, plain})
	}
	if e.Class != "" {
		class := e.Class
		if row != nil {
			if prob, ok := row.Get("prob").Float(); ok {
				class += fmt.Sprintf(" %.2f", prob)
			}
		}
		words = append(words, word{class, p.Theme.Good()})
	}
	return append(words, word{night(e.MJD), p.Theme.Faint()}, word{e.Classifier, p.Theme.Faint()})
}

// night gives the date and time of an MJD; empty where it is not known.
func night(mjd float64) string {
	if lightcurve.Date(mjd, 1) == "" {
		return ""
	}
	return sky.TimeFromMJD(mjd).Format("2006-01-02 15:04")
}
