package server_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"cloud.google.com/go/iam/apiv1/iampb"
	"cloud.google.com/go/pubsub/v2"
	"cloud.google.com/go/pubsub/v2/apiv1/pubsubpb"
	"github.com/mwvgroup/pgb/client/sandbox/server"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/fieldmaskpb"
)

func TestSubscriptionsThatCannotBeServedAreRefused(t *testing.T) {
	days := func(n float64) *durationpb.Duration {
		return durationpb.New(time.Duration(n * 24 * float64(time.Hour)))
	}
	cases := map[string]struct {
		change func(*pubsubpb.Subscription)
		code   codes.Code
	}{
		"transform": {func(s *pubsubpb.Subscription) {
			s.MessageTransforms = []*pubsubpb.MessageTransform{{Transform: &pubsubpb.MessageTransform_JavascriptUdf{
				JavascriptUdf: &pubsubpb.JavaScriptUDF{FunctionName: "f", Code: "function f(m) { return m }"}}}}
		}, codes.Unimplemented},
		"push":         {func(s *pubsubpb.Subscription) { s.PushConfig = &pubsubpb.PushConfig{PushEndpoint: "https://x"} }, codes.Unimplemented},
		"bigquery":     {func(s *pubsubpb.Subscription) { s.BigqueryConfig = &pubsubpb.BigQueryConfig{Table: "p.d.t"} }, codes.Unimplemented},
		"storage":      {func(s *pubsubpb.Subscription) { s.CloudStorageConfig = &pubsubpb.CloudStorageConfig{Bucket: "b"} }, codes.Unimplemented},
		"ordered":      {func(s *pubsubpb.Subscription) { s.EnableMessageOrdering = true }, codes.Unimplemented},
		"exactly once": {func(s *pubsubpb.Subscription) { s.EnableExactlyOnceDelivery = true }, codes.Unimplemented},
		"no topic":     {func(s *pubsubpb.Subscription) { s.Topic = "projects/broker/topics/nothing" }, codes.NotFound},
		"bad name":     {func(s *pubsubpb.Subscription) { s.Name = "projects/sky/subscriptions/goog-x" }, codes.InvalidArgument},
		"short name":   {func(s *pubsubpb.Subscription) { s.Name = "night" }, codes.InvalidArgument},
		"deadline":     {func(s *pubsubpb.Subscription) { s.AckDeadlineSeconds = 9 }, codes.InvalidArgument},
		"retention":    {func(s *pubsubpb.Subscription) { s.MessageRetentionDuration = days(32) }, codes.InvalidArgument},
		"short-lived":  {func(s *pubsubpb.Subscription) { s.MessageRetentionDuration = durationpb.New(time.Minute) }, codes.InvalidArgument},
		"expiry": {func(s *pubsubpb.Subscription) { s.ExpirationPolicy = &pubsubpb.ExpirationPolicy{Ttl: days(0.9)} },
			codes.InvalidArgument},
		"expires before its messages": {func(s *pubsubpb.Subscription) { s.ExpirationPolicy = &pubsubpb.ExpirationPolicy{Ttl: days(6)} },
			codes.InvalidArgument},
		"label":       {func(s *pubsubpb.Subscription) { s.Labels = map[string]string{"Upper": "x"} }, codes.InvalidArgument},
		"filter":      {func(s *pubsubpb.Subscription) { s.Filter = "attributes.band = " }, codes.InvalidArgument},
		"long filter": {func(s *pubsubpb.Subscription) { s.Filter = "attributes:" + strings.Repeat("x", 300) }, codes.InvalidArgument},
		"dead letter": {func(s *pubsubpb.Subscription) {
			s.DeadLetterPolicy = &pubsubpb.DeadLetterPolicy{DeadLetterTopic: topic, MaxDeliveryAttempts: 101}
		}, codes.InvalidArgument},
	}
	_, _, c := begin(t, server.Options{})
	for name, want := range cases {
		t.Run(name, func(t *testing.T) {
			conf := &pubsubpb.Subscription{Name: sub, Topic: topic}
			want.change(conf)
			_, err := c.sub.CreateSubscription(within(t), conf)
			wantCode(t, err, want.code)
		})
	}
}

