package targets

import (
	"bufio"
	"errors"
	"io"
	"strings"

	"github.com/mwvgroup/pgb/client/sky"
)

// lineList is a list with an id or a position on each line, or an id and a
// position behind it.
type lineList struct {
	in      *input
	options Options
	lines   *bufio.Reader
	line    int
}

func (l *lineList) next() (Target, error) {
	if l.lines == nil {
		l.lines = bufio.NewReader(l.in)
	}
	for {
		text, err := nextLine(l.in, l.lines, &l.line)
		if errors.Is(err, io.EOF) {
			return Target{}, io.EOF
		}
		if err != nil {
			return Target{}, l.in.failed(l.line, err)
		}
		if i := strings.Index(text, " #"); i >= 0 {
			text = strings.TrimSpace(text[:i])
		}
		if text == "" || text[0] == '#' {
			continue
		}
		return l.target(text)
	}
}

// nextLine gives the next line without blanks around it, and counts it.
func nextLine(in *input, lines *bufio.Reader, number *int) (string, error) {
	in.begin()
	var long []byte
	for {
		part, err := lines.ReadSlice('\n')
		if long == nil && err == nil {
			*number++
			return strings.TrimSpace(string(part)), nil
		}
		long = append(long, part...)
		switch {
		case err == nil, errors.Is(err, io.EOF) && len(long) > 0:
			*number++
			return strings.TrimSpace(string(long)), nil
		case len(long) > maxLine:
			*number++
			return "", errTooLong
		case !errors.Is(err, bufio.ErrBufferFull):
			return "", err
		}
	}
}

func (l *lineList) target(text string) (Target, error) {
	target := Target{Line: l.line}
	var positionErr, idErr error
	if l.options.Want != IDs {
		var p sky.Position
		if p, positionErr = sky.ParsePosition(text); positionErr == nil {
			target.Position = &p
			return target, nil
		}
	}
	word, rest, _ := strings.Cut(text, " ")
	if p, err := sky.ParsePosition(rest); err == nil {
		target.Position = &p
		text = word
	}
	if l.options.Want == Positions {
		if target.Position == nil {
			return Target{}, l.in.bad(l.line, positionErr, expectedPosition)
		}
		return target, nil
	}
	if target.ID, idErr = l.options.Registry.ParseID(text, l.options.Survey); idErr == nil {
		return target, nil
	}
	if positionErr != nil && looksLikePosition(text) {
		idErr = positionErr
	}
	wrong := l.in.bad(l.line, idErr, l.options.Want.line())
	if l.options.Want == IDs {
		_, err := sky.ParsePosition(text)
		wrong.Positions = err == nil || target.Position != nil
	}
	return Target{}, wrong
}

// looksLikePosition says whether a text begins with a number and has another.
func looksLikePosition(text string) bool {
	cells := strings.FieldsFunc(text, func(c rune) bool { return c == ' ' || c == ',' || c == '\t' })
	return len(cells) > 1 && strings.Trim(cells[0], "+-0123456789.:hdms") == "" && strings.ContainsAny(cells[1][:1], "+-0123456789")
}
