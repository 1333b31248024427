package server

import (
	"context"
	"time"

	"cloud.google.com/go/pubsub/v2/apiv1/pubsubpb"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/emptypb"
)

type subscriber struct {
	pubsubpb.UnimplementedSubscriberServer
	srv *Server
}

// CreateSubscription creates a subscription as a client would, without a
// connection. The errors are gRPC statuses.
func (s *Server) CreateSubscription(conf *pubsubpb.Subscription) error {
	_, err := s.createSubscription(conf)
	return err
}

func (s *Server) createSubscription(conf *pubsubpb.Subscription) (*pubsubpb.Subscription, error) {
	if err := checkName(conf.Name, "subscriptions"); err != nil {
		return nil, err
	}
	if err := checkName(conf.Topic, "topics"); err != nil {
		return nil, err
	}
	conf = withDefaults(conf)
	if err := checkSubscription(conf); err != nil {
		return nil, err
	}
	match, err := s.compile(conf.Filter)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.topics[conf.Topic]
	switch {
	case s.closed:
		return nil, errClosed
	case s.subscriptions[conf.Name] != nil:
		return nil, alreadyExists(conf.Name)
	case t == nil:
		return nil, notFound(conf.Topic)
	}
	s.nextSub++
	sub := &subscription{
		srv: s, id: s.nextSub, conf: conf, topic: t, match: match,
		streams: map[*stream]struct{}{},
	}
	sub.touch()
	s.subscriptions[conf.Name] = sub
	t.subscriptions = append(t.subscriptions, sub)
	sub.schedule()
	s.note()
	return conf, nil
}

// compile gives what matches a filter, nil where there is none.
func (s *Server) compile(filter string) (func(map[string]string) bool, error) {
	if filter == "" {
		return nil, nil
	}
	if len(filter) > 256 {
		return nil, invalid("Invalid filter: it has %d bytes, the limit is 256.", len(filter))
	}
	match, err := s.opts.Filter(filter)
	if err != nil {
		return nil, invalid("Invalid filter %q: %v", filter, err)
	}
	return match, nil
}

// withDefaults gives a copy with what the service fills in.
func withDefaults(in *pubsubpb.Subscription) *pubsubpb.Subscription {
	conf := proto.CloneOf(in)
	if conf.AckDeadlineSeconds == 0 {
		conf.AckDeadlineSeconds = 10
	}
	if conf.MessageRetentionDuration == nil {
		conf.MessageRetentionDuration = durationpb.New(7 * 24 * time.Hour)
	}
	if conf.ExpirationPolicy == nil {
		conf.ExpirationPolicy = &pubsubpb.ExpirationPolicy{Ttl: durationpb.New(31 * 24 * time.Hour)}
	}
	if conf.PushConfig == nil {
		conf.PushConfig = &pubsubpb.PushConfig{}
	}
	if p := conf.RetryPolicy; p != nil {
		if p.MinimumBackoff == nil {
			p.MinimumBackoff = durationpb.New(10 * time.Second)
		}
		if p.MaximumBackoff == nil {
			p.MaximumBackoff = durationpb.New(600 * time.Second)
		}
	}
	if p := conf.DeadLetterPolicy; p != nil && p.MaxDeliveryAttempts == 0 {
		p.MaxDeliveryAttempts = 5
	}
	conf.Detached = false
	conf.TopicMessageRetentionDuration = nil
	conf.State = pubsubpb.Subscription_ACTIVE
	return conf
}

