package emulator

import (
	"fmt"
	"math"
	"os"
	"strings"
	"testing"

	bq "cloud.google.com/go/bigquery"
	"pgregory.net/rapid"

	"github.com/goccy/bigquery-emulator/types"

	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/client/registry"
	"github.com/mwvgroup/pgb/client/where"
	"github.com/mwvgroup/pgb/client/where/wheretest"
)

const drawnRows = 64

// drawn is a table of random rows, its columns named c0, c1 and so on.
func drawn(n int) (*Fill, [][]field.Value) {
	columns := []registry.TableColumn{{Name: "id", Type: "INTEGER"}}
	for i, c := range wheretest.Columns {
		kind := map[field.Kind]string{field.Float64: "FLOAT", field.Float32: "FLOAT", field.Int: "INTEGER", field.Bool: "BOOLEAN"}[c.Kind]
		if kind == "" {
			kind = "STRING"
		}
		columns = append(columns, registry.TableColumn{Name: fmt.Sprintf("c%d", i), Type: kind})
	}
	var rows [][]field.Value
	var data types.Data
	for id := range n {
		row := rapid.Custom(wheretest.Row).Example(id)
		values := map[string]any{"id": int64(id)}
		for i, v := range row {
			if least, ok := v.Int(); ok && least == math.MinInt64 {
				// The emulator neither negates it nor takes logarithms next to it.
				v = field.OfInt(math.MinInt64 >> 8)
				row[i] = v
			}
			values[fmt.Sprintf("c%d", i)] = stored(v)
			if wheretest.Columns[i].Kind == field.Missing {
				values[fmt.Sprintf("c%d", i)] = nil
			}
		}
		rows, data = append(rows, row), append(data, values)
	}
	table := &registry.Table{Name: "drawn.rows", Project: "some-random-rows", Dataset: "drawn", Table: "rows"}
	return &Fill{tables: []*filled{{table, map[string]*versionRows{"": {columns, data}}}}}, rows
}

func stored(v field.Value) any {
	switch v.Kind() {
	case field.Bool:
		b, _ := v.Bool()
		return b
	case field.Int:
		i, _ := v.Int()
		return i
	case field.Float32, field.Float64:
		f, _ := v.Float()
		return f
	case field.Text:
		return v.String()
	}
	return nil
}

func column64(name string) (where.SQLColumn, bool) {
	i := wheretest.Index(name)
	if i < 0 {
		return where.SQLColumn{}, false
	}
	kind := wheretest.Columns[i].Kind
	return where.SQLColumn{Expr: fmt.Sprintf("c%d", i), Kind: kind, Widened: kind == field.Float32}, true
}

// withoutMinus writes a filter without the sign that negates, which the emulator
// does not have.
var withoutMinus = strings.NewReplacer("-(", "0-(", "-log10", "0-log10")

// TestBigQueryAgreesWithTheFilter holds the SQL of random filters to the filters.
func TestBigQueryAgreesWithTheFilter(t *testing.T) {
	rounds := 6
	if os.Getenv("PGB_TEST_LONG") != "" {
		rounds = 60
	}
	_, all := drawn(drawnRows)
	s := startRelay(t, cargo{Drawn: drawnRows})
	client := asking(t, s.Address)
	var asked, exact int
	for range rounds {
		rapid.Check(t, func(rt *rapid.T) {
			text := wheretest.Condition(rt, rapid.IntRange(1, 3).Draw(rt, "depth"))
			if rapid.IntRange(0, 3).Draw(rt, "cone") == 0 {
				text = wheretest.Cone(rt) + rapid.SampledFrom([]string{" and ", " or "}).Draw(rt, "with") + text
			}
			text = withoutMinus.Replace(text)
			e, err := where.Parse(text)
			if err != nil {
				rt.Fatal(err)
			}
			if e.Check(wheretest.Kind) != nil {
				rt.Skip("kinds that do not fit")
			}
			c := e.SQL(where.BigQuery, column64)
			if c.Text == "" {
				return
			}
			asked++
			if c.Exact {
				exact++
			}
			passesTheSame(rt, client, all, text, e, &c)
		})
	}
	if asked == 0 {
		t.Error("nothing was asked")
	}
	t.Logf("%d filters were asked, %d of them exact", asked, exact)
}

// passesTheSame asks for the rows that a condition passes.
func passesTheSame(t *rapid.T, client *bq.Client, all [][]field.Value, text string, e *where.Expr, c *where.SQLCondition) {
	var parameters []bq.QueryParameter
	for _, p := range c.Parameters {
		parameters = append(parameters, bq.QueryParameter{Name: p.Name, Value: p.Value})
	}
	got, err := rowsOf(client, "select id from `some-random-rows.drawn.rows` where "+c.Text, parameters...)
	if err != nil {
		t.Fatalf("%s\nas %s %v\n%v", text, c.Text, c.Parameters, err)
	}
	passing := map[string]bool{}
	for _, id := range got {
		passing[strings.TrimSpace(id)] = true
	}
	filter := e.Bind(wheretest.Index)
	for id, row := range all {
		want, passes := filter.Pass(row), passing[fmt.Sprint(id)]
		if want && !passes || c.Exact && want != passes {
			t.Fatalf("%s\nas %s %v\npasses %v: %v, not %v", text, c.Text, c.Parameters, row, passes, want)
		}
	}
}
