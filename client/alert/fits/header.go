package fits

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
)

// Header is the list of keywords of an image or a table.
type Header struct{ cards []Card }

// Card is a keyword with its value.
type Card struct {
	Key string
	// Value is the text of a string, without its quotes, or else the value as
	// it is written: "T", "-32", "1.5E3". Commentary has it all.
	Value string
	// Quoted says that the value is a string.
	Quoted bool
}

// Cards gives all cards in their order, those without a value too.
func (h Header) Cards() []Card { return h.cards }

// Get gives the value of a keyword; of several cards the first counts.
func (h Header) Get(key string) (value string, ok bool) {
	c, ok := h.card(key)
	return c.Value, ok
}

// Text gives the value of a keyword that is a string.
func (h Header) Text(key string) (text string, ok bool) {
	c, ok := h.card(key)
	if !ok || !c.Quoted {
		return "", false
	}
	return c.Value, true
}

// Int gives the value of a keyword that is a whole number.
func (h Header) Int(key string) (value int64, ok bool) {
	c, ok := h.card(key)
	if !ok || c.Quoted {
		return 0, false
	}
	value, err := strconv.ParseInt(c.Value, 10, 64)
	return value, err == nil
}

// Float gives the value of a keyword that is a number.
func (h Header) Float(key string) (value float64, ok bool) {
	c, ok := h.card(key)
	if !ok || c.Quoted || c.Value == "" || strings.Trim(c.Value, "+-.0123456789EeDd") != "" {
		return 0, false
	}
	value, err := strconv.ParseFloat(strings.NewReplacer("D", "E", "d", "e").Replace(c.Value), 64)
	return value, err == nil
}

// Bool gives the value of a keyword that is T or F.
func (h Header) Bool(key string) (value, ok bool) {
	c, ok := h.card(key)
	if !ok || c.Quoted || c.Value != "T" && c.Value != "F" {
		return false, false
	}
	return c.Value == "T", true
}

func (h Header) card(key string) (Card, bool) {
	for _, c := range h.cards {
		if c.Key == key {
			return c, true
		}
	}
	return Card{}, false
}

// or gives a number of the header, or what stands for it.
func (h Header) or(key string, missing float64) float64 {
	if value, ok := h.Float(key); ok {
		return value
	}
	return missing
}

var endCard = append([]byte("END"), bytes.Repeat([]byte{' '}, cardSize-3)...)

// readHeader reads the cards up to END, and gives the bytes of the header with
// what fills its last block.
func readHeader(data []byte, offset int) (Header, int, error) {
	// Some packets of ZTF lack SIMPLE: any keyword may come first.
	if len(data) < cardSize || !isCard(data[:cardSize]) {
		return Header{}, 0, fmt.Errorf("fits: no header at offset %d", offset)
	}
	var h Header
	for at := 0; ; at += cardSize {
		if at+cardSize > len(data) || len(h.cards) > maxCards {
			return Header{}, 0, fmt.Errorf("fits: the header at offset %d has no END", offset)
		}
		line := data[at : at+cardSize]
		if bytes.Equal(line, endCard) {
			end := at + cardSize
			// A file may end with its last data or header, unfilled.
			return h, min(end+(blockSize-end%blockSize)%blockSize, len(data)), nil
		}
		if !isCard(line) {
			return Header{}, 0, fmt.Errorf("fits: not a line of a header at offset %d", offset+at)
		}
		if c, ok := parseCard(string(line)); ok {
			h.cards = append(h.cards, c)
		}
	}
}

// isCard says whether a line has only what a header may: printable ASCII, and
// a keyword of capitals in front (sections 4.1.2.1 and 3.2).
func isCard(line []byte) bool {
	for _, c := range line {
		if c < ' ' || c > '~' {
			return false
		}
	}
	for _, c := range line[:8] {
		if c != ' ' && c != '-' && c != '_' && (c < '0' || c > '9') && (c < 'A' || c > 'Z') {
			return false
		}
	}
	return true
}

// parseCard takes a card apart (section 4.1.2); ok is false for an empty one.
// Long names by the HIERARCH convention are given without that word.
func parseCard(line string) (Card, bool) {
	key, rest := strings.TrimRight(line[:8], " "), line[8:]
	value, has := strings.CutPrefix(rest, "= ")
	if key == "HIERARCH" {
		if long, after, found := strings.Cut(rest, "="); found {
			key, value, has = strings.TrimSpace(long), after, true
		}
	}
	if !has || key == "COMMENT" || key == "HISTORY" || key == "" { // commentary, section 4.4.2.4
		text := strings.TrimSpace(rest)
		return Card{Key: key, Value: text}, key != "" || text != ""
	}
	value = strings.TrimLeft(value, " ")
	if quoted, ok := strings.CutPrefix(value, "'"); ok {
		return Card{Key: key, Value: unquote(quoted), Quoted: true}, true
	}
	value, _, _ = strings.Cut(value, "/")
	return Card{Key: key, Value: strings.TrimSpace(value)}, true
}

// unquote gives a string up to its closing quote; two quotes stand for one, and
// blanks at the end do not count (section 4.2.1).
func unquote(text string) string {
	var out strings.Builder
	for {
		part, rest, found := strings.Cut(text, "'")
		out.WriteString(part)
		if !found || !strings.HasPrefix(rest, "'") {
			return strings.TrimRight(out.String(), " ")
		}
		out.WriteByte('\'')
		text = rest[1:]
	}
}