func TestASubscriptionIsUpdatedByItsMask(t *testing.T) {
	srv, clock, c := begin(t, server.Options{})
	subscribe(t, srv, func(s *pubsubpb.Subscription) { s.RetainAckedMessages = true })
	publish(t, srv, "a")
	_, ids := c.pull(t, 1)
	c.ack(t, ids...)
	update := func(conf *pubsubpb.Subscription, paths ...string) error {
		conf.Name = sub
		_, err := c.sub.UpdateSubscription(within(t), &pubsubpb.UpdateSubscriptionRequest{
			Subscription: conf, UpdateMask: &fieldmaskpb.FieldMask{Paths: paths}})
		return err
	}
	for _, path := range []string{"filter", "topic", "enable_message_ordering", "nonsense"} {
		wantCode(t, update(&pubsubpb.Subscription{Filter: "attributes:x"}, path), codes.InvalidArgument)
	}
	wantCode(t, update(&pubsubpb.Subscription{}), codes.InvalidArgument)
	wantCode(t, update(&pubsubpb.Subscription{AckDeadlineSeconds: 5}, "ack_deadline_seconds"), codes.InvalidArgument)
	must(t, update(&pubsubpb.Subscription{
		AckDeadlineSeconds: 60, Labels: map[string]string{"pgb": "night"},
		ExpirationPolicy:         &pubsubpb.ExpirationPolicy{Ttl: durationpb.New(24 * time.Hour)},
		MessageRetentionDuration: durationpb.New(time.Hour),
	}, "ack_deadline_seconds", "labels", "expiration_policy", "message_retention_duration", "retain_acked_messages"))
	got, err := c.sub.GetSubscription(within(t), &pubsubpb.GetSubscriptionRequest{Subscription: sub})
	must(t, err)
	if got.AckDeadlineSeconds != 60 || got.Labels["pgb"] != "night" || got.RetainAckedMessages || got.Topic != topic {
		t.Errorf("updated to %v", got)
	}
	if n := srv.Bytes(); n != 0 {
		t.Errorf("%d bytes are still retained", n)
	}
	clock.Advance(25 * time.Hour)
	if names := srv.Subscriptions(); len(names) != 0 {
		t.Errorf("the new expiry does not count: %v", names)
	}
}

func TestAnUnusedSubscriptionExpiresAndOneInUseDoesNot(t *testing.T) {
	srv, clock, c := begin(t, server.Options{})
	day := &pubsubpb.ExpirationPolicy{Ttl: durationpb.New(24 * time.Hour)}
	hour := durationpb.New(time.Hour)
	subscribe(t, srv, func(s *pubsubpb.Subscription) { s.ExpirationPolicy, s.MessageRetentionDuration = day, hour })
	for name, policy := range map[string]*pubsubpb.ExpirationPolicy{"unused": day, "for-ever": {}} {
		must(t, srv.CreateSubscription(&pubsubpb.Subscription{Name: "projects/sky/subscriptions/" + name, Topic: topic,
			ExpirationPolicy: policy, MessageRetentionDuration: hour}))
	}
	st := c.stream(t, &pubsubpb.StreamingPullRequest{})
	until(t, srv, "the stream is open", func(s server.Subscription) bool { return s.Streams == 1 })
	clock.Advance(48 * time.Hour)
	if got := srv.Subscriptions(); !slices.Equal(got, []string{"projects/sky/subscriptions/for-ever", sub}) {
		t.Errorf("left are %v", got)
	}
	must(t, st.CloseSend())
	until(t, srv, "the stream is closed", func(s server.Subscription) bool { return s.Streams == 0 })
	clock.Advance(23 * time.Hour)
	c.pull(t, 1)
	clock.Advance(23 * time.Hour)
	if _, ok := srv.Subscription(sub); !ok {
		t.Error("a pull does not count as use")
	}
	clock.Advance(2 * time.Hour)
	if _, ok := srv.Subscription(sub); ok {
		t.Error("the subscription outlives its expiry")
	}
}

