package pubsub

import (
	"context"
	"errors"
	"time"

	"cloud.google.com/go/iam/apiv1/iampb"
	"cloud.google.com/go/pubsub/v2/apiv1/pubsubpb"
	"google.golang.org/api/iterator"

	"github.com/mwvgroup/pgb/client/registry"
)

// Attach is the permission on a topic that a subscription to it needs.
const Attach = "pubsub.topics.attachSubscription"

// removeWait bounds the wait for the end of a subscription that was only tried.
const removeWait = 10 * time.Second

// Answers asks the service for the least that it answers with, which tells
// whether its API is enabled in the project: an error is a [*DisabledError], a
// [*NotFoundError] of the project, a [*PermissionError], [ErrNoCredentials] or
// [ErrUnavailable].
func (s *Service) Answers(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, openWait)
	defer cancel()
	_, err := s.api.ListSubscriptions(ctx, &pubsubpb.ListSubscriptionsRequest{Project: "projects/" + s.project, PageSize: 1}).Next()
	if err == nil || errors.Is(err, iterator.Done) {
		return nil
	}
	return explain(err, attempt{
		project: s.project, permission: "pubsub.subscriptions.list", kind: "project", resource: "projects/" + s.project,
	})
}

// MayAttach says whether a subscription to a topic is allowed; a topic that does
// not exist is a [*NotFoundError].
func (s *Service) MayAttach(ctx context.Context, topic *registry.Topic) error {
	ctx, cancel := context.WithTimeout(ctx, openWait)
	defer cancel()
	a := attempt{project: s.project, permission: Attach, kind: "topic", resource: topic.FullName()}
	answer, err := s.api.TestIamPermissions(ctx, &iampb.TestIamPermissionsRequest{Resource: topic.FullName(), Permissions: []string{Attach}})
	if err != nil {
		return explain(err, a)
	}
	if len(answer.GetPermissions()) == 0 {
		return &PermissionError{Permission: Attach, Resource: topic.FullName()}
	}
	return nil
}

// Try makes a temporary subscription to a topic, as a stream does, deletes it, and
// gives the name that it had. What is wrong is found out before anything is read.
func (s *Service) Try(ctx context.Context, topic *registry.Topic) (name string, err error) {
	p := &preparation{api: s.api, options: Options{Project: s.project, Topics: []*registry.Topic{topic}, Now: time.Now}, teller: &teller{}}
	made, err := p.one(ctx, topic)
	late := ctx.Err() != nil // it may have been made and nobody knows
	if err != nil && !late {
		return "", err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), removeWait)
	defer cancel()
	if err != nil {
		_ = remove(ctx, s.api, s.project, made.name)
		return "", err
	}
	return shortName(made.name), remove(ctx, s.api, s.project, made.name)
}
