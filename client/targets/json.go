package targets

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/client/jsonscan"
)

// jsonList is a list of JSON objects, or of texts and numbers that are ids: a
// line each, one after the other, or in an array.
type jsonList struct {
	in      *input
	sources []source
	index   map[string]int
	members []jsonscan.Member

	lines  *bufio.Reader // of JSON lines
	line   int
	values *json.Decoder // of an array, and of records on several lines
	array  bool
	counts *lineCounter
}

func isJSONLine(text string) bool {
	return json.Valid([]byte(text)) && !isHeader([]string{strings.Trim(text, `"`)})
}

func newJSONList(in *input) (*jsonList, error) {
	j := &jsonList{in: in, index: map[string]int{}}
	if in.first[0] != '[' && isJSONLine(in.first) {
		j.lines = bufio.NewReader(in)
		return j, nil
	}
	j.counts = &lineCounter{r: in}
	j.values = json.NewDecoder(j.counts)
	if in.first[0] == '[' {
		j.array = true
		if err := j.pass("["); err != nil {
			return nil, err
		}
	}
	return j, nil
}

// lineCounter remembers where lines end in what was read through it and is not
// yet counted.
type lineCounter struct {
	r    io.Reader
	at   int64
	ends []int64 // offsets of line ends, ascending
}

func (c *lineCounter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	for i, b := range p[:n] {
		if b == '\n' {
			c.ends = append(c.ends, c.at+int64(i))
		}
	}
	c.at += int64(n)
	return n, err
}

// before counts the lines that end before an offset, and forgets them.
func (c *lineCounter) before(offset int64) (n int) {
	for n < len(c.ends) && c.ends[n] < offset {
		n++
	}
	c.ends = c.ends[n:]
	return n
}

// pass takes a bracket of the array.
func (j *jsonList) pass(want string) error {
	token, err := j.values.Token()
	if d, ok := token.(json.Delim); err != nil || !ok || d.String() != want {
		return j.failed(err)
	}
	return nil
}

func (j *jsonList) columns() []source { return j.sources }

func (j *jsonList) next() (row, error) {
	if j.lines != nil {
		return j.nextLine()
	}
	j.in.begin()
	if j.array && !j.values.More() {
		if err := j.pass("]"); err != nil {
			return row{}, err
		}
		return row{}, io.EOF
	}
	var record json.RawMessage
	if err := j.values.Decode(&record); err != nil {
		if errors.Is(err, io.EOF) && !j.array {
			return row{}, io.EOF
		}
		return row{}, j.failed(err)
	}
	begin := j.values.InputOffset() - int64(len(record))
	j.line += j.counts.before(begin)
	return j.row(j.line+1, record)
}

func (j *jsonList) nextLine() (row, error) {
	for {
		text, err := nextLine(j.in, j.lines, &j.line)
		if errors.Is(err, io.EOF) {
			return row{}, io.EOF
		}
		if err != nil {
			return row{}, j.in.failed(j.line, err)
		}
		if text != "" && text[0] != '#' {
			return j.row(j.line, []byte(text))
		}
	}
}

func (j *jsonList) failed(err error) error {
	j.line += j.counts.before(j.values.InputOffset())
	at := new(json.SyntaxError)
	switch {
	case err == nil:
		return j.in.broken(j.line+1, "a JSON array of objects, texts or numbers", "is no JSON that is known here")
	case errors.As(err, &at):
		j.line += j.counts.before(at.Offset)
		return j.in.broken(j.line+1, "JSON", "is not JSON: %v", err)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return j.in.broken(j.line+1, "a whole JSON text", "breaks off")
	}
	return j.in.failed(j.line+1, err)
}

// row gives the cells of a record; members that were not seen before become new
// columns.
func (j *jsonList) row(line int, record []byte) (row, error) {
	const expected = "a JSON object, or an id as text or number"
	record = bytes.TrimSpace(record)
	if err := jsonscan.Valid(record); err != nil {
		return row{}, j.in.bad(line, err, expected)
	}
	switch record[0] {
	case '{':
	case '[', 't', 'f', 'n', 'N', 'I':
		return row{}, j.in.bad(line, errors.New("is neither an object nor an id"), expected)
	default:
		return row{line: line, cells: j.put(nil, "id", record)}, nil
	}
	var err error
	if j.members, err = jsonscan.AppendMembers(j.members[:0], record); err != nil {
		return row{}, j.in.bad(line, err, expected)
	}
	cells := make([]field.Value, len(j.sources), max(len(j.sources), len(j.members)))
	for _, m := range j.members {
		cells = j.put(cells, m.Name, m.Raw)
	}
	if len(j.sources) > maxColumns {
		return row{}, j.in.broken(line, "", "has more than %d members", maxColumns)
	}
	return row{line: line, cells: cells}, nil
}

func (j *jsonList) put(cells []field.Value, name string, raw []byte) []field.Value {
	at, known := j.index[name]
	if !known {
		at = len(j.sources)
		j.index[name] = at
		j.sources = append(j.sources, source{Column: Column{Name: name}})
	}
	for len(cells) <= at {
		cells = append(cells, field.Value{})
	}
	if cells[at].IsMissing() {
		cells[at] = jsonCell(raw)
	}
	return cells
}

// jsonCell gives a JSON value as a cell. Integers beyond 64 bits keep their
// digits as text.
func jsonCell(raw []byte) field.Value {
	switch c := raw[0]; {
	case c == '{' || c == '[':
		compact, err := jsonscan.AppendCompact(nil, raw, nil)
		if err != nil {
			return field.Value{}
		}
		return field.OfJSON(compact)
	case c == '"':
		if inner := raw[1 : len(raw)-1]; bytes.IndexByte(inner, '\\') < 0 && utf8.Valid(inner) {
			return field.OfString(string(inner))
		}
	}
	value, err := jsonscan.Decode(raw)
	if err != nil {
		return field.Value{}
	}
	switch v := value.(type) {
	case string:
		return field.OfString(v)
	case bool:
		return field.OfBool(v)
	case int64:
		return field.OfInt(v)
	case float64:
		return field.OfFloat64(v)
	case json.Number:
		return field.OfString(v.String())
	}
	return field.Value{}
}
