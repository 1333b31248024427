package where

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/client/where/wheretest"
)

// database is a table of wheretest's columns in SQLite, named c0, c1 and so on.
type database struct {
	testing.TB
	conn *sqlite.Conn
	// widened keeps 32-bit floats as they are, not as their decimals.
	widened bool
}

func newDatabase(t testing.TB) *database {
	conn, err := sqlite.OpenConn(":memory:")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := conn.Close(); err != nil {
			t.Error(err)
		}
	})
	var columns []string
	for i, c := range wheretest.Columns {
		kind := map[field.Kind]string{field.Float64: "REAL", field.Float32: "REAL", field.Int: "INTEGER", field.Bool: "INTEGER", field.Text: "TEXT"}[c.Kind]
		if isDigitsColumn(c.Name) {
			kind = "" // digits are integers
		}
		columns = append(columns, fmt.Sprintf("c%d %s", i, kind))
	}
	if err := sqlitex.ExecuteScript(conn, "CREATE TABLE t (id INTEGER PRIMARY KEY, "+strings.Join(columns, ", ")+")", nil); err != nil {
		t.Fatal(err)
	}
	return &database{TB: t, conn: conn}
}

func isDigitsColumn(name string) bool { return name == "source_id" || name == "object_id" }

// column reads the table as an archive would.
func (d *database) column(name string) (SQLColumn, bool) {
	i := wheretest.Index(name)
	if i < 0 {
		return SQLColumn{}, false
	}
	c := wheretest.Columns[i]
	column := SQLColumn{Expr: fmt.Sprintf("c%d", i), Kind: c.Kind, Widened: d.widened && c.Kind == field.Float32}
	if isDigitsColumn(name) {
		column.Expr = "CAST(" + column.Expr + " AS TEXT)"
	}
	return column, true
}

// parameter is a value as SQLite stores it.
func (d *database) parameter(name string, v field.Value) any {
	switch v.Kind() {
	case field.Bool, field.Int:
		return numberOf(v).i
	case field.Float32:
		if f, _ := v.Float(); d.widened {
			return f
		}
		f, _ := v.Decimal()
		return f
	case field.Float64:
		f, _ := v.Float()
		return f
	case field.Text:
		if n := parseNumber(v.Text()); isDigitsColumn(name) && n.kind == isInteger && integerText(n.i) == v.String() {
			return n.i
		}
		return v.String()
	}
	return nil
}

func integerText(i int64) string { return string(field.AppendInt(nil, i)) }

func (d *database) fill(rows [][]field.Value) error {
	if err := sqlitex.ExecuteTransient(d.conn, "DELETE FROM t", nil); err != nil {
		return err
	}
	for id, row := range rows {
		args := []any{id}
		for i, v := range row {
			args = append(args, d.parameter(wheretest.Columns[i].Name, v))
		}
		marks := strings.Repeat(", ?", len(row))
		if err := sqlitex.Execute(d.conn, "INSERT INTO t VALUES (?"+marks+")", &sqlitex.ExecOptions{Args: args}); err != nil {
			return err
		}
	}
	return nil
}

// passing gives the rows that a condition passes.
func (d *database) passing(c SQLCondition) (map[int]bool, error) {
	text := c.Text
	if text == "" {
		text = "TRUE"
	}
	passing := map[int]bool{}
	options := &sqlitex.ExecOptions{Named: map[string]any{}, ResultFunc: func(s *sqlite.Stmt) error {
		passing[s.ColumnInt(0)] = true
		return nil
	}}
	for _, p := range c.Parameters {
		options.Named["@"+p.Name] = p.Value
	}
	return passing, sqlitex.ExecuteTransient(d.conn, "SELECT id FROM t WHERE "+text, options)
}

// holds compares what SQLite passes with the filter, row by row.
func (d *database) holds(e *Expr, checked bool, rows [][]field.Value) error {
	c := e.SQL(SQLite, d.column)
	if err := d.fill(rows); err != nil {
		return err
	}
	passing, err := d.passing(c)
	if err != nil {
		return fmt.Errorf("%s: %s: %w", e, c.Text, err)
	}
	rest := func([]field.Value) bool { return true }
	if c.Rest != "" {
		r, err := Parse(c.Rest)
		if err != nil {
			return fmt.Errorf("%s: the rest %s: %w", e, c.Rest, err)
		}
		if checked {
			if err := r.Check(wheretest.Kind); err != nil {
				return fmt.Errorf("%s: the rest %s: %w", e, c.Rest, err)
			}
		}
		rest = r.Bind(wheretest.Index).Pass
	}
	if c.Exact != (c.Rest == "") || (c.Text == "") != (c.Pushed == "") {
		return fmt.Errorf("%s: %+v says two things", e, c)
	}
	filter := e.Bind(wheretest.Index)
	for id, row := range rows {
		switch want := filter.Pass(row); {
		case want && !passing[id]:
			return fmt.Errorf("%s\nas %s %v\nloses %v", e, c.Text, c.Parameters, row)
		case c.Exact && want != passing[id]:
			return fmt.Errorf("%s\nas %s %v\nis said to be exact, but passes %v", e, c.Text, c.Parameters, row)
		case want != (passing[id] && rest(row)):
			return fmt.Errorf("%s\nas %s %v, and %s\npasses %v", e, c.Text, c.Parameters, c.Rest, row)
		}
	}
	return nil
}

func TestSQLiteAgreesWithTheFilter(t *testing.T) {
	d := newDatabase(t)
	var drawn, pushed, exact int
	rapid.Check(t, func(t *rapid.T) {
		text := wheretest.Condition(t, rapid.IntRange(1, 3).Draw(t, "depth"))
		switch rapid.IntRange(0, 5).Draw(t, "cone") {
		case 0:
			text = wheretest.Cone(t)
		case 1:
			text = wheretest.Cone(t) + " and " + text
		case 2:
			text = wheretest.Cone(t) + " or " + text
		}
		e, err := Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		checked := rapid.Bool().Draw(t, "checked")
		if checked && e.Check(wheretest.Kind) != nil {
			t.Skip("kinds that do not fit")
		}
		d.widened = rapid.Bool().Draw(t, "widened")
		rows := make([][]field.Value, 16)
		for i := range rows {
			rows[i] = wheretest.Row(t)
		}
		if err := d.holds(e, checked, rows); err != nil {
			t.Fatal(err)
		}
		drawn++
		if c := e.SQL(SQLite, d.column); c.Exact {
			exact++
		} else if c.Text != "" {
			pushed++
		}
	})
	t.Logf("of %d expressions %d were translated exactly, %d in part", drawn, exact, pushed)
}
