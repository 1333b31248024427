package cost_test

import (
	"flag"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/archive/bigquery/cost"
	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/client/registry"
	"github.com/mwvgroup/pgb/client/sky"
)

var update = flag.Bool("update", false, "write the tables of docs/costs.md anew")

// object is what is assumed of an object that is looked up: on how many nights
// it has alerts.
const (
	nightsOfObject = 60
	nightsNow      = 20
)

// survey is a table of alerts, and what questions read of its rows.
type survey struct {
	cost.Shape
	lists   cost.Lists
	columns []registry.TableColumn
	payload string
	table   *registry.Table
}

func surveyOf(t testing.TB, name string, shape func([]registry.TableColumn) cost.Shape, lists cost.Lists) survey {
	t.Helper()
	reg := registry.Default()
	table, err := reg.Table(name)
	if err != nil {
		t.Fatal(err)
	}
	columns, err := reg.TableColumns(table, "")
	if err != nil {
		t.Fatal(err)
	}
	return survey{shape(columns), lists, columns, table.Payload, table}
}

func (s survey) bytes(paths ...field.Path) float64 { return s.lists.PathBytes(s.columns, paths) }

// row gives the bytes of a row of columns, with its id.
func (s survey) row(t testing.TB, names ...string) float64 {
	t.Helper()
	view, err := alert.NewReader(registry.Default()).View(nil, names)
	if err != nil {
		t.Fatal(err)
	}
	paths, err := view.Wants(s.payload)
	if err != nil {
		t.Fatal(err)
	}
	return s.bytes(append(paths, s.table.ObjectID[0])...)
}

// curve gives the bytes of a row's own epoch, and of its lists of others.
func (s survey) curve(t testing.TB) (trigger, histories float64) {
	t.Helper()
	paths, lists, err := alert.NewReader(registry.Default()).PhotometryWants(s.payload)
	if err != nil {
		t.Fatal(err)
	}
	var inside []field.Path
	for _, list := range lists {
		for _, f := range list.Fields {
			inside = append(inside, list.Path.Join(f.Path))
		}
	}
	return s.bytes(append(paths, s.table.ObjectID[0])...), s.bytes(inside...)
}

// narrow gives the bytes of the columns that say where and when an object is.
func (s survey) narrow() float64 {
	return s.bytes(s.table.ObjectID[0], field.Path{s.table.Cluster[0]}, field.Path{s.table.Partition})
}

// question is one way to ask, with what it reads when it is asked plainly and as
// pgb asks.
type question struct {
	what        string
	naive, here float64
}

// lsst lists the questions to LSST's table, of an object with alerts in some
// nights.
func (s survey) lsst(t testing.TB, nights float64) []question {
	read := func(row, days float64, ranges int, area float64) float64 {
		return s.Bytes(cost.Read{RowBytes: row, Partitions: days, Ranges: ranges, Area: area})
	}
	pixel := sky.PixelSquareDegrees(9)
	defaults := s.row(t, alert.DefaultColumns()...)
	few := s.row(t, "mjd", "band", "mag", "mag_err")
	trigger, histories := s.curve(t)
	first := read(s.narrow(), 0, 0, 0)
	around := func(row, days float64) float64 { return read(row, days, 1, pixel) }
	degree := sky.Cone{Radius: sky.Degrees(1)}.Cover(9)
	return []question{
		{"`pgb lookup ID`", read(defaults, 0, 0, 0), first + around(defaults, nights)},
		{"`pgb lookup ID --fields mjd,band,mag,mag_err`", read(few, 0, 0, 0), min(read(few, 0, 0, 0), first+around(few, nights))},
		{"`pgb lookup ID --since 30d`", read(defaults, 0, 0, 0), read(s.narrow(), 30, 0, 0) + around(defaults, nights/10)},
		{"`pgb lookup ID --near 'RA DEC'`", read(defaults, 0, 0, 0), around(defaults, 0)},
		{"`pgb lookup ID --full`", read(s.RowBytes, 0, 0, 0), first + around(s.RowBytes, nights)},
		{"`pgb lightcurve ID`", read(trigger+histories, 0, 0, 0), first + around(trigger, nights) + around(histories, 1)},
		{"`pgb cone RA DEC 5s`", read(defaults, 0, 0, 0), around(defaults, 0)},
		{"`pgb cone RA DEC 5s --since 30d`", read(defaults, 0, 0, 0), around(defaults, 30)},
		{"`pgb cone RA DEC 1d --since 30d`", read(defaults, 0, 0, 0), read(defaults, 30, len(degree), degree.SquareDegrees())},
	}
}

