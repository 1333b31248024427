package local

import (
	"math"
	"strconv"

	"zombiezen.com/go/sqlite"

	"github.com/mwvgroup/pgb/client/field"
)

// number gives a value as it is stored, NaN where it is missing: a 32-bit float
// as the 64-bit one that prints alike.
func number(v field.Value) float64 {
	if f, ok := v.Decimal(); ok {
		return f
	}
	return math.NaN()
}

// binder binds the parameters of a statement one after the other.
type binder struct {
	stmt *sqlite.Stmt
	at   int
}

// binding prepares a statement, which is kept by its text.
func binding(conn *sqlite.Conn, text string) (binder, error) {
	stmt, err := conn.Prepare(text)
	return binder{stmt: stmt}, err
}

func (b *binder) int(i int64) {
	b.at++
	b.stmt.BindInt64(b.at, i)
}

func (b *binder) bool(is bool) {
	b.at++
	b.stmt.BindBool(b.at, is)
}

func (b *binder) null() {
	b.at++
	b.stmt.BindNull(b.at)
}

// float binds a number, NULL for NaN.
func (b *binder) float(f float64) {
	if math.IsNaN(f) {
		b.null()
		return
	}
	b.at++
	b.stmt.BindFloat(b.at, f)
}

// whole binds an integer, NULL for nil.
func (b *binder) whole(i *int64) {
	if i == nil {
		b.null()
		return
	}
	b.int(*i)
}

// text binds a text, NULL for an empty one.
func (b *binder) text(s string) {
	if s == "" {
		b.null()
		return
	}
	b.filled(s)
}

// filled binds a text, also an empty one.
func (b *binder) filled(s string) {
	b.at++
	b.stmt.BindText(b.at, s)
}

func (b *binder) bytes(data []byte) {
	b.at++
	if len(data) == 0 {
		b.stmt.BindZeroBlob(b.at, 0)
		return
	}
	b.stmt.BindBytes(b.at, data)
}

// id binds an id as it is stored: digits as an integer, else text.
func (b *binder) id(id string) {
	if n, ok := wholeID(id); ok {
		b.int(n)
		return
	}
	b.text(id)
}

// wholeID gives an id that is an integer: digits that are read back as they
// were.
func wholeID(id string) (int64, bool) {
	if id == "" || id[0] < '0' || id[0] > '9' || id[0] == '0' && len(id) > 1 {
		return 0, false
	}
	n, err := strconv.ParseInt(id, 10, 64)
	return n, err == nil
}

func (b *binder) value(v field.Value) {
	switch v.Kind() {
	case field.Missing:
		b.null()
	case field.Bool:
		is, _ := v.Bool()
		b.bool(is)
	case field.Int, field.Float32, field.Float64:
		b.float(number(v))
	default:
		b.filled(string(v.Text()))
	}
}

// run executes a statement that gives no rows.
func (b *binder) run() error {
	_, err := b.stmt.Step()
	if reset := b.stmt.Reset(); err == nil {
		err = reset
	}
	return err
}

// one executes a statement and reads its first row, where there is one.
func (b *binder) one(read func(*sqlite.Stmt)) (found bool, err error) {
	found, err = b.stmt.Step()
	if found && err == nil {
		read(b.stmt)
	}
	if reset := b.stmt.Reset(); err == nil {
		err = reset
	}
	return found, err
}

// all executes a statement and reads its rows.
func (b *binder) all(read func(*sqlite.Stmt)) error {
	found, err := b.stmt.Step()
	for found && err == nil {
		read(b.stmt)
		found, err = b.stmt.Step()
	}
	if reset := b.stmt.Reset(); err == nil {
		err = reset
	}
	return err
}

// floatAt gives a column of a row, NaN for NULL.
func floatAt(stmt *sqlite.Stmt, column int) float64 {
	if stmt.ColumnIsNull(column) {
		return math.NaN()
	}
	return stmt.ColumnFloat(column)
}
