package render

import (
	"io"
	"slices"
	"strings"

	"github.com/olekukonko/tablewriter"
	"github.com/olekukonko/tablewriter/renderer"
	"github.com/olekukonko/tablewriter/tw"
)

// Column is a column of a printed table.
type Column struct {
	Header string
	Right  bool // aligned to the right, as numbers are
}

// gap is the space between columns, in cells.
const gap = 2

// Table prints a whole table: columns as wide as they need, the last one cut
// where the screen ends, and the last ones left out where there is no room for them.
func (s *Screen) Table(columns []Column, rows [][]string) error {
	widths := make([]int, len(columns))
	for i, c := range columns {
		widths[i] = Width(c.Header)
	}
	for _, row := range rows {
		for i := range row {
			row[i] = Clean(row[i])
			widths[i] = max(widths[i], Width(row[i]))
		}
	}
	named := slices.ContainsFunc(columns, func(c Column) bool { return c.Header != "" })
	if s.OutTTY {
		natural := slices.Clone(widths)
		for !s.fit(columns, widths) && named && len(columns) > 2 {
			columns = columns[:len(columns)-1]
			widths = slices.Clone(natural[:len(columns)])
		}
		for i, row := range rows {
			rows[i] = row[:min(len(row), len(columns))]
		}
	}
	var text strings.Builder
	if err := writeRows(&text, columns, widths, named, s.Color, rows); err != nil {
		return err
	}
	return s.Print([]byte(text.String()))
}

// leastWidth is how narrow a column becomes where the screen has no room.
const leastWidth = 10

// fit makes columns narrower where they do not fit the screen: the last one
// first, then the widest of those between. The first one names the row, and
// numbers are never cut. It says whether they fit then.
func (s *Screen) fit(columns []Column, widths []int) bool {
	over := -gap - s.Width
	for _, w := range widths {
		over += w + gap
	}
	last := len(widths) - 1
	cut := min(max(over, 0), max(widths[last]-leastWidth, 0))
	widths[last] -= cut
	for over -= cut; over > 0; over-- {
		widest := 0
		for i := 1; i < last; i++ {
			if !columns[i].Right && widths[i] > leastWidth && (widest == 0 || widths[i] > widths[widest]) {
				widest = i
			}
		}
		if widest == 0 {
			return false
		}
		widths[widest]--
	}
	return true
}

// writeRows writes rows, and the header where asked for, in columns of given
// widths.
func writeRows(w io.Writer, columns []Column, widths []int, header, color bool, rows [][]string) error {
	cells := tw.NewMapper[int, int]()
	aligns := make([]tw.Align, len(columns))
	for i, c := range columns {
		cells.Set(i, widths[i]+gap)
		aligns[i] = tw.AlignLeft
		if c.Right {
			aligns[i] = tw.AlignRight
		}
	}
	var text strings.Builder
	table := tablewriter.NewTable(&text,
		tablewriter.WithRenderer(renderer.NewBlueprint(tw.Rendition{
			Borders: tw.BorderNone,
			Settings: tw.Settings{
				Separators: tw.Separators{ShowHeader: tw.Off, BetweenColumns: tw.Off, BetweenRows: tw.Off},
				Lines:      tw.Lines{ShowHeaderLine: tw.Off, ShowTop: tw.Off, ShowBottom: tw.Off},
			},
		})),
		tablewriter.WithColumnWidths(cells),
		tablewriter.WithPadding(tw.Padding{Right: strings.Repeat(" ", gap), Overwrite: true}),
		tablewriter.WithHeaderAutoFormat(tw.Off),
		tablewriter.WithHeaderAutoWrap(tw.WrapTruncate),
		tablewriter.WithRowAutoWrap(tw.WrapTruncate),
		tablewriter.WithRowAlignmentConfig(tw.CellAlignment{PerColumn: aligns}),
		tablewriter.WithHeaderAlignmentConfig(tw.CellAlignment{PerColumn: aligns}),
	)
	if header {
		names := make([]any, len(columns))
		for i, c := range columns {
			names[i] = c.Header
		}
		table.Header(names...)
	}
	for _, row := range rows {
		if err := table.Append(row); err != nil {
			return err
		}
	}
	if err := table.Render(); err != nil {
		return err
	}
	return trimLines(w, text.String(), header && color)
}

// trimLines leaves out the blanks at the ends of lines, and makes the first
// line bold where asked for.
func trimLines(w io.Writer, text string, bold bool) error {
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, " \n")
		if bold {
			line, bold = "\x1b[1m"+line+"\x1b[0m", false
		}
		if _, err := io.WriteString(w, line+"\n"); err != nil {
			return err
		}
	}
	return nil
}
