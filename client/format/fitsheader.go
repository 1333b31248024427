package format

import (
	"fmt"
	"strings"
)

// fitsHeader is a header in the making, of cards of 80 characters.
type fitsHeader struct{ strings.Builder }

const (
	fitsCard  = 80
	fitsBlock = 2880
)

func (h *fitsHeader) card(text string) {
	fmt.Fprintf(h, "%-*s", fitsCard, text)
}

// value writes a card of a value that is no text.
func (h *fitsHeader) value(key, value, comment string) {
	text := fmt.Sprintf("%-8s= %20s", key, value)
	if comment != "" {
		text += " / " + comment
	}
	h.card(text)
}

func (h *fitsHeader) integer(key string, value int64, comment string) {
	h.value(key, fmt.Sprint(value), comment)
}

func (h *fitsHeader) logical(key string, value bool, comment string) {
	h.value(key, map[bool]string{true: "T", false: "F"}[value], comment)
}

// text writes a text, over several cards where it is long. A comment is left out
// where there is no room for it.
func (h *fitsHeader) text(key, value, comment string) {
	const room = fitsCard - len("KEYWORD = ''")
	quoted := strings.ReplaceAll(ascii(value), "'", "''")
	if len(quoted) <= room {
		text := fmt.Sprintf("%-8s= %-10s", key, fmt.Sprintf("'%-8s'", quoted))
		if comment = " / " + comment; comment != " / " && len(text)+len(comment) <= fitsCard {
			text += comment
		}
		h.card(text)
		return
	}
	begin := fmt.Sprintf("%-8s= ", key)
	for len(quoted) > room {
		n := room - 1
		if strings.Count(quoted[:n], "'")%2 == 1 {
			n-- // two quotes stay together
		}
		h.card(begin + "'" + quoted[:n] + "&'")
		begin, quoted = "CONTINUE  ", quoted[n:]
	}
	h.card(begin + "'" + quoted + "'")
}

// end ends the header and gives it.
func (h *fitsHeader) end() string {
	h.card("END")
	return h.String()
}

func (h *fitsHeader) simulated(spec tableSpec) {
	if spec.simulated {
		h.logical("SIMULATD", true, "the rows came from a sandbox")
	}
}

// frames says in what positions and times are.
func (h *fitsHeader) frames(columns []fitsColumn) {
	var sky, time, beyond bool
	for i := range columns {
		c := &columns[i]
		sky = sky || c.isPosition()
		time = time || c.isMJD() || c.kind == cellTime
		beyond = beyond || c.beyond
	}
	if sky {
		h.text("RADESYS", "ICRS", "frame of the positions")
	}
	if time {
		h.text("TIMESYS", "UTC", "scale of the times")
		h.value("MJDREF", "0.0", "[d] MJD from which they count")
	}
	if beyond {
		h.card("COMMENT Text that is not ASCII is UTF-8.")
	}
}

// column writes what there is to say of a column.
func (h *fitsHeader) column(n int, c *fitsColumn, name string) {
	key := func(word string) string { return fmt.Sprintf("%s%d", word, n) }
	unit, doc := c.describe()
	if c.kind == cellBool && c.missing {
		doc = strings.TrimSpace(doc + " (1 true, 0 false)")
	}
	h.text(key("TTYPE"), name, "")
	h.text(key("TFORM"), c.form(), "")
	if unit != "" {
		h.text(key("TUNIT"), unit, "")
	}
	switch {
	case c.kind == cellInt && c.missing:
		h.integer(key("TNULL"), fitsNoInt, "")
	case c.kind == cellBool && c.missing:
		h.integer(key("TNULL"), fitsNoBool, "")
	case c.isMJD() || c.kind == cellTime:
		h.text(key("TCTYP"), "UTC", "")
	}
	if c.isMJD() {
		h.text(key("TCUNI"), "d", "")
	}
	if c.UCD != "" {
		h.text(key("TUCD"), c.UCD, "")
	}
	if doc != "" {
		h.text(key("TCOMM"), doc, "")
	}
}

// ascii puts a question mark for each character that a header can't have.
func ascii(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '?'
		}
		return r
	}, text)
}
