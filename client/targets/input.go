package targets

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// The formats of a list.
const (
	formatText    = "text"
	formatTable   = "table"
	formatJSON    = "json"
	formatVOTable = "votable"
	formatArrow   = "arrow"
	formatParquet = "parquet"
	formatFITS    = "fits"
)

const (
	// maxLine bounds a line of text, a row of a table and a JSON record, bytes.
	maxLine = 1 << 20
	// maxStream bounds the base64 text of a VOTable's binary stream, bytes.
	maxStream = 256 << 20
	// maxFile bounds a list that is read whole before its rows are, bytes.
	maxFile = 256 << 20
	// maxColumns bounds the columns of a table.
	maxColumns = 4096
	// headBytes is how much of a list tells the kinds of its columns.
	headBytes = 8 << 20
)

// input is a list as it is read: what was looked at to know its format, and the
// rest.
type input struct {
	name   string
	format string
	head   []byte // read and not yet given
	rest   io.Reader
	ended  error // that rest ended with

	// first is the first line that is neither blank nor a comment, firstLine
	// its number; comment is the last comment before it.
	first, comment string
	firstLine      int

	since, most int // bytes given since the last record; their bound
}

var errTooLong = errors.New("too long")

// Read gives the bytes of the list, and an error where a record has too many.
func (in *input) Read(p []byte) (n int, err error) {
	if in.since > in.most {
		return 0, errTooLong
	}
	switch {
	case len(in.head) > 0:
		n = copy(p, in.head)
		in.head = in.head[n:]
	case in.ended != nil:
		return 0, in.ended
	default:
		n, in.ended = in.rest.Read(p)
	}
	in.since += n
	return n, nil
}

// begin says that a new record begins.
func (in *input) begin() { in.since = 0 }

// open takes the compression off a list and looks at its beginning.
func open(name string, r io.Reader) (*input, error) {
	in := &input{name: name, rest: r, most: maxLine + 64<<10}
	in.fill(2)
	if bytes.HasPrefix(in.head, []byte{0x1f, 0x8b}) {
		packed := &input{name: name, head: in.head, rest: r, ended: in.ended, most: maxLine}
		unpacked, err := gzip.NewReader(unbounded{packed})
		if err != nil {
			return nil, in.broken(0, "", "is not whole gzip: %v", err)
		}
		in.head, in.rest, in.ended = nil, unpacked, nil
	}
	in.fill(8)
	if in.format = binaryFormat(in.head); in.format != "" {
		return in, nil
	}
	in.head = bytes.TrimPrefix(in.head, []byte("\ufeff"))
	if err := in.known(); err != nil {
		return nil, err
	}
	if err := in.findFirst(); err != nil {
		return nil, err
	}
	in.chooseFormat()
	return in, nil
}

// binaryFormat knows the formats that are no text by what they begin with, and
// gives an empty text for others.
func binaryFormat(head []byte) string {
	for magic, format := range map[string]string{
		"PAR1": formatParquet, "ARROW1": formatArrow, "\xff\xff\xff\xff": formatArrow, "SIMPLE  ": formatFITS,
	} {
		if bytes.HasPrefix(head, []byte(magic)) {
			return format
		}
	}
	return ""
}

// unbounded reads an input whose records are not counted.
type unbounded struct{ in *input }

func (u unbounded) Read(p []byte) (int, error) {
	u.in.begin()
	return u.in.Read(p)
}

// fill reads until the head has so many bytes or the list ends.
func (in *input) fill(most int) {
	buffer := make([]byte, 4096)
	for len(in.head) < most && in.ended == nil {
		var n int
		n, in.ended = in.rest.Read(buffer)
		in.head = append(in.head, buffer[:n]...)
	}
}

