package local

import (
	"context"
	"math"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"github.com/mwvgroup/pgb/client/sky"
)

// PruneOptions say what is taken out of an archive.
type PruneOptions struct {
	// Before takes out what was observed before it (mjd); what has no time of
	// observation counts by its publish time, and else by when it was saved.
	Before time.Time
	// Surveys takes out alerts of these surveys alone; none takes those of all.
	Surveys []string
}

// Pruned counts what was taken out.
type Pruned struct {
	Messages, Objects, Points, Schemas int64
	Bytes                              int64 // by which the file is smaller now; 0 where it has grown
}

// pruneStep is how many messages are taken out in one transaction, so that
// others may write in between.
const pruneStep = 5000

const (
	sqlDoomed = `CREATE TEMP TABLE IF NOT EXISTS doomed (id INTEGER PRIMARY KEY, object INTEGER, source_id, survey TEXT, shown INTEGER, schema INTEGER)`
	sqlWhen   = `coalesce(a.mjd, a.publish_time / 86400e6 + 40587, m.saved / 86400e6 + 40587)`
	sqlOld    = sqlWhen + ` < ?2 AND (?3 = '' OR instr(?3, char(10) || coalesce(a.survey, '') || char(10)) > 0)`
	sqlChoose = `INSERT INTO doomed SELECT a.id, a.object, a.source_id, a.survey, a.shown, m.schema FROM alert a JOIN message m ON m.id = a.id
 WHERE a.id > ?1 AND ` + sqlOld + ` ORDER BY a.id LIMIT ?4`
	sqlOldCount = `SELECT count(*), sum(old), min(mjd) FILTER (WHERE old), max(mjd) FILTER (WHERE old)
 FROM (SELECT coalesce(` + sqlOld + `, 0) AS old, a.mjd AS mjd FROM alert a JOIN message m ON m.id = a.id WHERE a.id > ?1)`
)

// Old counts what a Prune would take out.
type Old struct {
	Messages, All     int64   // to be taken out, and all there are
	FirstMJD, LastMJD float64 // between which those were observed; NaN where none has such a time
}

// Old says what Prune would take out, and takes out nothing.
func (a *Archive) Old(ctx context.Context, o PruneOptions) (Old, error) {
	old := Old{FirstMJD: math.NaN(), LastMJD: math.NaN()}
	err := a.snapshot(ctx, func(conn *sqlite.Conn) error {
		return sqlitex.Execute(conn, sqlOldCount, &sqlitex.ExecOptions{Args: o.args(0), ResultFunc: func(stmt *sqlite.Stmt) error {
			old.All, old.Messages = stmt.ColumnInt64(0), stmt.ColumnInt64(1)
			if stmt.ColumnType(2) != sqlite.TypeNull {
				old.FirstMJD, old.LastMJD = stmt.ColumnFloat(2), stmt.ColumnFloat(3)
			}
			return nil
		}})
	})
	return old, a.failed(ctx, err)
}

// args are the values of sqlOld, for messages behind one.
func (o PruneOptions) args(after int64) []any {
	surveys := ""
	for _, s := range o.Surveys {
		surveys += "\n" + s + "\n"
	}
	return []any{after, sky.MJDFromTime(o.Before), surveys}
}

// Prune takes alerts out of the archive, with objects and schemas that have none
// left, and makes the file smaller. An object that has alerts left keeps its
// light curve. Where ctx ends, what was taken out so far stays out.
func (a *Archive) Prune(ctx context.Context, o PruneOptions) (Pruned, error) {
	var p Pruned
	before, err := a.fileSize()
	if err != nil {
		return p, err
	}
	last := int64(0)
	for more := true; more; {
		err := a.write(ctx, func(w *writer) error {
			step := pruning{conn: w.conn}
			chosen, err := step.choose(o, last)
			if err == nil {
				err = step.remove()
			}
			if err == nil {
				last, more = step.last, chosen == pruneStep
				p.Messages += chosen
				p.Objects += step.objects
				p.Points += step.points
				p.Schemas += step.schemas
			}
			w.known = newKnown()
			return err
		}, func(w *writer) error { return sqlitex.Execute(w.conn, sqlDoomed, nil) })
		if err != nil {
			return p, err
		}
	}
	a.bodies.forget()
	if err := a.shrink(ctx); err != nil {
		return p, err
	}
	after, err := a.fileSize()
	p.Bytes = smaller(before, after)
	return p, err
}

