package local

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"zombiezen.com/go/sqlite"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/archive"
	"github.com/mwvgroup/pgb/client/registry"
	"github.com/mwvgroup/pgb/client/sky"
)

// benchArchive is the archive of all benchmarks, of PGB_BENCH_ROWS rows: 10^5
// where nothing is said. It is made once for a run and deleted after it, unless
// PGB_BENCH_DIR names a folder to keep it in.
var benchArchive = sync.OnceValues(func() (*generated, error) {
	rows := 100_000
	if text := os.Getenv("PGB_BENCH_ROWS"); text != "" {
		var err error
		if rows, err = strconv.Atoi(text); err != nil {
			return nil, err
		}
	}
	if dir := os.Getenv("PGB_BENCH_DIR"); dir != "" {
		return kept(filepath.Join(dir, fmt.Sprintf("%d.db", rows)), rows)
	}
	dir, err := os.MkdirTemp("", "pgb-bench-")
	if err != nil {
		return nil, err
	}
	benchDir, benchMade = dir, true
	return generate(filepath.Join(dir, "a.db"), rows)
})

var (
	benchDir  string // to be deleted
	benchMade bool
)

// kept opens the archive of an earlier run, or makes it.
func kept(path string, rows int) (*generated, error) {
	benchMade = true
	if _, err := os.Stat(path); err != nil {
		return generate(path, rows)
	}
	g := sized(rows)
	var err error
	g.Archive, err = Open(context.Background(), Options{Path: path})
	return g, err
}

// endBench closes the archive of the benchmarks.
func endBench() error {
	if !benchMade {
		return nil
	}
	if g, err := benchArchive(); err == nil {
		if err := g.Close(); err != nil {
			return err
		}
	}
	if benchDir == "" {
		return nil
	}
	return os.RemoveAll(benchDir)
}

func forBench(b *testing.B) *generated {
	g, err := benchArchive()
	if err != nil {
		b.Fatal(err)
	}
	return g
}

// p99 times each run of a function and reports the 99th percentile.
func p99(b *testing.B, run func(i int)) {
	for i := range 50 {
		run(i)
	}
	var times []time.Duration
	for i := 0; b.Loop(); i++ {
		start := time.Now()
		run(i)
		times = append(times, time.Since(start))
	}
	slices.Sort(times)
	b.ReportMetric(float64(times[len(times)*99/100].Nanoseconds())/1e3, "p99-µs")
	b.ReportMetric(float64(times[len(times)/2].Nanoseconds())/1e3, "p50-µs")
}

func countHits(tb testing.TB, a *Archive, q archive.Query) (n int) {
	for hits, err := range a.Alerts(context.Background(), q) {
		if err != nil {
			tb.Fatal(err)
		}
		n += len(hits)
	}
	return n
}

func BenchmarkObjectLookup(b *testing.B) {
	g := forBench(b)
	rng := rand.New(rand.NewPCG(2, 2))
	names := alert.DefaultColumns()
	found, asked := 0, 0
	p99(b, func(int) {
		// Outside of the field, whose objects have more alerts than others.
		id := objectID(g.field + rng.IntN(g.objects-g.field))
		found += countHits(b, g.Archive, archive.Query{Targets: []archive.Target{{ID: registry.ID{Text: id}}}, Names: names})
		asked++
	})
	b.ReportMetric(float64(found)/float64(asked), "rows/op")
}

func BenchmarkConeOf5Arcsec(b *testing.B) {
	g := forBench(b)
	conn, err := sqlite.OpenConn(g.path, sqlite.OpenReadOnly)
	if err != nil {
		b.Fatal(err)
	}
	defer conn.Close()
	place := conn.Prep("SELECT ra, dec FROM object WHERE id = ?")
	rng := rand.New(rand.NewPCG(3, 3))
	names := alert.DefaultColumns()
	found, asked := 0, 0
	cones := make([]sky.Cone, 2000)
	for i := range cones {
		place.BindInt64(1, int64(1+g.field+rng.IntN(g.objects-g.field)))
		if _, err := place.Step(); err != nil {
			b.Fatal(err)
		}
		cones[i] = sky.Cone{Center: sky.Position{RA: place.ColumnFloat(0), Dec: place.ColumnFloat(1)}, Radius: 5}
		place.Reset()
	}
	p99(b, func(i int) {
		found += countHits(b, g.Archive, archive.Query{Targets: []archive.Target{{Cone: &cones[i%len(cones)]}}, Names: names})
		asked++
	})
	b.ReportMetric(float64(found)/float64(asked), "rows/op")
}

// BenchmarkConeOf1Degree reads every row of the field. The baseline reads the
// same rows by plain SQL, without order and without making rows of them.
func BenchmarkConeOf1Degree(b *testing.B) {
	g := forBench(b)
	cone := sky.Cone{Center: fieldCenter, Radius: sky.Degrees(1)}
	for name, names := range map[string][]string{"default": alert.DefaultColumns(), "five": {"object_id", "mjd", "band", "mag", "separation"}} {
		b.Run(name, func(b *testing.B) {
			rows := 0
			for b.Loop() {
				rows += countHits(b, g.Archive, archive.Query{Targets: []archive.Target{{Cone: &cone}}, Names: names})
			}
			b.ReportMetric(float64(rows)/b.Elapsed().Seconds(), "rows/s")
			b.ReportMetric(float64(rows)/float64(b.N), "rows/op")
		})
	}
	b.Run("baseline", func(b *testing.B) {
		conn, err := connectReader(uriOf(g.path))
		if err != nil {
			b.Fatal(err)
		}
		defer conn.Close()
		stmt := conn.Prep("SELECT a.* FROM alert a WHERE a.healpix >= ? AND a.healpix < ?")
		rows := 0
		for b.Loop() {
			for _, run := range cone.Cover(sky.CoverOrder(cone.Radius)) {
				stmt.BindInt64(1, run.Lo)
				stmt.BindInt64(2, run.Hi)
				for {
					more, err := stmt.Step()
					if err != nil {
						b.Fatal(err)
					}
					if !more {
						break
					}
					rows++
				}
				stmt.Reset()
			}
		}
		b.ReportMetric(float64(rows)/b.Elapsed().Seconds(), "rows/s")
	})
}

// BenchmarkManyTargets asks for 10^5 cones and 10^5 ids in one question each.
func BenchmarkManyTargets(b *testing.B) {
	const targets = 100_000
	g := forBench(b)
	rng := rand.New(rand.NewPCG(4, 4))
	q := map[string]archive.Query{}
	cones, ids := make([]archive.Target, targets), make([]archive.Target, targets)
	for i := range cones {
		cones[i].Cone = &sky.Cone{Center: sky.Position{RA: 360 * rng.Float64(), Dec: math.Asin(1.6*rng.Float64()-1) * 180 / math.Pi}, Radius: 2}
		ids[i].ID = registry.ID{Text: objectID(rng.IntN(g.objects))}
	}
	q["cones"] = archive.Query{Targets: cones, Names: alert.DefaultColumns()}
	q["ids"] = archive.Query{Targets: ids, Names: alert.DefaultColumns()}
	for _, name := range []string{"cones", "ids"} {
		b.Run(name, func(b *testing.B) {
			rows := 0
			for b.Loop() {
				rows += countHits(b, g.Archive, q[name])
			}
			b.ReportMetric(targets*float64(b.N)/b.Elapsed().Seconds(), "targets/s")
			b.ReportMetric(float64(rows)/float64(b.N), "rows/op")
		})
	}
}
