package format

import (
	"bytes"
	"encoding/base64"
	"unicode/utf8"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/field"
)

// csvEncoder writes rows as RFC 4180 CSV: a header with the columns' names, a
// missing value empty, text quoted where it must be. Lines end in LF, which
// every reader takes and the tools of a shell want.
type csvEncoder struct {
	columns []alert.Column
	// terminal replaces control characters, which a terminal would obey.
	terminal bool
}

func (e *csvEncoder) appendHeader(dst []byte) []byte {
	for i, column := range e.columns {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = e.appendText(dst, []byte(column.Name))
	}
	return append(dst, '\n')
}

func (e *csvEncoder) appendFooter(dst []byte) []byte { return dst }

func (e *csvEncoder) appendMessage(dst []byte, m *alert.Message) ([]byte, error) {
	from := len(dst)
	for i := range e.columns {
		if i > 0 {
			dst = append(dst, ',')
		}
		switch value := m.Row().Values[i]; value.Kind() {
		case field.Missing:
		case field.Text, field.JSON:
			dst = e.appendText(dst, value.Text())
		case field.Bytes:
			dst = base64.StdEncoding.AppendEncode(dst, value.Text())
		default:
			dst = value.AppendJSON(dst)
		}
	}
	if len(dst) == from {
		dst = append(dst, `""`...) // an empty line is no record
	}
	return append(dst, '\n'), nil
}

func (e *csvEncoder) appendText(dst, text []byte) []byte {
	if !utf8.Valid(text) {
		text = bytes.ToValidUTF8(text, []byte("\ufffd"))
	}
	if e.terminal && bytes.ContainsFunc(text, IsControl) {
		text = bytes.Map(func(r rune) rune {
			if IsControl(r) {
				return utf8.RuneError
			}
			return r
		}, text)
	}
	if !mustQuote(text) {
		return append(dst, text...)
	}
	dst = append(dst, '"')
	for {
		i := bytes.IndexByte(text, '"')
		if i < 0 {
			return append(append(dst, text...), '"')
		}
		dst = append(append(dst, text[:i+1]...), '"')
		text = text[i+1:]
	}
}

// mustQuote says whether a text is only read back as it is when it is quoted.
// Some readers trim spaces.
func mustQuote(text []byte) bool {
	return len(text) > 0 && (bytes.ContainsAny(text, "\",\r\n") || text[0] == ' ' || text[len(text)-1] == ' ')
}

// IsControl says whether a character can make a terminal do something other
// than show it: the C0 and C1 controls, and the marks that turn the direction
// of text.
func IsControl(r rune) bool {
	return r < 0x20 || r >= 0x7f && r < 0xa0 || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069
}
