package local

import (
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

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
	body := make([]byte, 200)
	alerts := make([]generatedAlert, rows)
	for i := range alerts {
		at := rng.IntN(g.objects)
		if rng.IntN(rows) < min(rows/4, fieldRows) {
			at = rng.IntN(g.field)
		}
		place := sky.Position{RA: places[at].RA + 2e-5*rng.NormFloat64(), Dec: places[at].Dec + 2e-5*rng.NormFloat64()}
		alerts[i] = generatedAlert{i, at, place, place.Pixel(sky.MaxOrder), 2000 + 1000*rng.Float64()}
		var identity [16]byte
		binary.BigEndian.PutUint64(identity[:], uint64(i))
		message.BindInt64(1, int64(i+1))
		message.BindBytes(2, identity[:])
		message.BindBytes(3, body)
		if err := stepped(message); err != nil {
			return err
		}
	}
	return insertAlerts(conn, alerts)
}

// generatedAlert is the i-th alert in the order of time, of an object.
type generatedAlert struct {
	i, object int
	place     sky.Position
	healpix   int64
	flux      float64
}

// insertAlerts writes alerts in the order of their table.
func insertAlerts(conn *sqlite.Conn, alerts []generatedAlert) error {
	slices.SortFunc(alerts, func(a, b generatedAlert) int { return cmp.Or(cmp.Compare(a.healpix, b.healpix), a.i-b.i) })
	row := conn.Prep(`INSERT INTO alert (id, object, topic, message_id, publish_time, survey, source_id, shown, complete, healpix, ra, dec, mjd, band,
		flux, flux_err, mag, mag_err, snr, lim_mag, detected, positive) VALUES (?, ?, ?, ?, ?, ?, ?, 1, 2, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, 1)`)
	for k := range alerts {
		a := &alerts[k]
		mjd := 60000 + 1000*float64(a.i)/float64(len(alerts))
		row.BindInt64(1, int64(a.i+1))
		row.BindInt64(2, int64(a.object+1))
		row.BindInt64(3, int64(a.object%2+1))
		row.BindText(4, strconv.Itoa(10_000_000_000_000_000+a.i))
		row.BindInt64(5, int64((mjd-sky.UnixMJD)*86400e6))
		row.BindText(6, surveyOfObject(a.object))
		row.BindInt64(7, int64(170_094_456_000_000_000+a.i))
		row.BindInt64(8, a.healpix)
		row.BindFloat(9, a.place.RA)
		row.BindFloat(10, a.place.Dec)
		row.BindFloat(11, mjd)
		row.BindText(12, "ugrizy"[a.i%6:a.i%6+1])
		for n, v := range []float64{a.flux, 50, sky.ABZeroPoint - 2.5*math.Log10(a.flux), 0.03, a.flux / 50, 22.5} {
			row.BindFloat(13+n, v)
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