func TestADetachedSubscriptionIsEmptyAndCannotBePulled(t *testing.T) {
	srv, _, c := begin(t, server.Options{})
	subscribe(t, srv, nil)
	publish(t, srv, "a", "b")
	st := c.stream(t, &pubsubpb.StreamingPullRequest{MaxOutstandingMessages: 1})
	recv(t, st)
	_, err := c.pub.DetachSubscription(within(t), &pubsubpb.DetachSubscriptionRequest{Subscription: sub})
	must(t, err)
	_, err = st.Recv()
	wantCode(t, err, codes.FailedPrecondition)
	_, err = c.sub.Pull(within(t), &pubsubpb.PullRequest{Subscription: sub, MaxMessages: 1})
	wantCode(t, err, codes.FailedPrecondition)
	publish(t, srv, "c")
	got, err := c.sub.GetSubscription(within(t), &pubsubpb.GetSubscriptionRequest{Subscription: sub})
	must(t, err)
	if !got.Detached || srv.Bytes() != 0 {
		t.Errorf("detached %v, %d bytes held", got.Detached, srv.Bytes())
	}
	list, err := c.pub.ListTopicSubscriptions(within(t), &pubsubpb.ListTopicSubscriptionsRequest{Topic: topic})
	must(t, err)
	if len(list.Subscriptions) != 0 {
		t.Errorf("the topic lists %v", list.Subscriptions)
	}
}

func TestADeletedTopicLeavesItsSubscriptionAndADeletedSubscriptionEndsItsStreams(t *testing.T) {
	srv, _, c := begin(t, server.Options{})
	subscribe(t, srv, nil)
	publish(t, srv, "a")
	_, err := c.pub.DeleteTopic(within(t), &pubsubpb.DeleteTopicRequest{Topic: topic})
	must(t, err)
	if state, _ := srv.Subscription(sub); state.Topic != "_deleted-topic_" || state.Backlog != 1 {
		t.Errorf("state is %+v", state)
	}
	st := c.stream(t, &pubsubpb.StreamingPullRequest{})
	words, _ := recv(t, st)
	wantWords(t, "backlog", words, "a")
	_, err = c.sub.DeleteSubscription(within(t), &pubsubpb.DeleteSubscriptionRequest{Subscription: sub})
	must(t, err)
	_, err = st.Recv()
	wantCode(t, err, codes.NotFound)
	if n := srv.Bytes(); n != 0 {
		t.Errorf("%d bytes held", n)
	}
}

func TestPublishingKeepsToTheServicesLimits(t *testing.T) {
	srv, _, c := begin(t, server.Options{})
	many := map[string]string{}
	for i := range 101 {
		many[strings.Repeat("k", i+1)] = "v"
	}
	cases := map[string]*pubsubpb.PubsubMessage{
		"empty":          {},
		"too large":      {Data: make([]byte, server.MaxMessageBytes+1)},
		"attributes":     {Attributes: many},
		"key":            {Attributes: map[string]string{strings.Repeat("k", 257): "v"}},
		"value":          {Attributes: map[string]string{"k": strings.Repeat("v", 1025)}},
		"reserved":       {Attributes: map[string]string{"googclient": "v"}},
		"ordering key":   {Data: []byte("a"), OrderingKey: strings.Repeat("k", 1025)},
		"no key at all ": {Attributes: map[string]string{"": "v"}},
	}
	for name, m := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := c.pub.Publish(within(t), &pubsubpb.PublishRequest{Topic: topic, Messages: []*pubsubpb.PubsubMessage{m}})
			wantCode(t, err, codes.InvalidArgument)
			_, err = srv.Publish(topic, server.Message{Data: m.Data, Attributes: m.Attributes, OrderingKey: m.OrderingKey})
			wantCode(t, err, codes.InvalidArgument)
		})
	}
	crowd := make([]*pubsubpb.PubsubMessage, 1001)
	for i := range crowd {
		crowd[i] = &pubsubpb.PubsubMessage{Data: []byte("a")}
	}
	_, err := c.pub.Publish(within(t), &pubsubpb.PublishRequest{Topic: topic, Messages: crowd})
	wantCode(t, err, codes.InvalidArgument)
	half := &pubsubpb.PubsubMessage{Data: make([]byte, 6<<20)}
	_, err = c.pub.Publish(within(t), &pubsubpb.PublishRequest{Topic: topic, Messages: []*pubsubpb.PubsubMessage{half, half}})
	wantCode(t, err, codes.InvalidArgument)
	_, err = c.pub.Publish(within(t), &pubsubpb.PublishRequest{Topic: "projects/broker/topics/none", Messages: crowd[:1]})
	wantCode(t, err, codes.NotFound)
	if n, _ := srv.Published(topic); n != 0 {
		t.Errorf("%d messages were published", n)
	}
}

