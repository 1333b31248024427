package status

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/mwvgroup/pgb/tui/cells"
	"github.com/mwvgroup/pgb/tui/keys"
)

// part is something that the bar says.
type part struct {
	// rank is how important it is; 0 comes first.
	rank  int
	forms []string // the longest first
	style cells.Style
	right bool // it stands at the right end

	form int // that is shown; -1 for none
}

// between is the room between two parts.
const between = 2

// drawLine draws the parts into a line: first as many as there is room for in
// their shortest forms, then as long as there is room for.
func (b *Bar) drawLine(y int) {
	width := b.block.Width()
	base := b.Theme.Bar()
	b.block.Fill(0, y, width, 1, ' ', base)
	ranked := make([]*part, len(b.parts))
	for i := range b.parts {
		b.parts[i].form = -1
		ranked[i] = &b.parts[i]
	}
	slices.SortStableFunc(ranked, func(x, z *part) int { return x.rank - z.rank })
	room := width
	for _, p := range ranked {
		if need := cells.Width(p.forms[len(p.forms)-1]) + between; need <= room+between-1 || p.rank == 0 && room == width {
			p.form = len(p.forms) - 1
			room -= need
		}
	}
	for _, p := range ranked {
		if p.form < 0 {
			continue
		}
		now := cells.Width(p.forms[p.form])
		for form, text := range p.forms[:p.form] {
			if more := cells.Width(text) - now; more <= room+between-1 {
				p.form = form
				room -= more
				break
			}
		}
	}
	x, end := 0, width
	for i := range b.parts {
		p := &b.parts[i]
		if p.form < 0 {
			continue
		}
		style := p.style
		style.Bg, style.Reverse = base.Bg, base.Reverse
		if style.Fg == 0 {
			style.Fg = base.Fg
		}
		if p.right {
			end = b.block.WriteRight(end, y, p.forms[p.form], style) - between
		} else {
			x = b.block.Write(x, y, p.forms[p.form], style) + between
		}
	}
}

// upper are the parts that say what comes.
func (b *Bar) upper(parts []part) []part {
	if b.simulated() {
		parts = append(parts, part{rank: 0, forms: []string{"SIMULATED", "SIM"}, style: b.Theme.Warning()})
	}
	if b.Name != "" {
		parts = append(parts, part{rank: 4, forms: []string{b.Theme.Cut(b.Name, 40), b.Theme.Cut(b.Name, 18), b.Theme.Cut(b.Name, 9)}, style: b.Theme.Title()})
	}
	parts = b.state(parts)
	f := &b.Figures
	if b.State != Idle && b.State != Ended && b.State != Stopped {
		rate := perSecond(f.Rate) // in a field, so that what follows stands still
		parts = append(parts, part{rank: 6, forms: []string{fmt.Sprintf("%5s alerts/s", rate), fmt.Sprintf("%5s/s", rate), rate + "/s"}})
		if len(f.Spark) > 1 {
			parts = append(parts, part{rank: 12, forms: []string{b.spark(30), b.spark(20), b.spark(10)}, style: b.Theme.Good()})
		}
		parts = b.lag(parts)
	}
	parts = b.totals(parts)
	parts = b.lost(parts)
	for i, hint := range b.Hints {
		if len(hint.Keys) > 0 {
			parts = append(parts, part{rank: 11 + 3*i, forms: []string{keys.Label(hint.Keys[:1], b.Theme.ASCII) + " " + hint.Does}, style: b.Theme.Key(), right: true})
		}
	}
	return parts
}

// lag says how far the newest message is behind its publication.
func (b *Bar) lag(parts []part) []part {
	if f := &b.Figures; !f.Newest.IsZero() && f.Lag > 0 {
		parts = append(parts, part{rank: 7, forms: []string{fmt.Sprintf("lag %-6s", span(f.Lag)), "lag " + span(f.Lag)}})
	}
	return parts
}

