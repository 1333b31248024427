package bigquery

import (
	"context"
	"errors"
	"iter"
	"time"

	bq "cloud.google.com/go/bigquery"
	"google.golang.org/api/iterator"
)

const (
	pageRows      = 5000            // rows asked for at once; the service sends at most some 10 MB
	cancelTimeout = 5 * time.Second // to have a job cancelled when its context has ended
)

// ask is a statement with what it takes to run it.
type ask struct {
	text   string
	params []bq.QueryParameter
	table  string
	tables int // how many it reads, 0 when not known
	hints  []Hint
}

func (s *statement) ask() ask {
	return ask{text: s.text, params: s.params, table: s.Name, tables: len(s.versions), hints: s.hints}
}

// query makes the library's query of a statement.
func (a *Archive) query(client *bq.Client, q ask) *bq.Query {
	made := client.Query(q.text)
	made.Parameters = q.params
	made.Labels = map[string]string{label: "lookup"}
	return made
}

// dryRun has a statement checked and asks how many bytes it reads at most. It
// costs nothing.
func (a *Archive) dryRun(ctx context.Context, q ask) (billed int64, stats *bq.QueryStatistics, err error) {
	client, err := a.connect(ctx)
	if err != nil {
		return 0, nil, err
	}
	made := a.query(client, q)
	made.DryRun = true
	bounded, end := a.waiting(ctx)
	job, err := made.Run(bounded)
	if err = end(a.failed(err, q.text)); err != nil {
		return 0, nil, err
	}
	status := job.LastStatus()
	if err := status.Err(); err != nil {
		return 0, nil, a.failed(err, q.text)
	}
	if status.Statistics == nil {
		return 0, &bq.QueryStatistics{}, nil
	}
	stats, ok := status.Statistics.Details.(*bq.QueryStatistics)
	if !ok {
		stats = &bq.QueryStatistics{}
	}
	bytes := max(stats.TotalBytesProcessed, status.Statistics.TotalBytesProcessed)
	tables := q.tables
	if tables == 0 {
		tables = len(stats.ReferencedTables)
	}
	return billedFor(bytes, tables), stats, nil
}

// start runs a statement within the budget and gives its rows when it is done.
func (a *Archive) start(ctx context.Context, p *purse, q ask) (*bq.RowIterator, error) {
	most, _, err := a.dryRun(ctx, q)
	if err != nil {
		return nil, err
	}
	estimate := Estimate{Bytes: most, Table: q.table, Hints: q.hints}
	bound, err := p.admit(estimate)
	if err != nil {
		return nil, err
	}
	client, err := a.connect(ctx)
	if err != nil {
		return nil, err
	}
	made := a.query(client, q)
	made.MaxBytesBilled = bound
	job, err := made.Run(ctx)
	if err != nil {
		return nil, a.refused(err, q, estimate)
	}
	status, err := job.Wait(ctx)
	if err != nil {
		a.abandon(ctx, p, job)
		return nil, a.refused(err, q, estimate)
	}
	p.pay(billedBytes(status))
	if err := status.Err(); err != nil {
		return nil, a.refused(err, q, estimate)
	}
	rows, err := job.Read(ctx)
	if err != nil {
		return nil, a.refused(err, q, estimate)
	}
	if !rows.IsAccelerated() {
		rows.PageInfo().MaxSize = pageRows
	}
	return rows, nil
}

// refused makes an error of a job that failed; where the service refused it for
// its cost, the error tells what was expected.
func (a *Archive) refused(err error, q ask, estimate Estimate) error {
	err = a.failed(err, q.text)
	var expensive *TooExpensiveError
	if errors.As(err, &expensive) {
		table := estimate.Table
		expensive.Estimate = estimate
		expensive.Table, expensive.USD = table, a.USD(estimate.Bytes)
	}
	return err
}

// abandon cancels a job that nobody waits for any more, and notes what it was
// billed as far as that is known by then.
func (a *Archive) abandon(ctx context.Context, p *purse, job *bq.Job) {
	if ctx.Err() == nil {
		p.pay(billedBytes(job.LastStatus()))
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cancelTimeout)
	defer cancel()
	status := job.LastStatus()
	if job.Cancel(ctx) == nil {
		if now, err := job.Status(ctx); err == nil {
			status = now
		}
	}
	p.pay(billedBytes(status))
}

func billedBytes(status *bq.JobStatus) int64 {
	if status == nil || status.Statistics == nil {
		return 0
	}
	if stats, ok := status.Statistics.Details.(*bq.QueryStatistics); ok {
		return stats.TotalBytesBilled
	}
	return 0
}

// values is a row as the service sends it.
type values struct {
	row    []bq.Value
	schema bq.Schema
}

// named gives the value of a column, nil where there is none.
func (v *values) named(name string) bq.Value {
	for i, f := range v.schema {
		if f.Name == name {
			return v.row[i]
		}
	}
	return nil
}

// Load takes over a row; see [bq.ValueLoader].
func (v *values) Load(row []bq.Value, schema bq.Schema) error {
	v.row, v.schema = row, schema
	return nil
}

// rowsOf gives the rows of an answer as they arrive, page by page.
func (a *Archive) rowsOf(it *bq.RowIterator, text string) iter.Seq2[*values, error] {
	return func(yield func(*values, error) bool) {
		for {
			var v values
			err := it.Next(&v)
			if errors.Is(err, iterator.Done) {
				return
			}
			if err != nil {
				yield(nil, a.failed(err, text))
				return
			}
			if !yield(&v, nil) {
				return
			}
		}
	}
}

// raw is a row of a statement of this package.
type raw struct {
	version   int
	published time.Time // zero when not known
	id        string    // what was looked for, empty for cones
	pixel     int64     // of the first cluster column, 0 where that is not read
	body      []byte    // the wanted columns as JSON
}

// run runs a statement and gives its rows. Nothing was asked before the first
// is taken.
func (a *Archive) run(ctx context.Context, p *purse, s *statement) iter.Seq2[raw, error] {
	return func(yield func(raw, error) bool) {
		it, err := a.start(ctx, p, s.ask())
		if err != nil {
			yield(raw{}, err)
			return
		}
		var w *writer
		for v, err := range a.rowsOf(it, s.text) {
			if err != nil {
				yield(raw{}, err)
				return
			}
			if w == nil {
				w = a.newWriter(s.selection, v.schema)
			}
			if !yield(w.raw(v.row), nil) {
				return
			}
		}
	}
}
