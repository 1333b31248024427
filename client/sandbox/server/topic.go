package server

import (
	"context"
	"encoding/base64"
	"maps"
	"slices"
	"strings"

	"cloud.google.com/go/pubsub/v2/apiv1/pubsubpb"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/emptypb"
)

// topic is a topic with its subscriptions. Server.mu guards it.
type topic struct {
	conf          *pubsubpb.Topic // never changed in place
	subscriptions []*subscription
	published     int64
	bytes         int64
}

func (t *topic) remove(sub *subscription) {
	t.subscriptions = slices.DeleteFunc(t.subscriptions, func(s *subscription) bool { return s == sub })
}

type publisher struct {
	pubsubpb.UnimplementedPublisherServer
	srv *Server
}

// CreateTopic creates topics by their full names. Those that exist stay as
// they are.
func (s *Server) CreateTopic(names ...string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, name := range names {
		if s.topics[name] != nil {
			continue
		}
		if _, err := s.createTopic(&pubsubpb.Topic{Name: name}); err != nil {
			return err
		}
	}
	return nil
}

func (s *Server) createTopic(conf *pubsubpb.Topic) (*pubsubpb.Topic, error) {
	if err := checkTopic(conf); err != nil {
		return nil, err
	}
	if s.topics[conf.Name] != nil {
		return nil, alreadyExists(conf.Name)
	}
	conf = proto.CloneOf(conf)
	conf.State = pubsubpb.Topic_ACTIVE
	s.topics[conf.Name] = &topic{conf: conf}
	s.note()
	return conf, nil
}

func checkTopic(conf *pubsubpb.Topic) error {
	if err := checkName(conf.Name, "topics"); err != nil {
		return err
	}
	switch {
	case len(conf.MessageTransforms) > 0:
		return notOffered("message transforms")
	case conf.SchemaSettings.GetSchema() != "":
		return notOffered("topic schemas")
	case conf.IngestionDataSourceSettings != nil:
		return notOffered("ingestion from other sources")
	case conf.MessageRetentionDuration != nil:
		return notOffered("retention by topic")
	}
	return checkLabels(conf.Labels)
}

func (p publisher) CreateTopic(_ context.Context, req *pubsubpb.Topic) (*pubsubpb.Topic, error) {
	p.srv.mu.Lock()
	defer p.srv.mu.Unlock()
	return p.srv.createTopic(req)
}

func (p publisher) GetTopic(_ context.Context, req *pubsubpb.GetTopicRequest) (*pubsubpb.Topic, error) {
	p.srv.mu.Lock()
	defer p.srv.mu.Unlock()
	t := p.srv.topics[req.Topic]
	if t == nil {
		return nil, notFound(req.Topic)
	}
	return t.conf, nil
}

func (p publisher) UpdateTopic(_ context.Context, req *pubsubpb.UpdateTopicRequest) (*pubsubpb.Topic, error) {
	p.srv.mu.Lock()
	defer p.srv.mu.Unlock()
	t := p.srv.topics[req.GetTopic().GetName()]
	if t == nil {
		return nil, notFound(req.GetTopic().GetName())
	}
	if len(req.GetUpdateMask().GetPaths()) == 0 {
		return nil, invalid("The update_mask in the UpdateTopicRequest must be set, and must contain a non-empty paths list.")
	}
	conf := proto.CloneOf(t.conf)
	for _, path := range req.UpdateMask.Paths {
		switch path {
		case "labels":
			conf.Labels = maps.Clone(req.Topic.Labels)
		case "message_storage_policy":
			conf.MessageStoragePolicy = req.Topic.MessageStoragePolicy
		case "message_retention_duration":
			conf.MessageRetentionDuration = req.Topic.MessageRetentionDuration
		case "message_transforms":
			conf.MessageTransforms = req.Topic.MessageTransforms
		default:
			return nil, invalid("Invalid update_mask provided in the UpdateTopicRequest: '%s' is not a known Topic field, or cannot be changed. Note that field paths must be of the form 'push_config' rather than 'pushConfig'.", path)
		}
	}
	if err := checkTopic(conf); err != nil {
		return nil, err
	}
	t.conf = conf
	p.srv.note()
	return conf, nil
}

