package bigquery

import (
	"fmt"
	"strings"
	"sync"
)

// What the service bills at least and by which steps, for on-demand queries.
const (
	billedStep    = 1 << 20      // bytes are rounded up to 1 MiB
	billedMinimum = 10 * 1 << 20 // for each table of a query
)

// Estimate is what a question would cost.
type Estimate struct {
	Bytes  int64   // that the service may bill for at most
	USD    float64 // what that costs at the price of the options
	Budget int64   // bytes that are left of the budget
	Table  string  // the table that is read
	// Hints are what would make it cheaper, of this table.
	Hints []Hint
}

// Hint is something that makes a question cheaper.
type Hint string

// The hints.
const (
	HintSince  Hint = "since"  // a bound on the time prunes days
	HintFields Hint = "fields" // fewer columns are fewer bytes
	HintNear   Hint = "near"   // to say where on the sky the object is
	HintCone   Hint = "cone"   // to look around a position instead
)

// TooExpensiveError says that a question would cost more than the budget. What
// it would have cost was not spent.
type TooExpensiveError struct {
	Estimate
	Reason string // the service's words, where it was the service that refused
	Err    error

	spent int64 // of the budget before
}

// Error says what it would cost and what is left.
func (e *TooExpensiveError) Error() string {
	if e.Bytes < 0 {
		return "over the cost limit: " + e.Reason
	}
	return fmt.Sprintf("reading %s would bill up to %s, about $%s; the budget has %s left", e.Table, Size(e.Bytes), Dollars(e.USD), Size(e.Budget))
}

// Unwrap gives the service's error, if it was the service that refused.
func (e *TooExpensiveError) Unwrap() error { return e.Err }

// Flag gives the budget, as it can be typed, that the question would fit in with
// what was spent before: "44GB".
func (e *TooExpensiveError) Flag() string {
	return fmt.Sprintf("%dGB", (e.spent+e.Bytes+1e9-1)/1e9)
}

// Size writes a number of bytes for people, in decimal units: "43 GB".
func Size(bytes int64) string {
	if bytes < 1000 {
		return fmt.Sprintf("%d B", bytes)
	}
	value, unit := float64(bytes), 0
	for value >= 999.5 && unit < 5 {
		value /= 1000
		unit++
	}
	text := fmt.Sprintf("%.1f", value)
	if value >= 10 {
		text = fmt.Sprintf("%.0f", value)
	}
	return strings.TrimSuffix(text, ".0") + " " + [...]string{"B", "kB", "MB", "GB", "TB", "PB"}[unit]
}

// Dollars writes an amount with two digits behind the point, or with as many as
// it takes to show one that counts.
func Dollars(usd float64) string {
	switch {
	case usd >= 0.01 || usd == 0:
		return fmt.Sprintf("%.2f", usd)
	case usd >= 0.0001:
		return fmt.Sprintf("%.4f", usd)
	}
	return fmt.Sprintf("%.1g", usd)
}

func usd(bytes int64, perTiB float64) float64 { return float64(bytes) / (1 << 40) * perTiB }

// billedFor gives what the service bills at most for a query that reads so many
// bytes of so many tables.
func billedFor(bytes int64, tables int) int64 {
	if bytes <= 0 {
		return 0
	}
	rounded := (bytes + billedStep - 1) / billedStep * billedStep
	return max(rounded, billedMinimum*int64(max(1, tables)))
}

// purse is the budget of one question.
type purse struct {
	archive *Archive
	// own is the question's own bound, 0 where the archive's budget counts.
	own int64

	mu        sync.Mutex
	spent     int64 // for this question
	granted   int64 // agreed to beyond the question's own bound
	confirmed bool
}

func (a *Archive) newPurse(own int64) *purse { return &purse{archive: a, own: max(0, own)} }

// left gives how many bytes may still be billed.
func (p *purse) left() int64 {
	if p.own > 0 {
		return p.own - p.used()
	}
	return p.archive.options.MaxBytes - p.used()
}

// used gives how much of the budget is gone.
func (p *purse) used() int64 {
	if p.own > 0 {
		p.mu.Lock()
		defer p.mu.Unlock()
		return p.spent - p.granted
	}
	p.archive.mu.Lock()
	defer p.archive.mu.Unlock()
	return p.archive.spent - p.archive.granted
}

// admit says whether a statement may run that bills so many bytes at most, and
// what the service may bill for it: what is left of the budget, or no more than
// the person was told.
func (p *purse) admit(e Estimate) (bound int64, err error) {
	e.Budget = max(0, p.left())
	e.USD = p.archive.USD(e.Bytes)
	if e.Bytes <= e.Budget {
		return max(billedMinimum, e.Budget), nil
	}
	p.mu.Lock()
	ask := p.archive.options.Confirm
	first := !p.confirmed
	p.confirmed = true
	p.mu.Unlock()
	if ask == nil || !first || !ask(e) {
		return 0, &TooExpensiveError{Estimate: e, spent: p.used()}
	}
	if p.own > 0 {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.granted += e.Bytes
		return e.Bytes, nil
	}
	p.archive.mu.Lock()
	defer p.archive.mu.Unlock()
	p.archive.granted += e.Bytes
	return e.Bytes, nil
}

// pay notes what was billed.
func (p *purse) pay(bytes int64) {
	p.mu.Lock()
	p.spent += bytes
	p.mu.Unlock()
	p.archive.mu.Lock()
	defer p.archive.mu.Unlock()
	p.archive.spent += bytes
	p.archive.queries++
}
