package server

import (
	"context"
	"errors"
	"io"
	"time"

	"cloud.google.com/go/pubsub/v2/apiv1/pubsubpb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/emptypb"
)

var errClosed = status.Error(codes.Unavailable, "The server is shutting down.")

// stream is an open streaming pull.
type stream struct {
	taker
	sub   *subscription
	pongs bool // the client wants an answer to its pings
	ping  bool // one is owed
	done  chan struct{}
	ended bool
	err   error
}

// end ends the stream; the first error counts. Server.mu is held.
func (st *stream) end(err error) {
	if !st.ended {
		st.ended, st.err = true, err
		close(st.done)
	}
}

// endStreams ends all that is going on with a subscription.
func (s *subscription) endStreams(err error) {
	for st := range s.streams {
		st.end(err)
	}
	for p := range s.srv.pulls {
		if p.sub == s {
			p.end(err)
		}
	}
}

// StreamingPull serves one stream: this goroutine sends, another one receives.
func (s subscriber) StreamingPull(gs pubsubpb.Subscriber_StreamingPullServer) error {
	req, err := gs.Recv()
	if err != nil {
		if errors.Is(err, io.EOF) {
			return invalid("The first request of a streaming pull must name the subscription.")
		}
		return err
	}
	if err := s.srv.fault("StreamingPull", req); err != nil {
		return err
	}
	st, err := s.open(req)
	if err != nil {
		return err
	}
	defer s.close(st)
	s.srv.work.Add(1)
	go func() {
		defer s.srv.work.Done()
		s.receive(st, gs)
	}()
	return s.send(st, gs)
}

func (s subscriber) open(req *pubsubpb.StreamingPullRequest) (*stream, error) {
	s.srv.mu.Lock()
	defer s.srv.mu.Unlock()
	sub, err := s.srv.pullable(req.Subscription)
	if err != nil {
		return nil, err
	}
	st := &stream{
		taker: *newTaker(), sub: sub, done: make(chan struct{}),
		pongs: req.ProtocolVersion >= 1,
	}
	st.maxMessages, st.maxBytes = max(req.MaxOutstandingMessages, 0), max(req.MaxOutstandingBytes, 0)
	if err := s.srv.apply(st, req); err != nil {
		return nil, err
	}
	st.ping = false
	sub.streams[st] = struct{}{}
	sub.touch()
	sub.schedule()
	s.srv.note()
	return st, nil
}

// pullable gives the subscription to pull from.
func (s *Server) pullable(name string) (*subscription, error) {
	if s.closed {
		return nil, errClosed
	}
	sub := s.subscriptions[name]
	if sub == nil {
		return nil, notFound(name)
	}
	if sub.conf.Detached {
		return nil, isDetached(name)
	}
	return sub, nil
}

func (s subscriber) close(st *stream) {
	s.srv.mu.Lock()
	defer s.srv.mu.Unlock()
	st.end(nil)
	delete(st.sub.streams, st)
	if s.srv.opts.ReturnBroken {
		st.sub.expire(&st.taker)
	}
	st.sub.leave(&st.taker)
	st.sub.touch()
	st.sub.schedule()
	s.srv.note()
}

