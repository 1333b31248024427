package targets

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/client/sky"
)

// delimited is a table whose cells are text: separated by commas, tabs,
// semicolons, bars or blanks.
type delimited struct {
	in      *input
	sources []source
	read    func() (line int, cells []string, err error)
	skip    bool // the first row is the header
}

// separatorOf gives the separator of the cells of a line, 0 for none or blanks.
func separatorOf(line string) rune {
	for _, c := range "\t,;|" {
		if strings.ContainsRune(line, c) {
			return c
		}
	}
	return 0
}

// splitWords splits a line at blanks; quotes keep words together.
func splitWords(line string) []string {
	if !strings.Contains(line, `"`) {
		return strings.Fields(line)
	}
	var cells []string
	for line = strings.TrimSpace(line); line != ""; line = strings.TrimLeft(line, " \t") {
		end := strings.IndexAny(line, " \t")
		if line[0] == '"' {
			if close := strings.IndexByte(line[1:], '"'); close >= 0 {
				cells = append(cells, line[1:1+close])
				line = line[close+2:]
				continue
			}
		}
		if end < 0 {
			end = len(line)
		}
		cells = append(cells, line[:end])
		line = line[end:]
	}
	return cells
}

func newDelimited(in *input, o Options) (*delimited, error) {
	d := &delimited{in: in}
	separator := separatorOf(in.first)
	first, comment := d.reader(separator)
	switch {
	case isHeader(first):
		d.skip = true
		d.name(withoutEmptyEnd(first))
	case isHeader(comment) && len(comment) == len(first):
		d.name(withoutEmptyEnd(comment))
	default:
		if err := d.guess(first, o); err != nil {
			return nil, err
		}
	}
	if len(d.sources) > maxColumns {
		return nil, in.broken(in.firstLine, "", "has %d columns, more than %d", len(d.sources), maxColumns)
	}
	return d, nil
}

// reader chooses how lines are taken apart, and gives the cells of the first
// line and of the comment before it.
func (d *delimited) reader(separator rune) (first, comment []string) {
	if separator == 0 {
		lines := bufio.NewReader(d.in)
		number := 0
		first, comment = splitWords(d.in.first), splitWords(d.in.comment)
		d.read = func() (int, []string, error) {
			for {
				text, err := nextLine(d.in, lines, &number)
				if err != nil {
					return number, nil, err
				}
				if text == "" || text[0] == '#' {
					continue
				}
				if len(d.sources) == 1 {
					return number, []string{strings.Trim(text, `"`)}, nil
				}
				return number, splitWords(text), nil
			}
		}
		return first, comment
	}
	split := func(line string) []string {
		r := csvReader(strings.NewReader(line), separator)
		cells, _ := r.Read()
		return trimmed(cells)
	}
	r := csvReader(d.in, separator)
	d.read = func() (int, []string, error) {
		for {
			d.in.begin()
			cells, err := r.Read()
			if err != nil {
				return lineOf(r, err), nil, err
			}
			line, _ := r.FieldPos(0)
			if cells = trimmed(cells); cells[0] != "" && cells[0][0] == '#' || len(cells) == 1 && cells[0] == "" {
				continue
			}
			return line, cells, nil
		}
	}
	return split(d.in.first), split(d.in.comment)
}

func csvReader(r io.Reader, separator rune) *csv.Reader {
	c := csv.NewReader(r)
	c.Comma, c.Comment, c.FieldsPerRecord, c.LazyQuotes = separator, '#', -1, true
	c.TrimLeadingSpace = separator != '\t'
	return c
}

func lineOf(r *csv.Reader, err error) int {
	if at := new(csv.ParseError); errors.As(err, &at) {
		return at.StartLine
	}
	return 0
}

func trimmed(cells []string) []string {
	for i, cell := range cells {
		cells[i] = strings.TrimSpace(cell)
	}
	return cells
}

// name takes the names of columns from a header.
func (d *delimited) name(header []string) {
	seen := map[string]bool{}
	for i, name := range header {
		c := source{Column: Column{Name: name}}
		if bare, unit := cutUnit(name); unit != "" {
			c.Name, c.Unit = bare, unit
		}
		if c.Name == "" {
			c.Name = fmt.Sprintf("column_%d", i+1)
		}
		c.Name = unlike(c.Name, seen)
		d.sources = append(d.sources, c)
	}
}

// withoutEmptyEnd leaves the empty cells at the end of a header out.
func withoutEmptyEnd(header []string) []string {
	for len(header) > 1 && header[len(header)-1] == "" {
		header = header[:len(header)-1]
	}
	return header
}

// unlike gives a name that was not yet seen.
func unlike(name string, seen map[string]bool) string {
	base := name
	for n := 2; seen[name]; n++ {
		name = fmt.Sprintf("%s_%d", base, n)
	}
	seen[name] = true
	return name
}

// guess tells the columns of a table without a header by its first row: a
// position, or an id with or without a position behind it.
func (d *delimited) guess(first []string, o Options) error {
	isPosition := func(i int) bool {
		if len(first) < i+2 {
			return false
		}
		_, err := sky.ParsePosition(first[i] + ", " + first[i+1])
		return err == nil
	}
	names := make([]string, len(first))
	_, idErr := o.Registry.ParseID(first[0], o.Survey)
	switch {
	case o.Want != IDs && isPosition(0):
		names[0], names[1] = "ra", "dec"
	case isPosition(1):
		names[0], names[1], names[2] = "id", "ra", "dec"
	case o.Want != Positions && idErr == nil:
		names[0] = "id"
	default:
		return d.in.broken(d.in.firstLine, o.Want.columns()+"; without a header the first column holds an id, or the first two a position",
			"the columns are not known by name, nor by what is in them: %s", cleanList(first))
	}
	d.name(names)
	return nil
}

func (d *delimited) columns() []source { return d.sources }

func (d *delimited) next() (row, error) {
	line, cells, err := d.read()
	if err == nil && d.skip {
		d.skip = false
		line, cells, err = d.read()
	}
	if err != nil {
		return row{}, d.failed(line, err)
	}
	for len(cells) > len(d.sources) && cells[len(cells)-1] == "" {
		cells = cells[:len(cells)-1]
	}
	if len(cells) != len(d.sources) {
		return row{}, d.in.bad(line, fmt.Errorf("has %d cells, but the table has %d columns", len(cells), len(d.sources)), "a cell for each column")
	}
	values := make([]field.Value, len(cells))
	for i, cell := range cells {
		values[i] = field.OfString(cell)
	}
	return row{line: line, cells: values}, nil
}

func (d *delimited) failed(line int, err error) error {
	if at := new(csv.ParseError); errors.As(err, &at) {
		return d.in.bad(line, at.Err, "cells in balanced quotes")
	}
	if errors.Is(err, io.EOF) {
		return io.EOF
	}
	return d.in.failed(line, err)
}
