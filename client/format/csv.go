package format

import (
	"bytes"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/field"
)

// csvEncoder writes rows as RFC 4180 CSV: a header with the columns' names, a
// missing value empty, text quoted where it must be. Lines end in LF, which
// every reader takes and the tools of a shell want.
type csvEncoder struct {
	columns []alert.Column
	// visible writes control characters as they are printed in Go source, for
	// a terminal that would obey them.
	visible bool
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
	for i, value := range m.Row().Values[:len(e.columns)] {
		if i > 0 {
			dst = append(dst, ',')
		}
		switch value.Kind() {
		case field.Missing:
			if len(e.columns) == 1 {
				dst = append(dst, `""`...) // an empty line is no record
			}
		case field.Text, field.JSON:
			dst = e.appendText(dst, value.Text())
		case field.Bytes:
			quoted := value.AppendJSON(dst)
			dst = append(dst, quoted[len(dst)+1:len(quoted)-1]...)
		default:
			dst = value.AppendJSON(dst)
		}
	}
	return append(dst, '\n'), nil
}

func (e *csvEncoder) appendText(dst, text []byte) []byte {
	if e.visible && bytes.ContainsFunc(text, IsControl) {
		text = bytes.Map(func(r rune) rune {
			if IsControl(r) {
				return '\ufffd'
			}
			return r
		}, text)
	}
	if !bytes.ContainsAny(text, "\",\r\n") && !bytes.HasPrefix(text, []byte(" ")) && !bytes.HasSuffix(text, []byte(" ")) {
		return append(dst, text...)
	}
	dst = append(dst, '"')
	dst = append(dst, bytes.ReplaceAll(text, []byte{'"'}, []byte(`""`))...)
	return append(dst, '"')
}

// IsControl says whether a character can make a terminal do something other
// than show it: the C0 and C1 controls, and the marks that turn the direction
// of text.
func IsControl(r rune) bool {
	return r < 0x20 || r >= 0x7f && r < 0xa0 || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069
}
