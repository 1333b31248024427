package pubsub

import (
	"context"
	"errors"
	"fmt"
	"sort"
	"strings"
	"time"

	"cloud.google.com/go/pubsub/v2/apiv1/pubsubpb"
	"google.golang.org/api/iterator"
)

// Subscription is one subscription of the user's project.
type Subscription struct {
	Name string // short
	// Group is the name under which several subscriptions were made, one for
	// each topic; empty for one that stands alone.
	Group string
	Topic string // full name; "_deleted-topic_" when that is gone
	// Own says that pgb made it; Temporary, that it was to be deleted at the
	// end of a run; Leftover, that this run was on this machine and is over.
	Own, Temporary, Leftover bool
	Created                  time.Time // zero where it is not known
	Filter                   string
	Transform                string        // JavaScript
	Retain                   time.Duration // how long messages are kept
	RetainDone               bool          // also those that are done
	Expire                   time.Duration // idle time after which it is deleted; 0 is never
	Detached                 bool
	Delivery                 string // "pull", or where to
}

// Service looks after the subscriptions of a project.
type Service struct {
	project string
	api     api
}

// Connect connects to the service. Close the Service in the end.
func Connect(ctx context.Context, access Access) (*Service, error) {
	if access.Project == "" {
		return nil, errors.New("pubsub: no project")
	}
	api, err := connect(ctx, access)
	if err != nil {
		return nil, err
	}
	return &Service{project: access.Project, api: api}, nil
}

// Close closes the connection.
func (s *Service) Close() error { return s.api.Close() }

// List gives all subscriptions of the project, by name.
func (s *Service) List(ctx context.Context) ([]Subscription, error) {
	ctx, cancel := context.WithTimeout(ctx, openWait)
	defer cancel()
	var all []Subscription
	pages := s.api.ListSubscriptions(ctx, &pubsubpb.ListSubscriptionsRequest{
		Project: "projects/" + s.project, PageSize: 1000,
	})
	for {
		one, err := pages.Next()
		if errors.Is(err, iterator.Done) {
			break
		}
		if err != nil {
			return nil, explain(err, attempt{
				project: s.project, permission: "pubsub.subscriptions.list", kind: "project", resource: "projects/" + s.project,
			})
		}
		all = append(all, describe(one))
	}
	sort.Slice(all, func(i, j int) bool { return all[i].Name < all[j].Name })
	return all, nil
}

// Show gives the subscription of that name, or those of the group.
func (s *Service) Show(ctx context.Context, name string) ([]Subscription, error) {
	all, err := s.List(ctx)
	if err != nil {
		return nil, err
	}
	var found []Subscription
	for _, one := range all {
		if one.Name == name || one.Group != "" && one.Group == name {
			found = append(found, one)
		}
	}
	if found == nil {
		return nil, &NotFoundError{Kind: "subscription", Name: subscriptionPath(s.project, name)}
	}
	return found, nil
}

// Delete deletes subscriptions and groups by name, and gives the names of those
// that are deleted.
func (s *Service) Delete(ctx context.Context, names ...string) ([]string, error) {
	var deleted []string
	for _, name := range names {
		found, err := s.Show(ctx, name)
		if err != nil {
			return deleted, err
		}
		for _, one := range found {
			if err := s.deleteOne(ctx, one.Name); err != nil {
				return deleted, fmt.Errorf("delete %s: %w", one.Name, err)
			}
			deleted = append(deleted, one.Name)
		}
	}
	return deleted, nil
}

func (s *Service) deleteOne(ctx context.Context, name string) error {
	ctx, cancel := context.WithTimeout(ctx, openWait)
	defer cancel()
	return remove(ctx, s.api, s.project, subscriptionPath(s.project, name))
}

// describe reads what the service says of a subscription.
func describe(s *pubsubpb.Subscription) Subscription {
	one := Subscription{
		Name:       shortName(s.Name),
		Topic:      s.Topic,
		Created:    createdAt(s.Labels),
		Temporary:  s.Labels[labelKind] == kindTemporary,
		Leftover:   abandoned(s.Labels),
		Filter:     s.Filter,
		Transform:  transform(s),
		Retain:     s.GetMessageRetentionDuration().AsDuration(),
		RetainDone: s.RetainAckedMessages,
		Expire:     expiry(s),
		Detached:   s.Detached,
		Delivery:   delivery(s),
	}
	_, one.Own = s.Labels[labelKind]
	if s.Labels[labelKind] == kindGroup {
		// The topic may be gone: what is behind the first "." will do then.
		group, topic, _ := strings.Cut(one.Name, ".")
		if suffix := "." + shortName(s.Topic); strings.HasSuffix(one.Name, suffix) {
			group = strings.TrimSuffix(one.Name, suffix)
		} else if topic == "" {
			group = ""
		}
		one.Group = group
	}
	return one
}