// ztf lists the questions to ZTF's tables.
func (s survey) ztf(t testing.TB) []question {
	read := func(row float64) float64 { return s.Bytes(cost.Read{RowBytes: row}) }
	defaults := s.row(t, alert.DefaultColumns()...)
	trigger, histories := s.curve(t)
	same := func(what string, row float64) question { return question{what, read(row), read(row)} }
	return []question{
		same("`pgb lookup ID`, with or without `--since`", defaults),
		same("`pgb lookup ID --fields mjd,band,mag,mag_err`", s.row(t, "mjd", "band", "mag", "mag_err")),
		same("`pgb cone RA DEC 5s`", defaults),
		same("`pgb lightcurve ID`", trigger+histories),
		same("`pgb lookup ID --full`", s.RowBytes),
	}
}

// size writes bytes with two figures.
func size(bytes float64) string {
	for _, unit := range []struct {
		name string
		of   float64
	}{{"TB", 1e12}, {"GB", 1e9}, {"MB", 1e6}} {
		if bytes >= unit.of {
			two, _ := strconv.ParseFloat(strconv.FormatFloat(bytes/unit.of, 'g', 2, 64), 64)
			return strconv.FormatFloat(two, 'f', -1, 64) + " " + unit.name
		}
	}
	return fmt.Sprintf("%.0f bytes", bytes)
}

func price(bytes float64) string {
	usd := cost.USD(bytes)
	switch {
	case usd >= 10:
		return fmt.Sprintf("$%.0f", usd)
	case usd >= 0.01:
		return fmt.Sprintf("$%.2f", usd)
	}
	return "under $0.01"
}

func tables(t testing.TB) string {
	now := surveyOf(t, "lsst.alerts", func(c []registry.TableColumn) cost.Shape {
		return cost.LSST(c, cost.LSSTNightsNow, cost.LSSTAlertsNow)
	}, cost.LSSTLists)
	full := surveyOf(t, "lsst.alerts", func(c []registry.TableColumn) cost.Shape {
		return cost.LSST(c, cost.LSSTNights, cost.LSSTAlerts)
	}, cost.LSSTLists)
	ztf := surveyOf(t, "ztf.alerts", cost.ZTF, cost.ZTFLists)
	var b strings.Builder
	b.WriteString("| LSST | plain SQL, today | pgb, today | plain SQL, a full year | pgb, a full year |\n|---|---|---|---|---|\n")
	today := now.lsst(t, nightsNow)
	for i, q := range full.lsst(t, nightsOfObject) {
		cells := []string{q.what}
		for _, bytes := range []float64{today[i].naive, today[i].here, q.naive, q.here} {
			cells = append(cells, size(bytes)+", "+price(bytes))
		}
		b.WriteString("| " + strings.Join(cells, " | ") + " |\n")
	}
	b.WriteString("\n| ZTF | read | price |\n|---|---|---|\n")
	for _, q := range ztf.ztf(t) {
		fmt.Fprintf(&b, "| %s | %s | %s |\n", q.what, size(q.here), price(q.here))
	}
	return b.String()
}

const (
	docs  = "../../../../docs/costs.md"
	begin = "<!-- from the model: go test ./client/archive/bigquery/cost -run Docs -update -->\n"
	end   = "<!-- end of the model's tables -->\n"
)

func TestDocsHaveTheFiguresOfTheModel(t *testing.T) {
	text, err := os.ReadFile(docs)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(text), begin)
	old, after, closed := strings.Cut(rest, end)
	if !ok || !closed {
		t.Fatal("the marks around the tables are gone")
	}
	want := "\n" + tables(t) + "\n"
	if old == want {
		return
	}
	if !*update {
		t.Fatalf("docs/costs.md is not what the model says; with -update it is written anew. The model says\n%s", want)
	}
	if err := os.WriteFile(docs, []byte(before+begin+want+end+after), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestTwoStepsReadAFifthOfOneAtMost(t *testing.T) {
	full := surveyOf(t, "lsst.alerts", func(c []registry.TableColumn) cost.Shape {
		return cost.LSST(c, cost.LSSTNights, cost.LSSTAlerts)
	}, cost.LSSTLists)
	for _, q := range full.lsst(t, nightsOfObject) {
		part := q.here / q.naive
		t.Logf("%-50s %9.3g of %9.3g bytes: 1/%.1f", q.what, q.here, q.naive, 1/part)
		// Four short columns are as short as those that say where to look.
		if part > 0.2 && !strings.Contains(q.what, "--fields") {
			t.Errorf("%s reads %.3f of what plain SQL reads", q.what, part)
		}
		if part > 1 {
			t.Errorf("%s reads more than plain SQL", q.what)
		}
	}
}