func (p publisher) ListTopics(_ context.Context, req *pubsubpb.ListTopicsRequest) (*pubsubpb.ListTopicsResponse, error) {
	if err := checkProject(req.Project); err != nil {
		return nil, err
	}
	p.srv.mu.Lock()
	defer p.srv.mu.Unlock()
	names, next, err := page(namesIn(p.srv.topics, req.Project), req.PageSize, req.PageToken)
	if err != nil {
		return nil, err
	}
	res := &pubsubpb.ListTopicsResponse{NextPageToken: next}
	for _, name := range names {
		res.Topics = append(res.Topics, p.srv.topics[name].conf)
	}
	return res, nil
}

func (p publisher) ListTopicSubscriptions(_ context.Context, req *pubsubpb.ListTopicSubscriptionsRequest) (*pubsubpb.ListTopicSubscriptionsResponse, error) {
	p.srv.mu.Lock()
	defer p.srv.mu.Unlock()
	t := p.srv.topics[req.Topic]
	if t == nil {
		return nil, notFound(req.Topic)
	}
	var names []string
	for _, sub := range t.subscriptions {
		names = append(names, sub.conf.Name)
	}
	slices.Sort(names)
	names, next, err := page(names, req.PageSize, req.PageToken)
	if err != nil {
		return nil, err
	}
	return &pubsubpb.ListTopicSubscriptionsResponse{Subscriptions: names, NextPageToken: next}, nil
}

func (p publisher) DeleteTopic(_ context.Context, req *pubsubpb.DeleteTopicRequest) (*emptypb.Empty, error) {
	p.srv.mu.Lock()
	defer p.srv.mu.Unlock()
	t := p.srv.topics[req.Topic]
	if t == nil {
		return nil, notFound(req.Topic)
	}
	for _, sub := range t.subscriptions {
		sub.topic = nil
		sub.conf = proto.CloneOf(sub.conf)
		sub.conf.Topic = deletedTopic
	}
	delete(p.srv.topics, req.Topic)
	p.srv.note()
	return &emptypb.Empty{}, nil
}

func (p publisher) DetachSubscription(_ context.Context, req *pubsubpb.DetachSubscriptionRequest) (*pubsubpb.DetachSubscriptionResponse, error) {
	if err := p.srv.Detach(req.Subscription); err != nil {
		return nil, err
	}
	return &pubsubpb.DetachSubscriptionResponse{}, nil
}

func (p publisher) ListTopicSnapshots(context.Context, *pubsubpb.ListTopicSnapshotsRequest) (*pubsubpb.ListTopicSnapshotsResponse, error) {
	return nil, notOffered("snapshots")
}

// Detach detaches a subscription from its topic: its backlog is gone, and
// pulling from it fails with FailedPrecondition.
func (s *Server) Detach(subscription string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	sub := s.subscriptions[subscription]
	if sub == nil {
		return notFound(subscription)
	}
	if sub.topic != nil {
		sub.topic.remove(sub)
		sub.topic = nil
	}
	sub.conf = proto.CloneOf(sub.conf)
	sub.conf.Detached = true
	sub.clearAll()
	sub.endStreams(isDetached(subscription))
	s.note()
	return nil
}

// namesIn gives the sorted names of a project's resources.
func namesIn[T any](all map[string]T, project string) []string {
	var names []string
	for name := range all {
		if strings.HasPrefix(name, project+"/") {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// page gives the part of sorted names that a list request asks for. The token
// is the last name of the page before, so that changes between the pages
// neither skip nor repeat anything.
func page(names []string, size int32, token string) (part []string, next string, err error) {
	if size < 0 {
		return nil, "", invalid("Invalid page size %d.", size)
	}
	if token != "" {
		last, err := base64.RawURLEncoding.DecodeString(token)
		if err != nil {
			return nil, "", invalid("Invalid page token %q.", token)
		}
		from, found := slices.BinarySearch(names, string(last))
		if found {
			from++
		}
		names = names[from:]
	}
	if size == 0 {
		size = 100
	}
	if size = min(size, 1000); len(names) > int(size) {
		names = names[:size]
		next = base64.RawURLEncoding.EncodeToString([]byte(names[size-1]))
	}
	return names, next, nil
}
