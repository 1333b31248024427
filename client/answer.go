package client

import (
	"context"
	"errors"
	"iter"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/archive"
	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/client/format"
	"github.com/mwvgroup/pgb/client/stream"
	"github.com/mwvgroup/pgb/client/where"
)

// Answer is a question to an archive that was described and checked. Nothing
// was asked yet, nor spent: ranging over its messages asks.
type Answer struct {
	archive archive.Archive
	what    archive.Answer
	query   archive.Query
	columns []alert.Column // of the rows; the first shown of them were asked for
	shown   int
	expr    *where.Expr
	filter  *where.Filter
	limit   int64
	reader  *alert.Reader
	matched []bool // by target
	rows    func(ctx context.Context) iter.Seq2[[]row, error]
}

// row is a row of an answer before the filter.
type row struct {
	message *alert.Message
	target  int // index of its target, or -1
}

// Columns gives the columns of the rows that were asked for. Rows may have more
// behind them, for the filter.
func (n *Answer) Columns() []alert.Column { return n.columns[:n.shown] }

// Archive is the archive that answers.
func (n *Answer) Archive() archive.Archive { return n.archive }

// Plan says how the question would be answered and what that costs, without
// asking it.
func (n *Answer) Plan(ctx context.Context) (archive.Plan, error) {
	plan, err := n.archive.Plan(ctx, n.what, n.query)
	if plan.Pushed == "" && plan.Rest == "" {
		plan.Rest = n.Filter() // of rows that the archive knows nothing of
	}
	return plan, err
}

// Filter gives the filter as it was understood, empty for none.
func (n *Answer) Filter() string {
	if n.expr == nil {
		return ""
	}
	return n.expr.String()
}

// Messages asks the archive and gives the answer row by row: each message
// carries its row, and its body where the Ask wanted it whole. It can be ranged
// over again, which asks again.
func (n *Answer) Messages(ctx context.Context) iter.Seq2[*alert.Message, error] {
	return func(yield func(*alert.Message, error) bool) {
		for batch, err := range n.batches(ctx) {
			if err != nil {
				yield(nil, err)
				return
			}
			for _, m := range batch {
				if !yield(m, nil) {
					return
				}
			}
		}
	}
}

// Tally says how an answer went.
type Tally struct {
	Rows      int64 // that passed and were written
	Simulated int64 // of them
	// Unreadable were found and could not be decoded for the output.
	Unreadable int64
	Why        error // why the first of them could not
	// Limited says that the answer ended at the limit.
	Limited bool
}

// Run asks the archive and puts the answer into a sink.
func (n *Answer) Run(ctx context.Context, sink stream.Sink) (Tally, error) {
	var t Tally
	for batch, err := range n.batches(ctx) {
		if err != nil {
			return t, err
		}
		written := int64(len(batch))
		err := sink.Put(ctx, batch)
		var rejected stream.Rejection
		if errors.As(err, &rejected) {
			messages, reasons := rejected.Rejected()
			if t.Unreadable == 0 && len(reasons) > 0 {
				t.Why = reasons[0]
			}
			t.Unreadable += int64(len(messages))
			written -= int64(len(messages))
		} else if err != nil {
			return t, err
		}
		t.Rows += written
		for _, m := range batch {
			if m.Simulated() {
				t.Simulated++
			}
		}
	}
	t.Limited = n.limit > 0 && t.Rows >= n.limit
	return t, nil
}

// Output opens an output of the answer's rows. The layout's columns are the
// answer's, and the reader is the client's.
func (n *Answer) Output(o format.Options) (*format.Output, error) {
	o.Layout.Columns, o.Reader = n.Columns(), n.reader
	return format.Open(o)
}

// Unmatched gives the indices of the targets that no row was found for, once
// the answer has been read to its end.
func (n *Answer) Unmatched() []int {
	var list []int
	for i, ok := range n.matched {
		if !ok {
			list = append(list, i)
		}
	}
	return list
}

// batches gives the rows that pass, until the limit.
func (n *Answer) batches(ctx context.Context) iter.Seq2[[]*alert.Message, error] {
	return func(yield func([]*alert.Message, error) bool) {
		for passed, err := range n.passing(ctx) {
			batch := make([]*alert.Message, len(passed))
			for i := range passed {
				batch[i] = passed[i].message
			}
			if !yield(batch, err) {
				return
			}
		}
	}
}

// passing is batches with the targets of the rows.
func (n *Answer) passing(ctx context.Context) iter.Seq2[[]row, error] {
	return func(yield func([]row, error) bool) {
		clear(n.matched)
		left := n.limit
		for found, err := range n.rows(ctx) {
			if err != nil {
				yield(nil, err)
				return
			}
			batch := make([]row, 0, len(found))
			for _, r := range found {
				if n.filter != nil && !n.filter.Pass(r.message.Row().Values) {
					continue
				}
				if r.target >= 0 {
					n.matched[r.target] = true
				}
				batch = append(batch, r)
				if left--; left == 0 {
					break
				}
			}
			if len(batch) > 0 && !yield(batch, nil) {
				return
			}
			if n.limit > 0 && left == 0 {
				return
			}
		}
	}
}

// bind makes the filter that runs on the answer's rows.
func (n *Answer) bind(expr *where.Expr) {
	if expr == nil {
		return
	}
	n.expr = expr
	n.filter = expr.Bind(func(name string) int {
		for i := range n.columns {
			if n.columns[i].Name == name {
				return i
			}
		}
		return -1
	})
}

// messageOf makes the message of a row that is no alert.
func messageOf(columns []alert.Column, values []field.Value, simulated bool) *alert.Message {
	m := &alert.Message{}
	if simulated {
		m.Headers = []alert.Header{{Name: alert.SimulatedAttr, Value: []byte("true")}}
	}
	m.SetRow(&alert.Row{Columns: columns, Values: values})
	return m
}