// known refuses files that are known for something else.
func (in *input) known() error {
	for magic, what := range map[string]string{
		"PK\x03\x04": "a zip archive or spreadsheet", "Obj\x01": "an Avro file",
		"SQLi": "an SQLite file", "\x89HDF": "an HDF5 file", "\xff\xfe": "text in UTF-16", "\xfe\xff": "text in UTF-16", "\x28\xb5\x2f\xfd": "compressed with zstd", "BZh": "compressed with bzip2", "\xfd7zX": "compressed with xz",
	} {
		if bytes.HasPrefix(in.head, []byte(magic)) {
			return in.broken(0, expectedFormats, "is %s, not a list of targets", what)
		}
	}
	if bytes.IndexByte(in.head, 0) >= 0 {
		return in.broken(0, expectedFormats, "is binary, not a list of targets")
	}
	return nil
}

// findFirst finds the first line that says something.
func (in *input) findFirst() error {
	for line, at := 1, 0; ; line++ {
		// An array and a VOTable may be a single line as a whole.
		if begin := bytes.TrimSpace(in.head[at:]); len(begin) > 0 && (begin[0] == '[' || begin[0] == '<') {
			in.first, in.firstLine = string(begin[:1]), line
			return nil
		}
		end := in.lineEnd(at)
		text := strings.TrimSpace(string(in.head[at:end]))
		if len(text) > maxLine || end > headBytes {
			return in.broken(line, "", "is longer than %d bytes", maxLine)
		}
		if text != "" && text[0] != '#' {
			in.first, in.firstLine = text, line
			return nil
		}
		if text != "" {
			in.comment = strings.TrimSpace(strings.TrimLeft(text, "# "))
		}
		if end == len(in.head) {
			return in.failure(line)
		}
		at = end + 1
	}
}

// lineEnd gives where the line ends that begins at a byte of the head, and reads
// on as far as that needs.
func (in *input) lineEnd(at int) int {
	for from := at; ; {
		if i := bytes.IndexByte(in.head[from:], '\n'); i >= 0 {
			return from + i
		}
		if from = len(in.head); in.ended != nil || from-at > maxLine {
			return from
		}
		in.fill(from + 1)
	}
}

// failure gives the error that a list ended with, nil at its regular end.
func (in *input) failure(line int) error {
	if in.ended == nil || errors.Is(in.ended, io.EOF) {
		return nil
	}
	return in.failed(line, in.ended)
}

// failed is an error of the list's reader.
func (in *input) failed(line int, err error) error {
	switch {
	case errors.Is(err, errTooLong):
		return in.broken(line, "", "is longer than %d bytes", maxLine)
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, gzip.ErrChecksum), errors.Is(err, gzip.ErrHeader):
		return in.broken(line, "", "breaks off or is damaged: %v", err)
	}
	return fmt.Errorf("read targets from %s: %w", in.name, err)
}

func (in *input) chooseFormat() {
	switch {
	case in.first == "":
		in.format = formatText
	case strings.HasPrefix(in.first, "<"):
		in.format = formatVOTable
	case in.first[0] == '{' || in.first[0] == '[' || in.first[0] == '"':
		in.format = formatJSON
		if in.first[0] == '"' && !isJSONLine(in.first) {
			in.format = formatTable
		}
	case separatorOf(in.first) != 0, isHeader(splitWords(in.first)), isHeader(splitWords(in.comment)) && len(splitWords(in.comment)) == len(splitWords(in.first)):
		in.format = formatTable
	default:
		in.format = formatText
	}
}

// table gives the rows of a list that has columns.
func (in *input) table(o Options) (rows, error) {
	switch in.format {
	case formatVOTable:
		return newVOTable(in)
	case formatJSON:
		return newJSONList(in)
	case formatArrow:
		return newArrow(in)
	case formatParquet:
		return newParquet(in)
	case formatFITS:
		return newFITS(in)
	}
	return newDelimited(in, o)
}

// cleanText gives text of a list for messages: short, and without what is no
// text.
func cleanText(text string) string {
	const most = 60
	if len(text) > most {
		cut := most
		for cut > 0 && !utf8.RuneStart(text[cut]) {
			cut--
		}
		text = text[:cut] + "..."
	}
	quoted := fmt.Sprintf("%q", text)
	return quoted[1 : len(quoted)-1]
}