// checkSubscription checks everything but the names and the filter.
func checkSubscription(conf *pubsubpb.Subscription) error {
	switch {
	case len(conf.MessageTransforms) > 0:
		return notOffered("message transforms")
	case conf.PushConfig.GetPushEndpoint() != "":
		return notOffered("push delivery")
	case conf.BigqueryConfig != nil:
		return notOffered("delivery to BigQuery")
	case conf.BigtableConfig != nil:
		return notOffered("delivery to Bigtable")
	case conf.CloudStorageConfig != nil:
		return notOffered("delivery to Cloud Storage")
	case conf.EnableMessageOrdering:
		return notOffered("ordered delivery")
	case conf.EnableExactlyOnceDelivery:
		return notOffered("exactly-once delivery")
	}
	if s := conf.AckDeadlineSeconds; s < 10 || s > 600 {
		return invalid("Invalid ack deadline given (seconds=%d). It must be between 10 and 600 seconds.", s)
	}
	retention := conf.MessageRetentionDuration.AsDuration()
	if retention < 10*time.Minute || retention > 31*24*time.Hour {
		return invalid("Invalid message_retention_duration (%s). It must be between 10 minutes and 31 days.", retention)
	}
	if p := conf.ExpirationPolicy; p.GetTtl() != nil {
		ttl := p.Ttl.AsDuration()
		if ttl < 24*time.Hour {
			return invalid("Invalid expiration_policy.ttl (%s). It must be at least 1 day.", ttl)
		}
		if ttl < retention {
			return invalid("Invalid expiration_policy.ttl (%s). It must not be shorter than message_retention_duration (%s).", ttl, retention)
		}
	}
	if err := checkPolicies(conf); err != nil {
		return err
	}
	return checkLabels(conf.Labels)
}

func checkPolicies(conf *pubsubpb.Subscription) error {
	if p := conf.DeadLetterPolicy; p != nil {
		if err := checkName(p.DeadLetterTopic, "topics"); err != nil {
			return err
		}
		if n := p.MaxDeliveryAttempts; n < 5 || n > 100 {
			return invalid("Invalid max_delivery_attempts (%d). It must be between 5 and 100.", n)
		}
	}
	if p := conf.RetryPolicy; p != nil {
		least, most := p.MinimumBackoff.AsDuration(), p.MaximumBackoff.AsDuration()
		if least < 0 || most > 600*time.Second || least > most {
			return invalid("Invalid retry_policy (%s to %s). Backoffs must be between 0 and 600 seconds.", least, most)
		}
	}
	return nil
}

func (s subscriber) CreateSubscription(_ context.Context, req *pubsubpb.Subscription) (*pubsubpb.Subscription, error) {
	return s.srv.createSubscription(req)
}

func (s subscriber) GetSubscription(_ context.Context, req *pubsubpb.GetSubscriptionRequest) (*pubsubpb.Subscription, error) {
	s.srv.mu.Lock()
	defer s.srv.mu.Unlock()
	sub := s.srv.subscriptions[req.Subscription]
	if sub == nil {
		return nil, notFound(req.Subscription)
	}
	return sub.conf, nil
}

func (s subscriber) UpdateSubscription(_ context.Context, req *pubsubpb.UpdateSubscriptionRequest) (*pubsubpb.Subscription, error) {
	s.srv.mu.Lock()
	defer s.srv.mu.Unlock()
	in := req.GetSubscription()
	sub := s.srv.subscriptions[in.GetName()]
	if sub == nil {
		return nil, notFound(in.GetName())
	}
	conf, err := updated(sub.conf, in, req.GetUpdateMask().GetPaths())
	if err != nil {
		return nil, err
	}
	sub.conf = conf
	sub.touch()
	if !conf.RetainAckedMessages {
		sub.dropRetained()
	}
	sub.maintain(sub.used)
	sub.schedule()
	s.srv.note()
	return conf, nil
}

