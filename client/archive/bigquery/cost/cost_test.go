package cost

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/client/registry"
)

func columnsOf(t testing.TB, table, version string) []registry.TableColumn {
	t.Helper()
	reg := registry.Default()
	known, err := reg.Table(table)
	if err != nil {
		t.Fatal(err)
	}
	columns, err := reg.TableColumns(known, version)
	if err != nil {
		t.Fatal(err)
	}
	return columns
}

func shapes() *rapid.Generator[Shape] {
	return rapid.Custom(func(t *rapid.T) Shape {
		return Shape{
			Rows: rapid.Float64Range(0, 1e11).Draw(t, "rows"), RowBytes: rapid.Float64Range(100, 1e6).Draw(t, "bytes of a row"),
			Partitions: float64(rapid.IntRange(0, 4000).Draw(t, "partitions")), Clustered: rapid.Bool().Draw(t, "clustered"),
			Footprint: rapid.Float64Range(0, SquareDegreesOfSky).Draw(t, "footprint"),
		}
	})
}

func reads() *rapid.Generator[Read] {
	return rapid.Custom(func(t *rapid.T) Read {
		return Read{
			RowBytes: rapid.Float64Range(1, 1e5).Draw(t, "columns"), Partitions: float64(rapid.IntRange(0, 5000).Draw(t, "days")),
			Ranges: rapid.IntRange(0, 500).Draw(t, "ranges"), Area: rapid.Float64Range(0, SquareDegreesOfSky).Draw(t, "area"),
		}
	})
}

func TestWhatIsExpectedIsNeverMoreThanTheBound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, r := shapes().Draw(t, "shape"), reads().Draw(t, "read")
		expected, bound := s.Bytes(r), s.Bound(r)
		whole := max(s.Rows*r.RowBytes, LeastBytes)
		if expected < LeastBytes || expected > bound*(1+1e-9) || bound > whole*(1+1e-9) {
			t.Fatalf("expected %g, at most %g, the whole is %g", expected, bound, whole)
		}
	})
}

func TestReadingLessCostsNoMore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, r := shapes().Draw(t, "shape"), reads().Draw(t, "read")
		r.Ranges, r.Partitions = max(r.Ranges, 1), max(r.Partitions, 1)
		less := r
		switch rapid.IntRange(0, 3).Draw(t, "less of") {
		case 0:
			less.RowBytes *= rapid.Float64Range(0, 1).Draw(t, "part")
		case 1:
			less.Partitions = float64(rapid.IntRange(1, int(r.Partitions)).Draw(t, "fewer days"))
		case 2:
			less.Ranges = rapid.IntRange(1, r.Ranges).Draw(t, "fewer ranges")
		case 3:
			less.Area *= rapid.Float64Range(0, 1).Draw(t, "part")
		}
		if s.Bytes(less) > s.Bytes(r)*(1+1e-9) {
			t.Fatalf("%+v costs %g, %+v costs %g", less, s.Bytes(less), r, s.Bytes(r))
		}
	})
}

func TestATableWithoutBlocksReadsTheColumnsWhole(t *testing.T) {
	s := Shape{Rows: 1e9, RowBytes: 1e4}
	for _, r := range []Read{{RowBytes: 8}, {RowBytes: 8, Partitions: 1}, {RowBytes: 8, Ranges: 1}, {RowBytes: 8, Partitions: 3, Ranges: 2, Area: 1}} {
		if got := s.Bytes(r); got != 8e9 {
			t.Errorf("%+v reads %g", r, got)
		}
	}
}

func TestDaysAndPlacesPruneByWhatTheyLeave(t *testing.T) {
	s := Shape{Rows: 3e9, RowBytes: float64(BlockBytes) / 1000, Partitions: 300, Clustered: true, Footprint: 5000}
	// A day has 1e7 rows in 1e4 blocks of 1,000, each of half a square degree.
	for _, c := range []struct {
		read Read
		want float64
	}{
		{Read{RowBytes: 100}, 300 * 1e7 * 100},
		{Read{RowBytes: 100, Partitions: 3}, 3 * 1e7 * 100},
		{Read{RowBytes: 1000, Partitions: 300, Ranges: 1}, 300 * 1000 * 1000},
		{Read{RowBytes: 1000, Partitions: 30, Ranges: 2, Area: 4}, 30 * (2 + 8) * 1000 * 1000},
		{Read{RowBytes: 1, Partitions: 1, Ranges: 1}, LeastBytes},
	} {
		if got := s.Bytes(c.read); math.Abs(got-c.want) > 1e-6*c.want {
			t.Errorf("%+v reads %g, not %g", c.read, got, c.want)
		}
	}
}

func TestColumnsCountOnceAndInsideLists(t *testing.T) {
	columns := columnsOf(t, "lsst.alerts", "v11_1")
	paths := func(names ...string) (list []field.Path) {
		for _, name := range names {
			list = append(list, field.ParsePath(name))
		}
		return list
	}
	for _, c := range []struct {
		names []string
		want  float64
	}{
		{[]string{"diaSourceId"}, 8},
		{[]string{"diaSource.ra", "diaSource.ra", "diaSource.dec"}, 16},
		{[]string{"prvDiaSources.ra"}, 8 * LSSTLists["prvDiaSources"]},
		{[]string{"diaSource.band", "diaSource.isNegative"}, 12 + 1},
		{[]string{"nothing", "diaSource.nothing"}, 0},
	} {
		if got := LSSTLists.PathBytes(columns, paths(c.names...)); got != c.want {
			t.Errorf("%v have %g bytes, not %g", c.names, got, c.want)
		}
	}
	all, source := LSSTLists.RowBytes(columns), LSSTLists.PathBytes(columns, paths("diaSource"))
	if source < 500 || source > 1000 || all < 10e3 || all > 60e3 {
		t.Errorf("a row has %g bytes, its diaSource %g", all, source)
	}
}
