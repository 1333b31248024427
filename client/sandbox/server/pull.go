package server

import (
	"context"
	"strconv"

	"cloud.google.com/go/pubsub/v2/apiv1/pubsubpb"
	"google.golang.org/protobuf/proto"
)

// pull is a Pull that waits.
type pull struct {
	taker
	sub   *subscription
	done  chan struct{}
	ended bool
	err   error
}

func (p *pull) end(err error) {
	if !p.ended {
		p.ended, p.err = true, err
		close(p.done)
	}
}

// Pull gives at most MaxMessages messages and 3.5 MB, as soon as there is one.
func (s subscriber) Pull(ctx context.Context, req *pubsubpb.PullRequest) (*pubsubpb.PullResponse, error) {
	if req.MaxMessages <= 0 {
		return nil, invalid("Invalid max_messages (%d). It must be greater than 0.", req.MaxMessages)
	}
	most := int(min(req.MaxMessages, 1000))
	s.srv.mu.Lock()
	sub, err := s.srv.pullable(req.Subscription)
	if err != nil {
		s.srv.mu.Unlock()
		return nil, err
	}
	sub.touch()
	p := &pull{taker: *newTaker(), sub: sub, done: make(chan struct{})}
	batch := sub.take(&p.taker, most, pullBytes)
	//lint:ignore SA1019 clients still send it
	if len(batch) > 0 || req.ReturnImmediately {
		s.srv.mu.Unlock()
		return pulled(batch)
	}
	late := make(chan struct{})
	stop := s.srv.clock.AfterFunc(s.srv.opts.PullWait, func() { close(late) })
	s.srv.pulls[p] = struct{}{}
	sub.wait(&p.taker)
	s.srv.mu.Unlock()
	defer func() {
		stop()
		s.srv.mu.Lock()
		defer s.srv.mu.Unlock()
		delete(s.srv.pulls, p)
		sub.leave(&p.taker)
		sub.touch()
		sub.schedule()
	}()
	for {
		select {
		case <-p.wake:
		case <-p.done:
			return nil, p.err
		case <-late:
			return &pubsubpb.PullResponse{}, nil
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		s.srv.mu.Lock()
		if batch = sub.take(&p.taker, most, pullBytes); len(batch) == 0 {
			sub.wait(&p.taker)
		}
		s.srv.mu.Unlock()
		if len(batch) > 0 {
			return pulled(batch)
		}
	}
}

func pulled(batch []delivery) (*pubsubpb.PullResponse, error) {
	res := &pubsubpb.PullResponse{}
	for i := range batch {
		m, err := batch[i].msg.decoded()
		if err != nil {
			return nil, err
		}
		res.ReceivedMessages = append(res.ReceivedMessages, &pubsubpb.ReceivedMessage{
			AckId:           string(batch[i].ack.appendText(nil)),
			Message:         m,
			DeliveryAttempt: batch[i].attempt,
		})
	}
	return res, nil
}

// decoded gives the message as clients know it; the payload is shared.
func (m *stored) decoded() (*pubsubpb.PubsubMessage, error) {
	out := &pubsubpb.PubsubMessage{}
	if err := proto.Unmarshal(m.meta, out); err != nil {
		return nil, err
	}
	out.Data = m.data
	return out, nil
}

// deadLetter moves a message to the dead letter topic once its attempts are
// used up, and says whether it did.
func (s *subscription) deadLetter(e *entry) bool {
	policy := s.conf.DeadLetterPolicy
	if policy == nil || e.attempt < policy.MaxDeliveryAttempts {
		return false
	}
	t := s.srv.topics[policy.DeadLetterTopic]
	m, err := e.msg.decoded()
	if t == nil || err != nil {
		return false // as the service does while it cannot publish there
	}
	if m.Attributes == nil {
		m.Attributes = map[string]string{}
	}
	m.Attributes["CloudPubSubDeadLetterSourceDeliveryCount"] = strconv.Itoa(int(e.attempt))
	m.Attributes["CloudPubSubDeadLetterSourceSubscription"] = lastPart(s.conf.Name)
	m.Attributes["CloudPubSubDeadLetterSourceSubscriptionProject"] = lastPart(projectOf(s.conf.Name))
	m.Attributes["CloudPubSubDeadLetterSourceTopicPublishTime"] = e.msg.time.Format("2006-01-02T15:04:05.999999Z07:00")
	s.count.DeadLettered++
	s.settle(e, s.conf.RetainAckedMessages)
	s.srv.publishTo(t, Message{Data: m.Data, Attributes: m.Attributes, OrderingKey: m.OrderingKey})
	t.deliver()
	return true
}

// Seek moves a subscription to a time: what is retained and was published
// from then on will be delivered (again), what was published before will not.
func (s subscriber) Seek(_ context.Context, req *pubsubpb.SeekRequest) (*pubsubpb.SeekResponse, error) {
	if req.GetSnapshot() != "" {
		return nil, notOffered("snapshots")
	}
	if err := req.GetTime().CheckValid(); err != nil {
		return nil, invalid("Invalid seek target: %v.", err)
	}
	s.srv.mu.Lock()
	defer s.srv.mu.Unlock()
	sub, err := s.srv.pullable(req.Subscription)
	if err != nil {
		return nil, err
	}
	sub.touch()
	sub.seek(req.GetTime().AsTime())
	sub.schedule()
	s.srv.note()
	return &pubsubpb.SeekResponse{}, nil
}

func (s subscriber) GetSnapshot(context.Context, *pubsubpb.GetSnapshotRequest) (*pubsubpb.Snapshot, error) {
	return nil, notOffered("snapshots")
}

func (s subscriber) ListSnapshots(context.Context, *pubsubpb.ListSnapshotsRequest) (*pubsubpb.ListSnapshotsResponse, error) {
	return nil, notOffered("snapshots")
}

func (s subscriber) CreateSnapshot(context.Context, *pubsubpb.CreateSnapshotRequest) (*pubsubpb.Snapshot, error) {
	return nil, notOffered("snapshots")
}