// smaller says by how much a size has become smaller; a file of few pages can
// grow, as what was taken out is noted in it.
func smaller(before, after int64) int64 { return max(0, before-after) }

// pruning is one step of Prune.
type pruning struct {
	conn                     *sqlite.Conn
	last                     int64
	objects, points, schemas int64
}

func (p *pruning) choose(o PruneOptions, after int64) (int64, error) {
	if err := sqlitex.Execute(p.conn, "DELETE FROM doomed", nil); err != nil {
		return 0, err
	}
	err := sqlitex.Execute(p.conn, sqlChoose, &sqlitex.ExecOptions{
		Args: append(o.args(after), pruneStep),
	})
	if err != nil {
		return 0, err
	}
	chosen := int64(p.conn.Changes())
	err = sqlitex.Execute(p.conn, "SELECT coalesce(max(id), 0) FROM doomed", &sqlitex.ExecOptions{
		ResultFunc: func(stmt *sqlite.Stmt) error {
			p.last = stmt.ColumnInt64(0)
			return nil
		},
	})
	return chosen, err
}

// remove takes out what was chosen, and what is left of it alone.
func (p *pruning) remove() error {
	var none int64
	for _, step := range []struct {
		text  string
		count *int64
	}{
		{`DELETE FROM classification WHERE alert IN (SELECT id FROM doomed)`, &none},
		{`DELETE FROM alert WHERE id IN (SELECT id FROM doomed)`, &none},
		{`DELETE FROM message WHERE id IN (SELECT id FROM doomed)`, &none},
		// Of an alert whose shown message goes, another is shown.
		{`UPDATE alert SET shown = 1 WHERE id IN (
 SELECT (SELECT b.id FROM alert b WHERE b.source_id = d.source_id AND b.survey IS d.survey
 ORDER BY b.complete DESC, b.publish_time DESC, length(b.message_id) DESC, b.message_id DESC, b.id DESC LIMIT 1)
 FROM doomed d WHERE d.shown = 1 AND d.source_id IS NOT NULL AND NOT EXISTS (
 SELECT 1 FROM alert s WHERE s.source_id = d.source_id AND s.survey IS d.survey AND s.shown = 1))`, &none},
		{`DELETE FROM point WHERE object IN (SELECT object FROM doomed)
 AND NOT EXISTS (SELECT 1 FROM alert WHERE alert.object = point.object)`, &p.points},
		{`DELETE FROM object WHERE id IN (SELECT object FROM doomed)
 AND NOT EXISTS (SELECT 1 FROM alert WHERE alert.object = object.id)`, &p.objects},
		{`UPDATE object SET alerts = (SELECT count(*) FROM alert WHERE alert.object = object.id AND shown = 1),
 last_mjd = (SELECT max(mjd) FROM alert WHERE alert.object = object.id) WHERE id IN (SELECT object FROM doomed)`, &none},
		{`DELETE FROM packet_schema WHERE id IN (SELECT schema FROM doomed)
 AND NOT EXISTS (SELECT 1 FROM message WHERE message.schema = packet_schema.id)`, &p.schemas},
	} {
		if err := sqlitex.Execute(p.conn, step.text, nil); err != nil {
			return err
		}
		*step.count += int64(p.conn.Changes())
	}
	return nil
}

// shrink gives what is free in the file back to the disk.
func (a *Archive) shrink(ctx context.Context) error {
	a.writing.Lock()
	defer a.writing.Unlock()
	w, err := a.takeWriter(ctx)
	if err != nil {
		return err
	}
	w.conn.SetInterrupt(ctx.Done())
	defer w.conn.SetInterrupt(nil)
	w.conn.SetBusyTimeout(writeWait)
	defer w.conn.SetBusyTimeout(lockStep)
	for _, text := range []string{"PRAGMA incremental_vacuum", "PRAGMA optimize", "PRAGMA wal_checkpoint(TRUNCATE)"} {
		err := sqlitex.ExecuteTransient(w.conn, text, nil)
		if err != nil {
			return a.failed(ctx, err)
		}
	}
	return nil
}
