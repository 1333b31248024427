package stream

import (
	"time"

	"github.com/mwvgroup/pgb/client/alert"
)

// batch is what goes to the sink at once.
type batch struct {
	messages []*alert.Message
	ids      []Identity // of each message, where duplicates are looked for
	bytes    int64
	since    time.Time // when the first message came
}

func (b *batch) reset() {
	clear(b.messages)
	b.messages, b.ids, b.bytes = b.messages[:0], b.ids[:0], 0
}

// examiner takes messages one by one: decodes them, holds them against the
// filter, and looks for duplicates. It settles what does not go on. It is used
// by one goroutine.
type examiner struct {
	Config
	meter *meter
	rows  []*alert.Row // free

	// flights holds the identities of messages that go on and are not
	// settled, each with the copies that came meanwhile.
	flights map[Identity][]*alert.Message
	copies  int // in flights

	// What is to be told to the source, and what is to be put aside first.
	done       []*alert.Message
	unreadable []*alert.Message
	reasons    []error
}

func newExaminer(config Config) *examiner {
	return &examiner{
		Config:  config,
		meter:   newMeter(config.Source),
		flights: make(map[Identity][]*alert.Message),
	}
}

// examine says whether a message goes on to the sink. Otherwise it has been
// attached to its copy, or waits for [examiner.tell].
func (e *examiner) examine(m *alert.Message) (id Identity, pass bool) {
	e.meter.take(m, size(m))
	if e.Fields != nil {
		row := e.row()
		if err := e.Fields.Read(m, row); err != nil {
			e.keep(row)
			e.setAside(m, err)
			return id, false
		}
		if e.Filter != nil && !e.Filter.Pass(row.Values) {
			e.keep(row)
			e.meter.Filtered++
			e.done = append(e.done, m)
			return id, false
		}
		m.SetRow(row)
	}
	if e.Identifier != nil {
		var err error
		if id, err = e.Identifier.Identity(m); err != nil {
			e.release(m)
			e.setAside(m, err)
			return id, false
		}
		if e.duplicate(m, id) {
			return id, false
		}
	}
	e.meter.Passed++
	return id, true
}

// duplicate takes care of a message that is known or in flight; otherwise the
// message is in flight from now on.
func (e *examiner) duplicate(m *alert.Message, id Identity) bool {
	copies, flying := e.flights[id]
	switch {
	case flying:
		e.flights[id] = append(copies, m)
		e.copies++
	case e.Window.Known(id):
		e.done = append(e.done, m)
	default:
		e.flights[id] = nil
		return false
	}
	e.release(m)
	lighten(m)
	e.meter.Duplicates++
	return true
}

// land takes a message out of flight and gives the copies that share its fate.
func (e *examiner) land(id Identity, done bool) []*alert.Message {
	if e.Identifier == nil {
		return nil
	}
	copies := e.flights[id]
	delete(e.flights, id)
	e.copies -= len(copies)
	if done {
		e.Window.Add(id)
	} else {
		e.meter.Duplicates -= int64(len(copies))
	}
	return copies
}

// lighten leaves of a message what its source needs to take it back.
func lighten(m *alert.Message) { m.Key, m.Headers, m.Body = nil, nil, nil }

// setAside notes a message for quarantine.
func (e *examiner) setAside(m *alert.Message, reason error) {
	e.unreadable = append(e.unreadable, m)
	e.reasons = append(e.reasons, reason)
}

// tell puts unreadable messages into quarantine, and then tells the source
// what is done. What quarantine does not take is given back, with an error.
func (e *examiner) tell() error {
	if len(e.unreadable) > 0 {
		if err := e.putAside(); err != nil {
			return err
		}
	}
	if len(e.done) == 0 {
		return nil
	}
	err := e.Source.Done(e.done)
	clear(e.done)
	e.done = e.done[:0]
	return err
}

func (e *examiner) putAside() error {
	var err error
	if e.Quarantine == nil {
		err = &DecodeError{Message: e.unreadable[0], Err: e.reasons[0]}
	} else if failed := e.Quarantine.Put(e.unreadable, e.reasons); failed != nil {
		err = &QuarantineError{Err: failed}
	}
	if err != nil {
		e.giveBack(e.unreadable)
	} else {
		e.meter.Quarantined += int64(len(e.unreadable))
		e.done = append(e.done, e.unreadable...)
	}
	clear(e.unreadable)
	clear(e.reasons)
	e.unreadable, e.reasons = e.unreadable[:0], e.reasons[:0]
	return err
}

// giveBack returns messages to the source. An error is left to the closing of
// the source, which takes back what is still out.
func (e *examiner) giveBack(messages []*alert.Message) {
	if len(messages) == 0 {
		return
	}
	e.meter.Returned += int64(len(messages))
	_ = e.Source.Return(messages)
}

// row gives a row to read into.
func (e *examiner) row() *alert.Row {
	if n := len(e.rows); n > 0 {
		row := e.rows[n-1]
		e.rows = e.rows[:n-1]
		return row
	}
	return new(alert.Row)
}

// keep takes back a row. Its values must not hold on to the message's body.
func (e *examiner) keep(row *alert.Row) {
	clear(row.Values)
	e.rows = append(e.rows, row)
}

// release takes the row off a message.
func (e *examiner) release(m *alert.Message) {
	if row := m.Row(); row != nil && e.Fields != nil {
		m.SetRow(nil)
		e.keep(row)
	}
}
