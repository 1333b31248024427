package stream

import (
	"slices"
	"time"

	"github.com/mwvgroup/pgb/client/alert"
)

// held is what a sink has taken and will have for good later, the oldest first.
type held struct {
	by       Held // what it is settled by; nil where nothing is held
	messages []*alert.Message
	ids      []Identity // of each message, where duplicates are looked for
}

// hold takes over what the sink holds of a batch, not what it rejected or is done
// with.
func (r *run) hold(b *batch, by Held) {
	rejected := len(r.unreadable)
	selective, selects := by.(Selective)
	for i, m := range b.messages {
		if rejected > 0 && contains(r.unreadable, m) || selects && !selective.Holds(i) {
			r.settleWritten(&batch{messages: b.messages[i : i+1], ids: b.ids[min(i, len(b.ids)):min(i+1, len(b.ids))]}, 1)
			continue
		}
		r.release(m)
		lighten(m)
		r.held.messages = append(r.held.messages, m)
		if i < len(b.ids) {
			r.held.ids = append(r.held.ids, b.ids[i])
		}
	}
	r.held.by = by
	r.landHeld(by.Safe())
	r.clocks.settleAt(by.Due())
}

// mustSettle says whether the sink is to be told to settle what it holds.
func (r *run) mustSettle() bool {
	if len(r.held.messages) == 0 {
		return false
	}
	return r.clocks.isDue() || len(r.held.messages)+r.copies >= r.MaxHeld ||
		len(r.building.messages) == 0 && (r.reason != "" || !r.room())
}

// settled deals with what the sink said when it was told to settle.
func (r *run) settled(err error) error {
	r.settling = false
	if err != nil {
		return &SinkError{Err: err}
	}
	r.landHeld(len(r.held.messages))
	return nil
}

// landHeld notes that the sink has the oldest n of what it held for good.
func (r *run) landHeld(n int) {
	n = min(n, len(r.held.messages))
	for i, m := range r.held.messages[:n] {
		if i < len(r.held.ids) {
			r.done = append(r.done, r.land(r.held.ids[i], true)...)
		}
		r.done = append(r.done, m)
	}
	r.meter.Written += int64(n)
	r.forgetHeld(n)
}

// dropHeld gives back all that is held.
func (r *run) dropHeld() {
	back := slices.Clone(r.held.messages)
	for _, id := range r.held.ids {
		back = append(back, r.land(id, false)...)
	}
	r.giveBack(back)
	r.forgetHeld(len(r.held.messages))
}

func (r *run) forgetHeld(n int) {
	h := &r.held
	h.messages = slices.Delete(h.messages, 0, n)
	h.ids = slices.Delete(h.ids, 0, min(n, len(h.ids)))
	r.meter.Held = int64(len(h.messages))
	if len(h.messages) == 0 {
		h.by = nil
		r.clocks.settleAt(time.Time{})
	}
}