// receive takes the client's acknowledgements until the stream ends.
func (s subscriber) receive(st *stream, gs pubsubpb.Subscriber_StreamingPullServer) {
	for {
		req, err := gs.Recv()
		s.srv.mu.Lock()
		if err == nil {
			err = s.srv.applyNext(st, req)
		} else if errors.Is(err, io.EOF) {
			st.end(nil)
		}
		if err != nil {
			st.end(err)
		}
		s.srv.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// applyNext handles a request that is not the first.
func (s *Server) applyNext(st *stream, req *pubsubpb.StreamingPullRequest) error {
	switch {
	case st.ended:
		return st.err
	case req.Subscription != "":
		return invalid("The subscription may only be named in the first request of a streaming pull.")
	case req.MaxOutstandingMessages != 0 || req.MaxOutstandingBytes != 0:
		return invalid("Flow control settings may only be given in the first request of a streaming pull.")
	case req.ProtocolVersion != 0:
		return invalid("The protocol version may only be given in the first request of a streaming pull.")
	}
	return s.apply(st, req)
}

// apply handles what any request of a stream may say.
func (s *Server) apply(st *stream, req *pubsubpb.StreamingPullRequest) error {
	if n := req.StreamAckDeadlineSeconds; n != 0 {
		if n < 10 || n > 600 {
			return invalid("Invalid stream_ack_deadline_seconds (%d). It must be between 10 and 600 seconds.", n)
		}
		st.lease = time.Duration(n) * time.Second
	}
	ids, seconds := req.ModifyDeadlineAckIds, req.ModifyDeadlineSeconds
	if len(ids) != len(seconds) {
		return invalid("The request has %d modify_deadline_ack_ids and %d modify_deadline_seconds.", len(ids), len(seconds))
	}
	if len(req.AckIds) == 0 && len(ids) == 0 {
		if st.pongs {
			st.ping = true
			st.nudge()
		}
		return nil
	}
	if err := s.ack(st.sub, req.AckIds); err != nil {
		return err
	}
	return s.extend(st.sub, ids, func(i int) int32 { return seconds[i] })
}

// send sends what there is as soon as it is there, until the stream ends.
func (s subscriber) send(st *stream, gs pubsubpb.Subscriber_StreamingPullServer) error {
	for {
		s.srv.mu.Lock()
		var batch []delivery
		ping := st.ping
		st.ping = false
		if !st.ended {
			batch = st.sub.take(&st.taker, s.srv.opts.BatchMessages, s.srv.opts.BatchBytes)
			if len(batch) == 0 && !ping {
				st.sub.wait(&st.taker)
			}
		}
		s.srv.mu.Unlock()
		var err error
		switch {
		case len(batch) > 0:
			err = gs.SendMsg(newDeliveries(batch))
		case ping:
			err = gs.Send(&pubsubpb.StreamingPullResponse{})
		default:
			select {
			case <-st.wake:
				continue
			case <-st.done:
				return st.err
			case <-gs.Context().Done():
				return gs.Context().Err()
			}
		}
		if err != nil {
			return err
		}
	}
}

// ack acknowledges messages. Server.mu is held.
func (s *Server) ack(sub *subscription, ids []string) error {
	for _, text := range ids {
		id, ok := parseAckID(text)
		if !ok || id.subscription != sub.id {
			return badAckID(text)
		}
		sub.ack(id)
	}
	sub.settledSome()
	return nil
}

// extend moves deadlines or gives messages back. Server.mu is held.
func (s *Server) extend(sub *subscription, ids []string, seconds func(int) int32) error {
	now := s.clock.Now()
	for i, text := range ids {
		id, ok := parseAckID(text)
		if !ok || id.subscription != sub.id {
			return badAckID(text)
		}
		n := seconds(i)
		if n < 0 || n > 600 {
			return invalid("Invalid ack deadline given (seconds=%d). It must be between 0 and 600 seconds.", n)
		}
		sub.extend(id, time.Duration(n)*time.Second, now)
	}
	sub.settledSome()
	return nil
}

func badAckID(text string) error {
	return invalid("You have passed an invalid ack ID to the service (ack_id=%s).", text)
}

// settledSome lets those go on who waited for room or for what was given back.
func (s *subscription) settledSome() {
	s.wakeOne()
	s.schedule()
	s.srv.note()
}

func (s subscriber) Acknowledge(_ context.Context, req *pubsubpb.AcknowledgeRequest) (*emptypb.Empty, error) {
	s.srv.mu.Lock()
	defer s.srv.mu.Unlock()
	sub := s.srv.subscriptions[req.Subscription]
	if sub == nil {
		return nil, notFound(req.Subscription)
	}
	sub.touch()
	if err := s.srv.ack(sub, req.AckIds); err != nil {
		return nil, err
	}
	return &emptypb.Empty{}, nil
}

func (s subscriber) ModifyAckDeadline(_ context.Context, req *pubsubpb.ModifyAckDeadlineRequest) (*emptypb.Empty, error) {
	s.srv.mu.Lock()
	defer s.srv.mu.Unlock()
	sub := s.srv.subscriptions[req.Subscription]
	if sub == nil {
		return nil, notFound(req.Subscription)
	}
	sub.touch()
	if err := s.srv.extend(sub, req.AckIds, func(int) int32 { return req.AckDeadlineSeconds }); err != nil {
		return nil, err
	}
	return &emptypb.Empty{}, nil
}
