package client

import (
	"context"
	"iter"

	"github.com/mwvgroup/pgb/client/archive"
)

// Statement is a question in SQL.
type Statement struct {
	Text string
	// Limit ends the answer after so many rows; 0 is no limit. BigQuery bills
	// the same.
	Limit int64
	// MaxBytes is how much BigQuery may bill; 0 is the client's bound.
	MaxBytes int64
}

// SQL asks in the archive's own dialect: GoogleSQL of the broker's tables, or
// SQLite's of the local archive. Only statements that read are taken. The
// columns are known once the statement runs, so it runs at once; the Answer can
// be ranged over once.
func (c *Client) SQL(ctx context.Context, s Statement) (*Answer, error) {
	from, err := c.Archive(ctx)
	if err != nil {
		return nil, err
	}
	found, err := from.SQL(ctx, s.Text, s.MaxBytes)
	if err != nil {
		return nil, err
	}
	n := &Answer{archive: from, what: archive.SQL, reader: c.reader, limit: s.Limit, columns: found.Columns, shown: len(found.Columns)}
	n.rows = func(context.Context) iter.Seq2[[]row, error] {
		return func(yield func([]row, error) bool) {
			for batch, err := range found.Batches {
				if err != nil {
					yield(nil, err)
					return
				}
				rows := make([]row, len(batch))
				for i, values := range batch {
					rows[i] = row{message: messageOf(n.columns, values, found.Simulated), target: -1}
				}
				if !yield(rows, nil) {
					return
				}
			}
		}
	}
	return n, nil
}

// PlanSQL says what a statement would cost, without running it.
func (c *Client) PlanSQL(ctx context.Context, text string) (archive.Plan, error) {
	from, err := c.Archive(ctx)
	if err != nil {
		return archive.Plan{}, err
	}
	return from.Plan(ctx, archive.SQL, archive.Query{Statement: text})
}
