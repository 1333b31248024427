package where

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Error says what is wrong with an expression, and where.
type Error struct {
	Text    string   // the whole expression
	Offset  int      // where the fault begins, in bytes of Text
	Length  int      // its length in bytes; 0 stands for the end of Text
	Message string   // one line
	Near    []string // names that were perhaps meant, nearest first
}

// Error gives the message, one line.
func (e *Error) Error() string { return e.Message }

// Caret gives two lines: the expression, and carets under the fault. They
// align in a terminal: tabs stay tabs, wide characters count twice, and other
// control characters of the expression are shown as blanks.
func (e *Error) Caret() string {
	offset := min(max(e.Offset, 0), len(e.Text))
	end := min(offset+max(e.Length, 0), len(e.Text))
	var text, marks strings.Builder
	for i := 0; i < len(e.Text); {
		r, size := utf8.DecodeRuneInString(e.Text[i:])
		inside := i >= offset && i < end
		mark := strings.Repeat(" ", columns(r))
		if inside {
			mark = strings.Repeat("^", columns(r))
		}
		switch {
		case r == '\t' && inside:
			// A run of carets can't have a tab's width: blanks in both lines.
			text.WriteByte(' ')
			marks.WriteByte('^')
		case r == '\t':
			text.WriteByte('\t')
			if i < end {
				marks.WriteByte('\t')
			}
		case unicode.IsControl(r) || r == utf8.RuneError:
			text.WriteByte(' ')
			marks.WriteString(mark)
		default:
			text.WriteRune(r)
			marks.WriteString(mark)
		}
		i += size
	}
	if offset == end {
		return text.String() + "\n" + cut(marks.String(), e.Text, offset) + "^"
	}
	return text.String() + "\n" + strings.TrimRight(marks.String(), " \t")
}

// cut keeps the marks that stand under text[:offset].
func cut(marks, text string, offset int) string {
	width := 0
	for _, r := range text[:offset] {
		width += columns(r)
	}
	// Nothing is marked, so marks are blanks and tabs, one byte a column.
	return marks[:width]
}

// columns is the width of a character in a terminal: 2 for the wide ones of
// East Asia and for pictographs, 0 for marks that combine with the one before.
func columns(r rune) int {
	switch {
	case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		return 0
	case unicode.In(r, unicode.Han, unicode.Hangul, unicode.Hiragana, unicode.Katakana),
		r >= 0xff01 && r <= 0xff60, r >= 0x1f300 && r <= 0x1faff:
		return 2
	}
	return 1
}
