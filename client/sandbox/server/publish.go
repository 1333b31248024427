package server

import (
	"context"
	"strconv"
	"time"

	"cloud.google.com/go/pubsub/v2/apiv1/pubsubpb"
)

// Publish publishes messages to a topic, as a client would but without a
// connection, and gives their ids. Payloads are kept without copying. The
// errors are gRPC statuses: NotFound, InvalidArgument.
func (s *Server) Publish(topic string, msgs ...Message) (ids []string, err error) {
	for i := range msgs {
		if err := msgs[i].check(); err != nil {
			return nil, err
		}
	}
	return s.publish(topic, msgs)
}

func (p publisher) Publish(_ context.Context, req *pubsubpb.PublishRequest) (*pubsubpb.PublishResponse, error) {
	msgs, err := checkRequest(req.Messages)
	if err != nil {
		return nil, err
	}
	ids, err := p.srv.publish(req.Topic, msgs)
	if err != nil {
		return nil, err
	}
	return &pubsubpb.PublishResponse{MessageIds: ids}, nil
}

func (s *Server) publish(name string, msgs []Message) (ids []string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, errClosed
	}
	t := s.topics[name]
	if t == nil {
		return nil, notFound(name)
	}
	ids = make([]string, len(msgs))
	for i := range msgs {
		ids[i] = strconv.FormatUint(s.publishTo(t, msgs[i]), 10)
	}
	t.deliver()
	s.makeRoom()
	s.note()
	return ids, nil
}

// publishTo puts a message into the backlogs of a topic's subscriptions.
func (s *Server) publishTo(t *topic, m Message) (id uint64) {
	now := s.clock.Now().Truncate(time.Microsecond).UTC()
	if now.Before(s.lastPublish) {
		now = s.lastPublish // logs are in order of time
	}
	s.lastPublish = now
	id = s.nextMessage
	s.nextMessage++
	t.published++
	t.bytes += int64(len(m.Data))
	if s.watcher != nil {
		s.watcher(Event{Kind: Published, Topic: t.conf.Name, MessageID: strconv.FormatUint(id, 10), Time: now})
	}
	if len(t.subscriptions) == 0 {
		return id
	}
	st := newStored(id, now, m)
	for _, sub := range t.subscriptions {
		sub.offer(st, m.Attributes)
	}
	return id
}

// deliver wakes those who wait for what was published.
func (t *topic) deliver() {
	for _, sub := range t.subscriptions {
		sub.wakeOne()
		sub.schedule()
	}
}
