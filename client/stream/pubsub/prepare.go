package pubsub

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"cloud.google.com/go/iam/apiv1/iampb"
	"cloud.google.com/go/pubsub/v2/apiv1/pubsubpb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/mwvgroup/pgb/client/registry"
)

// plan is a subscription that is ready to be read.
type plan struct {
	topic     *registry.Topic
	name      string // full name
	temporary bool
	created   bool // by us, just now
}

// preparation makes or takes up the subscriptions of some options.
type preparation struct {
	api     api
	options Options
	teller  *teller
}

// prepare readies a subscription for each topic. Where one fails those that
// were made are deleted.
func (p *preparation) prepare(ctx context.Context) ([]plan, error) {
	plans := make([]plan, len(p.options.Topics))
	errs := make([]error, len(plans))
	var work sync.WaitGroup
	for i, topic := range p.options.Topics {
		work.Go(func() { plans[i], errs[i] = p.one(ctx, topic) })
	}
	work.Wait()
	if err := errors.Join(errs...); err == nil {
		return plans, nil
	}
	wait := openWait
	if ctx.Err() != nil {
		wait = leaveWait
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), wait)
	defer cancel()
	for _, plan := range plans {
		if plan.created {
			errs = append(errs, remove(ctx, p.api, p.options.Project, plan.name))
		}
	}
	return nil, firstOf(errs)
}

// prepareUnless is prepare, given up when stop is closed.
func (p *preparation) prepareUnless(ctx context.Context, stop <-chan struct{}) ([]plan, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		select {
		case <-stop:
			cancel()
		case <-ctx.Done():
		}
	}()
	return p.prepare(ctx)
}

