// Package prompt is the line that a person types into: a filter, a lookup, the
// name of a file. It keeps a history, completes words and shows what is wrong
// with a text under the place where it is wrong.
package prompt

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/mwvgroup/pgb/client/where"
	"github.com/mwvgroup/pgb/tui/cells"
)

// longest is how long a text may be, in bytes: as long as a filter.
const longest = where.MaxLength

// Prompt is a line editor. The zero Prompt is ready.
type Prompt struct {
	Theme   cells.Theme
	Focused bool
	// Label stands before the text: "filter /".
	Label string
	// Note stands below the text where there is no fault: "312 of the last
	// 1,000 pass".
	Note string
	// Complete gives what the word before the cursor, a place in bytes, may
	// become. What a candidate begins with of the text before the cursor is
	// replaced by it. Nil completes nothing.
	Complete func(text string, cursor int) []string
	// Changed is called after each change of the text by a key or [Prompt.Insert].
	Changed func(text string)

	text   string
	cursor int // bytes
	scroll int // cells
	killed string
	fault  *Fault

	history    []string
	recalled   int    // which of the history is shown; len(history) for the line itself
	unfinished string // the line itself, while another is shown

	completion completion

	block   cells.Block
	cursorX int
}

// Fault is what is wrong with a text.
type Fault struct {
	// Offset and Length say where, in bytes of the text. A Length of 0 stands
	// for its end.
	Offset, Length int
	// Nowhere is true for a fault that has no place in the text.
	Nowhere bool
	Message string
	Near    []string // names that were perhaps meant, nearest first
}

// Text is what has been typed.
func (p *Prompt) Text() string { return p.text }

// Set begins with another text, the cursor at its end. It has no fault and no
// note yet. The history is shown from its end again.
func (p *Prompt) Set(text string) {
	p.Note = ""
	p.recalled = len(p.history)
	p.show(oneLine(text))
}

// show replaces the text by another.
func (p *Prompt) show(text string) {
	p.text, p.cursor, p.scroll = text, len(text), 0
	p.fault, p.completion = nil, completion{}
}

// SetHistory gives the lines that up and down go through, newest last.
func (p *Prompt) SetHistory(lines []string) {
	p.history = slices.Clone(lines)
	p.recalled = len(p.history)
}

// Fail says what is wrong with the text; nil says that nothing is. The place is
// known of a [where.Error], also of one in a part of the text. A change of the
// text takes it away.
func (p *Prompt) Fail(err error) {
	if err == nil {
		p.fault = nil
		return
	}
	var wrong *where.Error
	if !errors.As(err, &wrong) {
		p.fault = &Fault{Nowhere: true, Message: err.Error()}
		return
	}
	fault := &Fault{Offset: wrong.Offset, Length: wrong.Length, Message: wrong.Message, Near: wrong.Near}
	begin := strings.Index(p.text, wrong.Text)
	if begin < 0 {
		fault.Nowhere = true
	} else if fault.Offset += begin; fault.Length == 0 {
		fault.Offset = begin + len(wrong.Text)
	}
	p.SetFault(fault)
}

// SetFault says what is wrong with the text; nil says that nothing is.
func (p *Prompt) SetFault(fault *Fault) { p.fault = fault }

// Failing says whether a fault is shown.
func (p *Prompt) Failing() bool { return p.fault != nil }

// Insert puts text in at the cursor. Several lines, as they are pasted, become
// one. A text that gets too long is refused.
func (p *Prompt) Insert(text string) {
	text = oneLine(text)
	if text == "" {
		return
	}
	if len(p.text)+len(text) > longest {
		p.fault = &Fault{Nowhere: true, Message: fmt.Sprintf("too long: at most %d characters", longest)}
		return
	}
	p.change(p.cursor, p.cursor, text)
}

// change replaces a part of the text; the cursor is behind what is new.
func (p *Prompt) change(from, to int, by string) {
	if from == to && by == "" {
		return
	}
	p.text = p.text[:from] + by + p.text[to:]
	p.cursor = from + len(by)
	p.fault = nil
	p.suggest()
	if p.Changed != nil {
		p.Changed(p.text)
	}
}

// oneLine makes one line of a text: lines are trimmed and joined by blanks, and
// what nobody sees is left out.
func oneLine(text string) string {
	text = strings.ToValidUTF8(text, "")
	if strings.ContainsAny(text, "\r\n\v\f\u0085\u2028\u2029") {
		lines := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("\r\n\v\f\u0085\u2028\u2029", r) })
		kept := lines[:0]
		for _, line := range lines {
			if line = strings.TrimSpace(line); line != "" {
				kept = append(kept, line)
			}
		}
		text = strings.Join(kept, " ")
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t' || unicode.Is(unicode.Zs, r):
			return ' '
		case unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Co, r):
			return -1
		}
		return r
	}, text)
}
