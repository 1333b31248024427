package bigquery

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"time"

	bq "cloud.google.com/go/bigquery"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/archive"
	"github.com/mwvgroup/pgb/client/field"
)

// SQL runs a statement of GoogleSQL that only reads, within the budget. Tables of
// the registry may be named without their project: `ztf.alerts_v4_02`. Integers
// are exact, times are RFC 3339 in UTC, records and lists are JSON.
func (a *Archive) SQL(ctx context.Context, text string, maxBytes int64) (*archive.Rows, error) {
	q, places, err := a.sqlAsk(ctx, text)
	if err != nil {
		return nil, err
	}
	it, err := a.start(ctx, a.newPurse(maxBytes), q)
	if err != nil {
		return nil, places.back(err, text)
	}
	rows := &archive.Rows{}
	var schema bq.Schema
	if schema = it.Schema; schema != nil {
		rows.Columns = columnsOfAnswer(schema)
	}
	rows.Batches = func(yield func([][]field.Value, error) bool) {
		batch := make([][]field.Value, 0, batchHits)
		for v, err := range a.rowsOf(it, q.text) {
			if err != nil {
				if len(batch) == 0 || yield(batch, nil) {
					yield(nil, places.back(err, text))
				}
				return
			}
			if batch = append(batch, valuesOf(v)); len(batch) == batchHits {
				if !yield(batch, nil) {
					return
				}
				batch = make([][]field.Value, 0, batchHits)
			}
		}
		if len(batch) > 0 {
			yield(batch, nil)
		}
	}
	return rows, nil
}

// sqlAsk checks a statement by a dry run: that it is one, and only reads.
func (a *Archive) sqlAsk(ctx context.Context, text string) (ask, insertions, error) {
	full, places := a.withProjects(text)
	if !onlyReads(text) {
		return ask{}, nil, ErrNotReading
	}
	q := ask{text: full, table: "what the statement names"}
	_, stats, err := a.dryRun(ctx, q)
	if err != nil {
		return q, places, places.back(err, text)
	}
	if kind := stats.StatementType; kind != "" && kind != "SELECT" {
		return q, places, fmt.Errorf("%w, not %s", ErrNotReading, kind)
	}
	var names []string
	for _, t := range stats.ReferencedTables {
		names = append(names, t.DatasetID+"."+t.TableID)
	}
	if len(names) > 0 {
		q.table, q.tables = strings.Join(names, ", "), len(names)
	}
	q.hints = []Hint{HintFields}
	return q, places, nil
}

// onlyReads says whether a text is one statement that begins as those do that
// read. The service says the same of what it understood; see [Archive.sqlAsk].
func onlyReads(text string) bool {
	list := tokens(text)
	for i, t := range list {
		if t.kind == markToken && text[t.from:t.to] == ";" && i < len(list)-1 {
			return false
		}
	}
	for _, t := range list {
		if word := strings.ToUpper(text[t.from:t.to]); word != "(" {
			return word == "SELECT" || word == "WITH" || word == "FROM"
		}
	}
	return false
}

// back says of an error where it is in the statement as it was given.
func (s insertions) back(err error, text string) error {
	var q *QueryError
	if !errors.As(err, &q) {
		return err
	}
	if q.Line > 0 {
		q.Column = s.column(text, q.Line, q.Column)
	}
	q.SQL = text
	return err
}

func columnsOfAnswer(schema bq.Schema) []alert.Column {
	columns := make([]alert.Column, len(schema))
	for i, f := range schema {
		columns[i] = alert.Column{Name: f.Name, Kind: kindOf(f), Doc: f.Description}
	}
	return columns
}

func kindOf(f *bq.FieldSchema) field.Kind {
	switch {
	case f.Repeated || f.Type == bq.RecordFieldType:
		return field.JSON
	case f.Type == bq.IntegerFieldType:
		return field.Int
	case f.Type == bq.FloatFieldType:
		return field.Float64
	case f.Type == bq.BooleanFieldType:
		return field.Bool
	case f.Type == bq.BytesFieldType:
		return field.Bytes
	case f.Type == bq.JSONFieldType:
		return field.JSON
	}
	return field.Text
}

// valuesOf gives a row's values.
func valuesOf(v *values) []field.Value {
	row := make([]field.Value, len(v.row))
	for i, f := range v.schema {
		row[i] = valueOf(v.row[i], f)
	}
	return row
}

func valueOf(v bq.Value, f *bq.FieldSchema) field.Value {
	if f.Repeated || f.Type == bq.RecordFieldType {
		if v == nil && !f.Repeated {
			return field.Value{}
		}
		return field.OfJSON(plainValue(f).append(nil, v))
	}
	switch v := v.(type) {
	case nil:
		return field.Value{}
	case int64:
		return field.OfInt(v)
	case float64:
		return field.OfFloat64(v)
	case bool:
		return field.OfBool(v)
	case string:
		if f.Type == bq.JSONFieldType {
			return field.OfJSON([]byte(v))
		}
		return field.OfString(v)
	case []byte:
		return field.OfBytes(v)
	case time.Time:
		return field.OfText(v.UTC().AppendFormat(nil, time.RFC3339Nano))
	case *big.Rat:
		return field.OfString(decimal(v))
	}
	return field.OfString(fmt.Sprint(v))
}

// plainValue prepares to write a value by the names of its own schema.
func plainValue(f *bq.FieldSchema) *value {
	v := &value{repeated: f.Repeated}
	for i, sub := range f.Schema {
		m := newMember(sub.Name)
		m.column, m.value = i, plainValue(sub)
		v.fields = append(v.fields, m)
	}
	return v
}