func TestTheLargestMessageGoesThrough(t *testing.T) {
	srv, _, c := begin(t, server.Options{})
	subscribe(t, srv, nil)
	_, err := c.pub.Publish(within(t), &pubsubpb.PublishRequest{Topic: topic, Messages: []*pubsubpb.PubsubMessage{
		{Data: make([]byte, server.MaxMessageBytes), OrderingKey: "k"}}})
	must(t, err)
	ctx, cancel := context.WithCancel(within(t))
	defer cancel()
	must(t, c.Subscriber(sub).Receive(ctx, func(_ context.Context, m *pubsub.Message) {
		if len(m.Data) != server.MaxMessageBytes || m.OrderingKey != "k" {
			t.Errorf("%d bytes, key %q", len(m.Data), m.OrderingKey)
		}
		m.Ack()
		cancel()
	}))
}

func TestWhatIsNotOfferedSaysSo(t *testing.T) {
	srv, _, c := begin(t, server.Options{})
	subscribe(t, srv, nil)
	_, err := c.sub.CreateSnapshot(within(t), &pubsubpb.CreateSnapshotRequest{Name: "projects/sky/snapshots/s", Subscription: sub})
	wantCode(t, err, codes.Unimplemented)
	_, err = c.sub.Seek(within(t), &pubsubpb.SeekRequest{Subscription: sub, Target: &pubsubpb.SeekRequest_Snapshot{Snapshot: "s"}})
	wantCode(t, err, codes.Unimplemented)
	_, err = c.pub.CreateTopic(within(t), &pubsubpb.Topic{Name: "projects/sky/topics/schema", SchemaSettings: &pubsubpb.SchemaSettings{Schema: "s"}})
	wantCode(t, err, codes.Unimplemented)
	if !strings.Contains(status.Convert(err).Message(), "topic schemas") {
		t.Errorf("the error is %v", err)
	}
}

func TestEverybodyMayDoEverything(t *testing.T) {
	srv, _, c := begin(t, server.Options{})
	subscribe(t, srv, nil)
	asked := []string{"pubsub.subscriptions.consume", "pubsub.subscriptions.delete"}
	res, err := c.SubscriptionAdminClient.TestIamPermissions(within(t), &iampb.TestIamPermissionsRequest{Resource: sub, Permissions: asked})
	must(t, err)
	if !slices.Equal(res.Permissions, asked) {
		t.Errorf("permissions %v", res.Permissions)
	}
}

func TestOnlyLoopbackIsServed(t *testing.T) {
	srv := server.New(server.Options{})
	defer srv.Close()
	for _, addr := range []string{"0.0.0.0:0", ":0", "nonsense"} {
		if err := srv.Listen(addr); err == nil {
			t.Errorf("%q is served", addr)
		}
	}
	must(t, srv.Listen("localhost:0"))
	if !strings.HasPrefix(srv.Addr(), "127.0.0.1:") && !strings.HasPrefix(srv.Addr(), "[::1]:") {
		t.Errorf("listens on %s", srv.Addr())
	}
}