// updated gives conf with the fields of a mask taken from another.
func updated(old, in *pubsubpb.Subscription, paths []string) (*pubsubpb.Subscription, error) {
	if len(paths) == 0 {
		return nil, invalid("The update_mask in the UpdateSubscriptionRequest must be set, and must contain a non-empty paths list.")
	}
	conf := proto.CloneOf(old)
	for _, path := range paths {
		switch path {
		case "ack_deadline_seconds":
			conf.AckDeadlineSeconds = in.AckDeadlineSeconds
		case "push_config":
			conf.PushConfig = in.PushConfig
		case "retain_acked_messages":
			conf.RetainAckedMessages = in.RetainAckedMessages
		case "message_retention_duration":
			conf.MessageRetentionDuration = in.MessageRetentionDuration
		case "labels":
			conf.Labels = in.Labels
		case "expiration_policy":
			conf.ExpirationPolicy = in.ExpirationPolicy
		case "expiration_policy.ttl":
			conf.ExpirationPolicy = &pubsubpb.ExpirationPolicy{Ttl: in.GetExpirationPolicy().GetTtl()}
		case "dead_letter_policy":
			conf.DeadLetterPolicy = in.DeadLetterPolicy
		case "retry_policy":
			conf.RetryPolicy = in.RetryPolicy
		case "enable_exactly_once_delivery":
			conf.EnableExactlyOnceDelivery = in.EnableExactlyOnceDelivery
		case "message_transforms":
			conf.MessageTransforms = in.MessageTransforms
		case "bigquery_config":
			conf.BigqueryConfig = in.BigqueryConfig
		case "cloud_storage_config":
			conf.CloudStorageConfig = in.CloudStorageConfig
		case "filter", "topic", "name", "enable_message_ordering":
			return nil, invalid("Invalid update_mask provided in the UpdateSubscriptionRequest: the '%s' field of a Subscription cannot be changed.", path)
		default:
			return nil, invalid("Invalid update_mask provided in the UpdateSubscriptionRequest: '%s' is not a known Subscription field. Note that field paths must be of the form 'push_config' rather than 'pushConfig'.", path)
		}
	}
	detached := conf.Detached
	conf = withDefaults(conf)
	conf.Detached = detached
	return conf, checkSubscription(conf)
}

func (s subscriber) ListSubscriptions(_ context.Context, req *pubsubpb.ListSubscriptionsRequest) (*pubsubpb.ListSubscriptionsResponse, error) {
	if err := checkProject(req.Project); err != nil {
		return nil, err
	}
	s.srv.mu.Lock()
	defer s.srv.mu.Unlock()
	names, next, err := page(namesIn(s.srv.subscriptions, req.Project), req.PageSize, req.PageToken)
	if err != nil {
		return nil, err
	}
	res := &pubsubpb.ListSubscriptionsResponse{NextPageToken: next}
	for _, name := range names {
		res.Subscriptions = append(res.Subscriptions, s.srv.subscriptions[name].conf)
	}
	return res, nil
}

func (s subscriber) DeleteSubscription(_ context.Context, req *pubsubpb.DeleteSubscriptionRequest) (*emptypb.Empty, error) {
	s.srv.mu.Lock()
	defer s.srv.mu.Unlock()
	sub := s.srv.subscriptions[req.Subscription]
	if sub == nil {
		return nil, notFound(req.Subscription)
	}
	s.srv.removeSubscription(sub)
	s.srv.note()
	return &emptypb.Empty{}, nil
}

// removeSubscription deletes a subscription with all it holds.
func (s *Server) removeSubscription(sub *subscription) {
	delete(s.subscriptions, sub.conf.Name)
	if sub.topic != nil {
		sub.topic.remove(sub)
		sub.topic = nil
	}
	sub.end(notFound(sub.conf.Name))
}

// end ends the subscription and all that is going on with it.
func (s *subscription) end(err error) {
	s.gone = true
	if s.alarm != nil {
		s.alarm()
		s.alarm = nil
	}
	s.endStreams(err)
	s.clearAll()
}

// dropRetained lets go of what is acknowledged.
func (s *subscription) dropRetained() {
	if s.retained == 0 {
		return
	}
	var acked []*entry
	for _, e := range s.log[s.first:] {
		if e.state == settled && e.msg != nil {
			acked = append(acked, e)
		}
	}
	for _, e := range acked {
		s.settle(e, false)
	}
}

func (s subscriber) ModifyPushConfig(_ context.Context, req *pubsubpb.ModifyPushConfigRequest) (*emptypb.Empty, error) {
	if req.PushConfig.GetPushEndpoint() != "" {
		return nil, notOffered("push delivery")
	}
	return &emptypb.Empty{}, nil
}
