package local

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/archive"
	"github.com/mwvgroup/pgb/client/registry"
	"github.com/mwvgroup/pgb/client/sky"
)

// Generated archives have alertsPerObject alerts of each object on average, in
// the order of time, and a dense field with a quarter of all rows, at most
// fieldRows, within a degree of its centre.
const (
	alertsPerObject = 25
	fieldRows       = 200_000
	firstDiaID      = 170_028_485_706_000_000
)

var fieldCenter = sky.Position{RA: 150.1, Dec: 2.2}

// generated is an archive with rows that were written into its tables directly.
type generated struct {
	*Archive
	objects int
	field   int // the first so many objects lie in the field
}

// objectID gives the id of the i-th object: of LSST and of ZTF by turns.
func objectID(i int) string {
	if i%2 == 0 {
		return strconv.Itoa(firstDiaID + 7919*i)
	}
	name := []byte("ZTF21aaaaaaa")
	for at, n := len(name)-1, i; n > 0; at, n = at-1, n/26 {
		name[at] = byte('a' + n%26)
	}
	return string(name)
}

func surveyOfObject(i int) string { return []string{"lsst", "ztf"}[i%2] }

// sized says what an archive with so many alerts has.
func sized(rows int) *generated {
	return &generated{objects: max(rows/alertsPerObject, 1), field: max(min(rows/4, fieldRows)/alertsPerObject, 1)}
}

// generate makes an archive with so many alerts.
func generate(path string, rows int) (*generated, error) {
	if err := create(path); err != nil {
		return nil, err
	}
	g := sized(rows)
	conn, err := sqlite.OpenConn(path, sqlite.OpenReadWrite)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(g.fill(conn, rows), conn.Close()); err != nil {
		return nil, err
	}
	g.Archive, err = Open(context.Background(), Options{Path: path})
	return g, err
}

func (g *generated) fill(conn *sqlite.Conn, rows int) error {
	var indexes []string
	err := sqlitex.Execute(conn, "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN ('alert', 'object')",
		&sqlitex.ExecOptions{ResultFunc: func(stmt *sqlite.Stmt) error {
			indexes = append(indexes, stmt.ColumnText(0), stmt.ColumnText(1))
			return nil
		}})
	if err != nil {
		return err
	}
	script := "PRAGMA journal_mode = delete; PRAGMA journal_mode = off; PRAGMA synchronous = off; PRAGMA cache_size = -500000; BEGIN;"
	for i := 0; i < len(indexes); i += 2 {
		script += "DROP INDEX " + indexes[i] + ";"
	}
	// Statements that make indexes are asked for one by one: a script is a
	// savepoint, which needs a journal.
	run := func(statements ...string) error {
		for _, s := range statements {
			if s = strings.TrimSpace(s); s != "" {
				if err := sqlitex.ExecuteTransient(conn, s, nil); err != nil {
					return fmt.Errorf("%s: %w", s, err)
				}
			}
		}
		return nil
	}
	if err := run(strings.Split(script, ";")...); err != nil {
		return err
	}
	if err := run("INSERT INTO meta (key, value) VALUES ('simulated', 0)", "INSERT INTO topic VALUES (1, 'lsst-alerts'), (2, 'ztf-alerts')"); err != nil {
		return err
	}
	if err := g.insert(conn, rows); err != nil {
		return err
	}
	for i := 1; i < len(indexes); i += 2 {
		if err := run(indexes[i]); err != nil {
			return err
		}
	}
	return run("COMMIT", "PRAGMA journal_mode = wal")
}

// insert writes objects, messages and alerts.
func (g *generated) insert(conn *sqlite.Conn, rows int) error {
	rng := rand.New(rand.NewPCG(1, uint64(rows)))
	places := make([]sky.Position, g.objects)
	object := conn.Prep("INSERT INTO object VALUES (?, ?, ?, ?, ?, 0, 61000)")
	for i := range places {
		places[i] = sky.Position{RA: 360 * rng.Float64(), Dec: math.Asin(1.6*rng.Float64()-1) * 180 / math.Pi}
		if i < g.field {
			// Uniform over a disc of a degree.
			r, at := 0.99*math.Sqrt(rng.Float64()), 2*math.Pi*rng.Float64()
			places[i] = sky.Position{RA: fieldCenter.RA + r*math.Cos(at), Dec: fieldCenter.Dec + r*math.Sin(at)}
		}
		object.BindInt64(1, int64(i+1))
		object.BindText(2, surveyOfObject(i))
		bindAnyID(object, 3, objectID(i))
		object.BindFloat(4, places[i].RA)
		object.BindFloat(5, places[i].Dec)
		if err := stepped(object); err != nil {
			return err
		}
	}
	message := conn.Prep("INSERT INTO message (id, identity, saved, attributes, encoding, body) VALUES (?, ?, 0, '{}', 0, ?)")
	row := conn.Prep(`INSERT INTO alert (id, object, topic, message_id, publish_time, survey, source_id, shown, complete, healpix, ra, dec, mjd, band,
		flux, flux_err, mag, mag_err, snr, lim_mag, detected, positive) VALUES (?, ?, ?, ?, ?, ?, ?, 1, 2, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, 1)`)
	body := make([]byte, 200)
	for i := range rows {
		at := rng.IntN(g.objects)
		if rng.IntN(rows) < min(rows/4, fieldRows) {
			at = rng.IntN(g.field)
		}
		var identity [16]byte
		binary.BigEndian.PutUint64(identity[:], uint64(i))
		message.BindInt64(1, int64(i+1))
		message.BindBytes(2, identity[:])
		message.BindBytes(3, body)
		if err := stepped(message); err != nil {
			return err
		}
		place := sky.Position{RA: places[at].RA + 2e-5*rng.NormFloat64(), Dec: places[at].Dec + 2e-5*rng.NormFloat64()}
		mjd := 60000 + 1000*float64(i)/float64(rows)
		flux := 2000 + 1000*rng.Float64()
		row.BindInt64(1, int64(i+1))
		row.BindInt64(2, int64(at+1))
		row.BindInt64(3, int64(at%2+1))
		row.BindText(4, strconv.Itoa(10_000_000_000_000_000+i))
		row.BindInt64(5, int64((mjd-sky.UnixMJD)*86400e6))
		row.BindText(6, surveyOfObject(at))
		row.BindInt64(7, int64(170_094_456_000_000_000+i))
		row.BindInt64(8, place.Pixel(sky.MaxOrder))
		row.BindFloat(9, place.RA)
		row.BindFloat(10, place.Dec)
		row.BindFloat(11, mjd)
		row.BindText(12, "ugrizy"[i%6:i%6+1])
		for k, v := range []float64{flux, 50, sky.ABZeroPoint - 2.5*math.Log10(flux), 0.03, flux / 50, 22.5} {
			row.BindFloat(13+k, v)
		}
		if err := stepped(row); err != nil {
			return err
		}
	}
	return nil
}

func stepped(stmt *sqlite.Stmt) error {
	if _, err := stmt.Step(); err != nil {
		return err
	}
	return stmt.Reset()
}

func bindAnyID(stmt *sqlite.Stmt, parameter int, id string) {
	if n, err := strconv.ParseInt(id, 10, 64); err == nil {
		stmt.BindInt64(parameter, n)
		return
	}
	stmt.BindText(parameter, id)
}

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
