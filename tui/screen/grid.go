package screen

// grid is the cells of one of a terminal's two screens.
type grid struct {
	width, height int
	rows          [][]Cell
}

func newGrid(width, height int) *grid {
	g := &grid{width: width, height: height, rows: make([][]Cell, height)}
	for y := range g.rows {
		g.rows[y] = newRow(width, blank)
	}
	return g
}

func newRow(width int, with Cell) []Cell {
	row := make([]Cell, width)
	for x := range row {
		row[x] = with
	}
	return row
}

// part makes the halves of wide characters blanks where a change before column
// x would keep one half only.
func (g *grid) part(x, y int) {
	row := g.rows[y]
	if x <= 0 || x >= g.width || row[x].Text != "" {
		return
	}
	row[x].Text = " "
	row[x-1].Text = " "
}

// erase makes cells of a line blanks.
func (g *grid) erase(y, from, to int, with Cell) {
	from, to = max(from, 0), min(to, g.width)
	if from >= to {
		return
	}
	g.part(from, y)
	g.part(to, y)
	for x := from; x < to; x++ {
		g.rows[y][x] = with
	}
}

// insert moves the end of a line to the right.
func (g *grid) insert(x, y, n int, with Cell) {
	n = min(n, g.width-x)
	g.part(x, y)
	g.part(g.width-n, y)
	row := g.rows[y]
	copy(row[x+n:], row[x:])
	for i := x; i < x+n; i++ {
		row[i] = with
	}
}

// remove moves the end of a line to the left.
func (g *grid) remove(x, y, n int, with Cell) {
	n = min(n, g.width-x)
	g.part(x, y)
	g.part(x+n, y)
	row := g.rows[y]
	copy(row[x:], row[x+n:])
	for i := g.width - n; i < g.width; i++ {
		row[i] = with
	}
}

// scroll moves the lines from top to bottom, both included, up; negative n
// moves them down.
func (g *grid) scroll(top, bottom, n int, with Cell) {
	lines := g.rows[top : bottom+1]
	n = max(min(n, len(lines)), -len(lines))
	moved := make([][]Cell, 0, len(lines))
	if n >= 0 {
		moved = append(append(moved, lines[n:]...), lines[:n]...)
		lines = append(lines[:0], moved...)
		refill(lines[len(lines)-n:], with)
		return
	}
	moved = append(append(moved, lines[len(lines)+n:]...), lines[:len(lines)+n]...)
	lines = append(lines[:0], moved...)
	refill(lines[:-n], with)
}

func refill(rows [][]Cell, with Cell) {
	for _, row := range rows {
		for x := range row {
			row[x] = with
		}
	}
}

// resize cuts lines or adds to them, at the right and at the bottom.
func (g *grid) resize(width, height int) {
	if width != g.width {
		for y, row := range g.rows {
			if width < g.width {
				g.part(width, y)
				g.rows[y] = row[:width:width]
				continue
			}
			g.rows[y] = append(row, newRow(width-g.width, blank)...)
		}
	}
	g.width = width
	for len(g.rows) < height {
		g.rows = append(g.rows, newRow(width, blank))
	}
	g.rows = g.rows[:height]
	g.height = height
}

// copy gives the cells as they are now.
func (g *grid) copy() [][]Cell {
	all := make([]Cell, g.width*g.height)
	rows := make([][]Cell, g.height)
	for y, row := range g.rows {
		rows[y] = all[y*g.width : (y+1)*g.width : (y+1)*g.width]
		copy(rows[y], row)
	}
	return rows
}
