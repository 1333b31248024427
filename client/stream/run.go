package stream

import (
	"context"
	"errors"
	"time"

	"github.com/mwvgroup/pgb/client/alert"
)

// Run reads config.Source until one of its ends is reached and puts what
// passes into sink. For each message the order of events is: decoded, passed
// by the filter, not a duplicate, in the sink for good; and only then is the
// source told that it is done. The source is closed and all goroutines have
// ended when Run returns.
//
// An end that was asked for, the end of the input and a sink whose reader went
// away are no errors. ctx ends the run at once: Run then gives its error. A
// [*SinkError], [*QuarantineError], [*DecodeError] or an error of the source
// ends it, after what is in the sink for good has been told to the source; a
// [*CloseError] comes after everything was written.
func Run(ctx context.Context, config Config, sink Sink) (Summary, error) {
	config, err := config.withDefaults()
	if err != nil {
		return Summary{Reason: Failed}, err
	}
	r := &run{
		examiner: newExaminer(config),
		clocks:   startClocks(config),
		fetcher:  fetch(ctx, config.Source),
		building: new(batch),
		spare:    new(batch),
	}
	defer r.clocks.stop()
	r.putter = startPutter(ctx, sink)
	err = r.loop(ctx)
	return r.end(ctx, err)
}

// run is the state of one Run, which one goroutine works on.
type run struct {
	*examiner
	clocks  *clocks
	fetcher *fetcher
	putter  *putter

	pending  []*alert.Message // taken from the source, not looked at
	building *batch           // gathers what passes
	sending  *batch           // with the sink, or nil
	spare    *batch           // the other one
	held     held             // what the sink will have for good later
	settling bool             // the sink was told to settle that
	reason   Reason           // set once the run is to end
}

// loop works until there is a reason to end and all that passed is settled, or
// until something fails.
func (r *run) loop(ctx context.Context) error {
	for {
		if err := r.advance(); err != nil {
			return err
		}
		if !r.busy() && r.mustSettle() {
			r.settling = true
			r.putter.settle(r.held.by)
			continue
		}
		if !r.busy() && len(r.building.messages) > 0 {
			if r.ripe() {
				r.send()
			}
			continue
		}
		if r.reason != "" && !r.busy() && len(r.building.messages) == 0 {
			return nil
		}
		if err := r.wait(ctx); err != nil {
			return err
		}
	}
}

// ripe says whether the batch should go to the sink now that it is free. If not,
// more has been taken from the source.
func (r *run) ripe() bool {
	if r.full() || r.reason != "" || !r.room() || time.Since(r.building.since) >= r.BatchWait {
		return true
	}
	select {
	case messages, ok := <-r.fetcher.batches:
		r.take(messages, ok)
		return false
	default:
		return true // nothing to wait for
	}
}

// wait waits for one thing to happen.
func (r *run) wait(ctx context.Context) error {
	batches, stop := r.fetcher.batches, r.Stop
	if r.reason != "" || len(r.pending) > 0 || r.full() || !r.room() {
		batches = nil
	}
	if r.reason != "" {
		stop = nil
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case err := <-r.putter.results:
		return r.answered(err)
	case messages, ok := <-batches:
		r.take(messages, ok)
	case <-stop:
		r.finish(Stopped)
	case <-r.clocks.over:
		r.finish(TimeOver)
	case <-r.clocks.due:
	case <-r.clocks.idle:
		r.idle(batches)
	case <-r.clocks.observe:
		r.Observe(r.meter.snapshot())
	}
	return nil
}

// idle ends the run unless it was the sink that was waited for, or a message
// came at the last moment.
func (r *run) idle(batches <-chan []*alert.Message) {
	if batches == nil && r.reason == "" {
		r.clocks.busy()
		return
	}
	select {
	case messages, ok := <-batches:
		r.take(messages, ok)
	default:
		r.finish(IdleTooLong)
	}
}

// take takes a batch from the source, or the news that there are no more.
func (r *run) take(messages []*alert.Message, ok bool) {
	if !ok {
		r.finish(EndOfInput)
		return
	}
	r.pending = messages
	r.clocks.busy()
	r.meter.tick(time.Now())
}

// advance looks at what was taken from the source, as far as there is room.
func (r *run) advance() error {
	for len(r.pending) > 0 && r.reason == "" && r.room() && !r.full() {
		m := r.pending[0]
		r.pending = r.pending[1:]
		id, pass := r.examine(m)
		if pass {
			r.add(m, id)
		}
		if r.MaxBytes > 0 && r.meter.Bytes >= r.MaxBytes {
			r.finish(BytesReached)
		}
	}
	// At the limit the rest is kept: the sink may yet reject some of what
	// passed.
	if r.reason != "" {
		r.giveBack(r.pending)
		r.pending = nil
	}
	return r.tell()
}

func (r *run) add(m *alert.Message, id Identity) {
	b := r.building
	if len(b.messages) == 0 {
		b.since = time.Now()
	}
	b.messages = append(b.messages, m)
	if r.Identifier != nil {
		b.ids = append(b.ids, id)
	}
	b.bytes += size(m)
}

// room says whether one more message may pass.
func (r *run) room() bool { return r.Limit == 0 || r.meter.Passed < r.Limit }