// state says what the stream does.
func (b *Bar) state(parts []part) []part {
	loud := b.Theme.Warning()
	if b.Paused {
		parts = append(parts, part{rank: 1, forms: []string{"PAUSED"}, style: loud})
		if b.Waiting > 0 {
			parts = append(parts, part{rank: 2, forms: []string{count(int64(b.Waiting)) + " wait", short(int64(b.Waiting)) + " wait"}, style: loud})
		}
	}
	switch b.State {
	case Connecting:
		parts = append(parts, part{rank: 1, forms: []string{"connecting"}, style: loud})
	case Reconnecting:
		parts = append(parts, part{rank: 1, forms: []string{"reconnecting"}, style: b.Theme.Error()})
	case Retrying:
		forms := []string{"lost"}
		if wait := b.Retry.Sub(b.Now); wait > 0 {
			forms = []string{"lost, again in " + span(wait.Round(time.Second)), "lost"}
		}
		parts = append(parts, part{rank: 1, forms: forms, style: b.Theme.Error()})
	case Ended:
		parts = append(parts, part{rank: 3, forms: []string{"ended"}, style: loud})
	case Stopped:
		parts = append(parts, part{rank: 1, forms: []string{"stopped"}, style: b.Theme.Error()})
	case Running:
		if !b.Paused {
			parts = append(parts, part{rank: 10, forms: []string{"running"}, style: b.Theme.Good()})
		}
	}
	return parts
}

// totals says how many were looked at, and how many of them passed.
func (b *Bar) totals(parts []part) []part {
	f := &b.Figures
	switch {
	case f.Seen == 0 && f.Passed == 0:
		return parts
	case f.Filtered == 0 && b.Filter == "":
		n := max(f.Seen, f.Passed)
		return append(parts, part{rank: 5, forms: []string{plural(n, count), plural(n, short)}})
	}
	seen := max(f.Seen, f.Passed)
	share := percent(float64(f.Passed) / float64(seen))
	return append(parts, part{rank: 5, forms: []string{
		count(f.Passed) + " of " + count(seen) + " passed (" + share + ")",
		count(f.Passed) + " of " + count(seen) + " (" + share + ")",
		short(f.Passed) + " of " + short(seen),
	}})
}

// lost says what was dropped and what could not be read.
func (b *Bar) lost(parts []part) []part {
	f := &b.Figures
	if f.DroppedAll > 0 {
		topics := make([]string, 0, 3)
		for i, topic := range f.Dropped {
			if i == 3 {
				topics = append(topics, "...")
				break
			}
			topics = append(topics, count(topic.N)+" "+topic.Name)
		}
		all := "dropped " + count(f.DroppedAll)
		forms := []string{all, "drop " + short(f.DroppedAll)}
		if len(topics) > 0 {
			forms = append([]string{b.Theme.Cut("dropped "+strings.Join(topics, ", "), 80)}, forms...)
		}
		parts = append(parts, part{rank: 3, forms: forms, style: b.Theme.Warning()})
	}
	if f.Unreadable > 0 {
		parts = append(parts, part{rank: 9, forms: []string{count(f.Unreadable) + " unreadable", short(f.Unreadable) + " bad"}, style: b.Theme.Error()})
	}
	return parts
}

// lower are the parts that say what is done with what comes.
func (b *Bar) lower() []part {
	var parts []part
	if b.Following {
		parts = append(parts, part{rank: 12, forms: []string{"following"}})
	}
	if b.Filter != "" {
		forms := []string{}
		for _, width := range []int{100, 60, 30, 16} {
			if text := "/" + b.Theme.Cut(b.Filter, width); len(forms) == 0 || text != forms[len(forms)-1] {
				forms = append(forms, text)
			}
		}
		parts = append(parts, part{rank: 10, forms: forms, style: b.Theme.Accent()})
	}
	if b.Saving != "" {
		n := count(b.Saved)
		parts = append(parts, part{rank: 7, style: b.Theme.Good(), forms: []string{
			"saving to " + b.Theme.Cut(b.Saving, 40) + " (" + n + ")", "saving to " + b.Theme.Cut(b.Saving, 16) + " (" + n + ")", "saved " + short(b.Saved),
		}})
	}
	f := &b.Figures
	if n := max(f.Delivered, f.Bytes); n > 0 {
		size := bytes(n)
		forms := []string{size}
		if f.USD > 0 {
			forms = []string{size + ", " + dollars(f.USD), dollars(f.USD)}
		}
		parts = append(parts, part{rank: 13, forms: forms})
	}
	if b.Archive != "" {
		parts = append(parts, part{rank: 16, forms: []string{"archive: " + b.Theme.Cut(b.Archive, 40), b.Theme.Cut(b.Archive, 20)}})
	}
	return parts
}

// plural names a number of alerts.
func plural(n int64, written func(int64) string) string {
	if n == 1 {
		return "1 alert"
	}
	return written(n) + " alerts"
}

func percent(share float64) string {
	if share > 0 && share < 0.001 {
		return fmt.Sprintf("%.2g %%", 100*share)
	}
	return fmt.Sprintf("%.3g %%", 100*share)
}