// firstOf gives one error of several: those of a group are mostly the same.
func firstOf(errs []error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func (p *preparation) one(ctx context.Context, topic *registry.Topic) (plan, error) {
	ctx, cancel := context.WithTimeout(ctx, openWait)
	defer cancel()
	wanted, err := p.wanted(topic)
	if err != nil {
		return plan{}, err
	}
	made := plan{topic: topic, name: wanted.Name, temporary: p.options.Subscription == ""}
	if made.temporary {
		_, err = p.create(ctx, wanted)
		// What a call that was given up asked for may have been done all the same.
		made.created = err == nil || ctx.Err() != nil
		return made, err
	}
	var have *pubsubpb.Subscription
	have, made.created, err = p.takeUp(ctx, wanted)
	if err != nil {
		return made, err
	}
	event := Event{Kind: Resumed, Retain: retained(have), Expire: expiry(have)}
	if made.created {
		event.Kind = Created
	}
	p.tell(event, made)
	if !p.options.Since.IsZero() {
		err = p.seek(ctx, made, have)
	}
	return made, err
}

func (p *preparation) tell(e Event, of plan) {
	e.Subscription, e.Topic = shortName(of.name), of.topic.Name
	p.teller.tell(e)
}

// wanted describes the subscription that was asked for.
func (p *preparation) wanted(topic *registry.Topic) (*pubsubpb.Subscription, error) {
	o := p.options
	s := &pubsubpb.Subscription{Topic: topic.FullName(), AckDeadlineSeconds: 60, Filter: strings.TrimSpace(o.ServerFilter)}
	name, kind := o.Subscription, kindDurable
	switch {
	case name == "":
		name, kind = temporaryName(shortName(topic.Name)), kindTemporary
		s.MessageRetentionDuration = durationpb.New(leastRetain)
		s.ExpirationPolicy = &pubsubpb.ExpirationPolicy{Ttl: durationpb.New(leastExpire)}
	case len(o.Topics) > 1:
		name, kind = name+"."+shortName(topic.Name), kindGroup
	}
	if err := checkName(name); err != nil {
		return nil, err
	}
	s.Name, s.Labels = subscriptionPath(o.Project, name), labels(kind, o.Now())
	if kind != kindTemporary {
		if o.Retain > 0 {
			s.RetainAckedMessages = true
			s.MessageRetentionDuration = durationpb.New(o.Retain)
		}
		s.ExpirationPolicy = &pubsubpb.ExpirationPolicy{} // never
		if o.Expire > 0 {
			s.ExpirationPolicy.Ttl = durationpb.New(o.Expire)
		}
	}
	if o.Transform != "" {
		found := function.FindStringSubmatch(o.Transform)
		if found == nil {
			return nil, &InvalidError{What: "transform", Err: errors.New("no function name(message, metadata) in its text")}
		}
		s.MessageTransforms = []*pubsubpb.MessageTransform{{
			Transform: &pubsubpb.MessageTransform_JavascriptUdf{
				JavascriptUdf: &pubsubpb.JavaScriptUDF{FunctionName: found[1], Code: o.Transform},
			},
		}}
	}
	return s, nil
}

// takeUp gives the subscription that is there, if it is the one that is wanted,
// and otherwise creates it.
func (p *preparation) takeUp(ctx context.Context, wanted *pubsubpb.Subscription) (have *pubsubpb.Subscription, created bool, err error) {
	for range 3 { // somebody else may create or delete it at the same time
		have, err = p.api.GetSubscription(ctx, &pubsubpb.GetSubscriptionRequest{Subscription: wanted.Name})
		if err == nil {
			return have, false, drift(have, wanted)
		}
		if status.Code(err) != codes.NotFound {
			break
		}
		have, err = p.create(ctx, wanted)
		if err == nil || status.Code(err) != codes.AlreadyExists {
			return have, err == nil, err
		}
	}
	return nil, false, explain(err, attempt{
		project: p.options.Project, permission: "pubsub.subscriptions.get", kind: "subscription", resource: wanted.Name,
	})
}

// create makes a subscription. An error that says that it is there already is
// left as it is.
func (p *preparation) create(ctx context.Context, wanted *pubsubpb.Subscription) (*pubsubpb.Subscription, error) {
	made, err := p.api.CreateSubscription(ctx, wanted)
	switch status.Code(err) {
	case codes.OK, codes.AlreadyExists:
		return made, err
	case codes.InvalidArgument, codes.Unimplemented:
		return nil, explain(err, attempt{kind: "subscription", resource: wanted.Name})
	}
	a := attempt{
		project: p.options.Project, permission: "pubsub.subscriptions.create",
		kind: "topic", resource: "projects/" + p.options.Project,
	}
	switch status.Code(err) {
	case codes.NotFound:
		a.resource = wanted.Topic
	case codes.PermissionDenied:
		if !p.allowed(ctx, wanted.Topic, Attach) {
			a.permission, a.resource = Attach, wanted.Topic
		}
	}
	return nil, explain(err, a)
}

// allowed asks whether the user has a permission; where that can't be told it
// says so.
func (p *preparation) allowed(ctx context.Context, resource, permission string) bool {
	answer, err := p.api.TestIamPermissions(ctx, &iampb.TestIamPermissionsRequest{
		Resource: resource, Permissions: []string{permission},
	})
	return err != nil || len(answer.GetPermissions()) > 0
}

// drift compares the subscription that is there with the one that is wanted.
func drift(have, wanted *pubsubpb.Subscription) error {
	if have.Detached {
		return fmt.Errorf("subscription %s: %w", shortName(have.Name), ErrDetached)
	}
	var found []Difference
	for _, d := range []Difference{
		{"topic", have.Topic, wanted.Topic},
		{"filter", strings.TrimSpace(have.Filter), wanted.Filter},
		{"transform", transform(have), transform(wanted)},
		{"delivery", delivery(have), delivery(wanted)},
	} {
		if d.Have != d.Want {
			found = append(found, d)
		}
	}
	if found == nil {
		return nil
	}
	return &DriftError{Subscription: shortName(have.Name), Differences: found}
}

// transform gives the text of a subscription's transforms.
func transform(s *pubsubpb.Subscription) string {
	var texts []string
	for _, t := range s.GetMessageTransforms() {
		text := t.GetJavascriptUdf().GetCode()
		switch {
		case t.GetJavascriptUdf() == nil:
			text = t.String()
		case t.GetDisabled():
			text = "(disabled) " + text
		}
		texts = append(texts, strings.TrimSpace(text))
	}
	return strings.Join(texts, "\n\n")
}

// delivery says how a subscription hands out its messages.
func delivery(s *pubsubpb.Subscription) string {
	switch {
	case s.GetPushConfig().GetPushEndpoint() != "":
		return "push to " + s.GetPushConfig().GetPushEndpoint()
	case s.GetBigqueryConfig() != nil:
		return "to BigQuery table " + s.GetBigqueryConfig().GetTable()
	case s.GetBigtableConfig() != nil:
		return "to Bigtable"
	case s.GetCloudStorageConfig() != nil:
		return "to bucket " + s.GetCloudStorageConfig().GetBucket()
	}
	return "pull"
}

// retained is how long messages are there to go back to: 0 where those that are
// done are not kept.
func retained(s *pubsubpb.Subscription) time.Duration {
	if !s.GetRetainAckedMessages() {
		return 0
	}
	return s.GetMessageRetentionDuration().AsDuration()
}

// expiry is after how much idle time a subscription is deleted; 0 is never.
func expiry(s *pubsubpb.Subscription) time.Duration {
	if s.GetExpirationPolicy().GetTtl() == nil {
		return 0
	}
	return s.GetExpirationPolicy().GetTtl().AsDuration()
}

// seek goes to the time that was asked for, and tells from when there are
// messages if it is too early.
func (p *preparation) seek(ctx context.Context, of plan, have *pubsubpb.Subscription) error {
	earliest := p.options.Now().Add(-have.GetMessageRetentionDuration().AsDuration())
	if created := createdAt(have.GetLabels()); created.After(earliest) {
		earliest = created
	}
	if p.options.Since.Before(earliest.Truncate(time.Second)) {
		p.tell(Event{Kind: SinceTooEarly, From: earliest}, of)
	}
	if of.created && p.options.Since.Before(p.options.Now()) {
		return nil // there is nothing to go back to
	}
	_, err := p.api.Seek(ctx, &pubsubpb.SeekRequest{
		Subscription: of.name,
		Target:       &pubsubpb.SeekRequest_Time{Time: timestamppb.New(p.options.Since)},
	})
	return explain(err, attempt{
		project: p.options.Project, permission: "pubsub.subscriptions.consume", kind: "subscription", resource: of.name,
	})
}

// remove deletes a subscription. One that is gone already is fine.
func remove(ctx context.Context, api api, project, name string) error {
	err := api.DeleteSubscription(ctx, &pubsubpb.DeleteSubscriptionRequest{Subscription: name})
	if status.Code(err) == codes.NotFound && !strings.Contains(err.Error(), "project not found") {
		return nil
	}
	return explain(err, attempt{
		project: project, permission: "pubsub.subscriptions.delete", kind: "subscription", resource: name,
	})
}