func (r *run) full() bool {
	return len(r.building.messages) >= r.BatchMessages || r.building.bytes >= r.BatchBytes
}

// finish notes the reason to end. Nothing more is read.
func (r *run) finish(reason Reason) {
	if r.reason == "" {
		r.reason = reason
		r.fetcher.cancel()
	}
}

// send gives the batch to the sink.
func (r *run) send() {
	r.sending, r.building, r.spare = r.building, r.spare, nil
	r.putter.put(r.sending.messages)
}

// busy says whether the sink has not answered yet.
func (r *run) busy() bool { return r.sending != nil || r.settling }

// answered deals with what the sink said.
func (r *run) answered(err error) error {
	if r.settling {
		err = r.settled(err)
	} else {
		err = r.settle(err)
	}
	if failed := r.tell(); failed != nil && err == nil {
		err = failed
	}
	if err == nil && r.Limit > 0 && r.meter.Written >= r.Limit {
		r.finish(LimitReached)
	}
	return err
}

// settle deals with what the sink said of the batch it was given.
func (r *run) settle(err error) error {
	b := r.sending
	r.sending, r.spare = nil, b
	defer b.reset()

	written := len(b.messages)
	var partial *PartialError
	rejection, rejected := err.(Rejection)
	if rejected {
		r.reject(rejection)
	}
	if by, ok := err.(Held); ok {
		r.hold(b, by)
		return nil
	}
	if rejected {
		err = nil
	} else if err != nil {
		if errors.As(err, &partial) {
			written = min(max(partial.Written, 0), written)
		} else {
			written = 0
		}
		err = &SinkError{Err: err}
	}
	r.settleWritten(b, written)
	r.settleUnwritten(b, written)
	return err
}

// reject sets aside messages that the sink could not decode. Their copies go
// with them, so they are taken out of the batch as if they had been written.
func (r *run) reject(rejection Rejection) {
	messages, reasons := rejection.Rejected()
	for i, m := range messages {
		r.setAside(m, reasons[i])
	}
}

// settleWritten notes that the first n messages of a batch are safe.
func (r *run) settleWritten(b *batch, n int) {
	rejected := len(r.unreadable)
	for i, m := range b.messages[:n] {
		r.release(m)
		if i < len(b.ids) {
			r.done = append(r.done, r.land(b.ids[i], true)...)
		}
		if rejected > 0 && contains(r.unreadable, m) {
			r.meter.Passed--
			continue
		}
		r.meter.Written++
		r.done = append(r.done, m)
	}
}

// settleUnwritten gives back the messages of a batch from the nth on.
func (r *run) settleUnwritten(b *batch, n int) {
	if n == len(b.messages) {
		return
	}
	back := make([]*alert.Message, 0, len(b.messages)-n)
	for i, m := range b.messages {
		if i < n {
			continue
		}
		r.release(m)
		back = append(back, m)
		if i < len(b.ids) {
			back = append(back, r.land(b.ids[i], false)...)
		}
	}
	r.giveBack(back)
}

func contains(messages []*alert.Message, m *alert.Message) bool {
	for _, other := range messages {
		if other == m {
			return true
		}
	}
	return false
}

// end settles what is left, closes the source and sums up.
func (r *run) end(ctx context.Context, err error) (Summary, error) {
	r.fetcher.cancel()
	r.giveBack(r.pending)
	r.settleUnwritten(r.building, 0)
	stuck := time.NewTimer(r.CloseWait)
	defer stuck.Stop()
	if r.busy() {
		err = r.awaitSink(stuck.C, err)
	}
	var failed *SinkError
	if len(r.held.messages) > 0 && !r.busy() && ctx.Err() == nil && !errors.As(err, &failed) {
		r.settling = true
		r.putter.settle(r.held.by)
		err = r.awaitSink(stuck.C, err)
	}
	r.dropHeld()
	r.putter.stop(!r.busy())
	closed := r.fetcher.close(ctx, r.CloseWait)
	return r.sumUp(ctx, err, closed)
}

// awaitSink waits for what the sink says, at the end. What it has is done,
// whatever else went wrong.
func (r *run) awaitSink(stuck <-chan time.Time, err error) error {
	select {
	case answer := <-r.putter.results:
		if failed := r.answered(answer); err == nil {
			err = failed
		}
		return err
	case <-stuck:
		if r.sending != nil {
			r.settleUnwritten(r.sending, 0)
		}
		return errors.Join(err, &SinkError{Err: errStuck})
	}
}

func (r *run) sumUp(ctx context.Context, err, closed error) (Summary, error) {
	r.meter.Returned += r.fetcher.givenBack()
	summary := Summary{Stats: r.meter.snapshot(), Reason: r.reason}
	if err == nil && r.reason == EndOfInput {
		err = r.fetcher.failure()
	}
	var failed *SinkError
	switch {
	case ctx.Err() != nil && (err == nil || errors.Is(err, ctx.Err())):
		summary.Reason = Cancelled
		return summary, ctx.Err()
	case errors.As(err, &failed) && pipeClosed(failed.Err):
		summary.Reason = PipeClosed
	case err != nil:
		summary.Reason = Failed
		return summary, err
	}
	if closed != nil {
		return summary, &CloseError{Err: closed}
	}
	return summary, nil
}
