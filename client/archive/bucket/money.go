package bucket

import "fmt"

// Estimate is what fetching would cost.
type Estimate struct {
	Objects int
	Bytes   int64
	Budget  int64   // bytes that are left of it
	USD     float64 // at list price, if it is sent to the internet
}

// TooExpensiveError says that fetching would take more than the budget. Nothing
// of it was fetched.
type TooExpensiveError struct{ Estimate }

// Error says what there is and what is left.
func (e *TooExpensiveError) Error() string {
	return fmt.Sprintf("fetching %d packets would take %d bytes from the bucket, about $%.2f; the budget has %d left", e.Objects, e.Bytes, e.USD, e.Budget)
}

// Estimate says what fetching some objects would cost.
func (s *Store) Estimate(objects ...Object) Estimate {
	e := Estimate{Objects: len(objects)}
	for _, o := range objects {
		e.Bytes += o.Size
	}
	e.USD = Spent{Reads: int64(len(objects)), Bytes: e.Bytes}.USD()
	s.mu.Lock()
	defer s.mu.Unlock()
	e.Budget = max(0, s.options.MaxBytes-s.admitted)
	return e
}

// Admit takes objects out of the budget, before they are fetched. Where there is
// not enough of it the options' Confirm is asked; otherwise the error is a
// [*TooExpensiveError].
func (s *Store) Admit(objects ...Object) error {
	e := s.Estimate(objects...)
	if e.Bytes > e.Budget {
		if s.options.Confirm == nil || !s.options.Confirm(e) {
			return &TooExpensiveError{e}
		}
		return nil // agreed to beyond the budget
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.admitted += e.Bytes
	return nil
}
