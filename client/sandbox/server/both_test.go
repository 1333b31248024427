package server_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"

	"cloud.google.com/go/pubsub/v2"
	"cloud.google.com/go/pubsub/v2/apiv1/pubsubpb"
	"google.golang.org/api/iterator"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/fieldmaskpb"
)

func wantCode(t *testing.T, err error, code codes.Code) {
	t.Helper()
	if status.Code(err) != code {
		t.Errorf("got %v, want %v", err, code)
	}
}

func TestATopicIsCreatedListedLabelledAndDeleted(t *testing.T) {
	bothServers(t, func(t *testing.T, c *clients) {
		ctx, admin := within(t), c.TopicAdminClient
		for _, name := range []string{"alerts", "lite", "tagged"} {
			_, err := admin.CreateTopic(ctx, &pubsubpb.Topic{Name: "projects/broker/topics/" + name})
			must(t, err)
		}
		_, err := admin.CreateTopic(ctx, &pubsubpb.Topic{Name: topic})
		wantCode(t, err, codes.AlreadyExists)
		updated, err := admin.UpdateTopic(ctx, &pubsubpb.UpdateTopicRequest{
			Topic:      &pubsubpb.Topic{Name: topic, Labels: map[string]string{"survey": "ztf"}},
			UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"labels"}},
		})
		must(t, err)
		if updated.Labels["survey"] != "ztf" {
			t.Errorf("labels are %v", updated.Labels)
		}
		var names []string
		it := admin.ListTopics(ctx, &pubsubpb.ListTopicsRequest{Project: "projects/broker", PageSize: 2})
		for {
			got, err := it.Next()
			if err == iterator.Done {
				break
			}
			must(t, err)
			names = append(names, got.Name)
		}
		if want := []string{topic, "projects/broker/topics/lite", "projects/broker/topics/tagged"}; !slices.Equal(names, want) {
			t.Errorf("listed %v, want %v", names, want)
		}
		must(t, admin.DeleteTopic(ctx, &pubsubpb.DeleteTopicRequest{Topic: topic}))
		_, err = admin.GetTopic(ctx, &pubsubpb.GetTopicRequest{Topic: topic})
		wantCode(t, err, codes.NotFound)
	})
}

func TestASubscriptionMayLiveInAnotherProject(t *testing.T) {
	bothServers(t, func(t *testing.T, c *clients) {
		ctx, admin := within(t), c.SubscriptionAdminClient
		_, err := admin.CreateSubscription(ctx, &pubsubpb.Subscription{Name: sub, Topic: topic})
		wantCode(t, err, codes.NotFound)
		_, err = c.TopicAdminClient.CreateTopic(ctx, &pubsubpb.Topic{Name: topic})
		must(t, err)
		made, err := admin.CreateSubscription(ctx, &pubsubpb.Subscription{Name: sub, Topic: topic})
		must(t, err)
		if made.AckDeadlineSeconds != 10 && made.AckDeadlineSeconds != 0 || made.MessageRetentionDuration.AsDuration().Hours() != 168 {
			t.Errorf("created with %v", made)
		}
		_, err = admin.CreateSubscription(ctx, &pubsubpb.Subscription{Name: sub, Topic: topic})
		wantCode(t, err, codes.AlreadyExists)
		got, err := admin.ListSubscriptions(ctx, &pubsubpb.ListSubscriptionsRequest{Project: "projects/sky"}).Next()
		must(t, err)
		if got.Name != sub || got.Topic != topic {
			t.Errorf("listed %v", got)
		}
		_, err = admin.ListSubscriptions(ctx, &pubsubpb.ListSubscriptionsRequest{Project: "projects/broker"}).Next()
		if err != iterator.Done {
			t.Errorf("the publisher's project lists a subscription: %v", err)
		}
		must(t, admin.DeleteSubscription(ctx, &pubsubpb.DeleteSubscriptionRequest{Subscription: sub}))
		_, err = admin.GetSubscription(ctx, &pubsubpb.GetSubscriptionRequest{Subscription: sub})
		wantCode(t, err, codes.NotFound)
	})
}

// twoSubscriptions makes the topic and a subscription by the bare stubs.
func prepare(t *testing.T, c *clients, change func(*pubsubpb.Subscription)) {
	t.Helper()
	_, err := c.pub.CreateTopic(within(t), &pubsubpb.Topic{Name: topic})
	must(t, err)
	conf := &pubsubpb.Subscription{Name: sub, Topic: topic}
	if change != nil {
		change(conf)
	}
	_, err = c.sub.CreateSubscription(within(t), conf)
	must(t, err)
}

func TestTheLibraryPublishesAndReceivesEverythingOnce(t *testing.T) {
	bothServers(t, func(t *testing.T, c *clients) {
		prepare(t, c, nil)
		ctx, cancel := context.WithCancel(within(t))
		defer cancel()
		pub := c.Publisher(topic)
		defer pub.Stop()
		const n = 50
		want := map[string]string{}
		var sent []*pubsub.PublishResult
		for i := range n {
			sent = append(sent, pub.Publish(ctx, &pubsub.Message{
				Data: fmt.Appendf(nil, "packet %d", i), Attributes: map[string]string{"n": fmt.Sprint(i), "é": "ü"}}))
		}
		for i, res := range sent {
			id, err := res.Get(ctx)
			must(t, err)
			want[id] = fmt.Sprintf("packet %d", i)
		}
		var mu sync.Mutex
		got := map[string]string{}
		err := c.Subscriber(sub).Receive(ctx, func(_ context.Context, m *pubsub.Message) {
			mu.Lock()
			defer mu.Unlock()
			if _, twice := got[m.ID]; twice || m.Attributes["é"] != "ü" || m.PublishTime.IsZero() {
				t.Errorf("message %s: twice %v, %v", m.ID, twice, m)
			}
			got[m.ID] = string(m.Data)
			m.Ack()
			if len(got) == n {
				cancel()
			}
		})
		must(t, err)
		for id, body := range want {
			if got[id] != body {
				t.Errorf("message %s is %q, want %q", id, got[id], body)
			}
		}
	})
}

func TestANackedMessageComesBack(t *testing.T) {
	bothServers(t, func(t *testing.T, c *clients) {
		prepare(t, c, nil)
		_, err := c.pub.Publish(within(t), &pubsubpb.PublishRequest{Topic: topic, Messages: []*pubsubpb.PubsubMessage{{Data: []byte("a")}}})
		must(t, err)
		ctx, cancel := context.WithCancel(within(t))
		defer cancel()
		var mu sync.Mutex
		seen := 0
		must(t, c.Subscriber(sub).Receive(ctx, func(_ context.Context, m *pubsub.Message) {
			mu.Lock()
			defer mu.Unlock()
			if seen++; seen < 3 {
				m.Nack()
				return
			}
			m.Ack()
			cancel()
		}))
		if seen != 3 {
			t.Errorf("seen %d times", seen)
		}
	})
}

func TestPullTakesWhatIsThereAndAcksIt(t *testing.T) {
	bothServers(t, func(t *testing.T, c *clients) {
		prepare(t, c, nil)
		_, err := c.pub.Publish(within(t), &pubsubpb.PublishRequest{Topic: topic, Messages: []*pubsubpb.PubsubMessage{
			{Data: []byte("a")}, {Data: []byte("b")}, {Attributes: map[string]string{"only": "this"}}}})
		must(t, err)
		words, ids := c.pull(t, 10)
		slices.Sort(words)
		if !slices.Equal(words, []string{"", "a", "b"}) {
			t.Fatalf("pulled %q", words)
		}
		c.ack(t, ids...)
		if words, _ := c.pull(t, 10); len(words) != 0 {
			t.Errorf("pulled %q after the ack", words)
		}
	})
}

func TestAPullThatIsNackedComesBackAtOnce(t *testing.T) {
	bothServers(t, func(t *testing.T, c *clients) {
		prepare(t, c, nil)
		_, err := c.pub.Publish(within(t), &pubsubpb.PublishRequest{Topic: topic, Messages: []*pubsubpb.PubsubMessage{{Data: []byte("a")}}})
		must(t, err)
		_, ids := c.pull(t, 10)
		if words, _ := c.pull(t, 10); len(words) != 0 {
			t.Errorf("pulled %q while it is leased", words)
		}
		c.extend(t, 0, ids...)
		if words, _ := c.pull(t, 10); !slices.Equal(words, []string{"a"}) {
			t.Errorf("pulled %q after the nack", words)
		}
	})
}

func TestWhatWasPublishedBeforeTheSubscriptionIsNotDelivered(t *testing.T) {
	bothServers(t, func(t *testing.T, c *clients) {
		ctx := within(t)
		_, err := c.pub.CreateTopic(ctx, &pubsubpb.Topic{Name: topic})
		must(t, err)
		one := func(word string) {
			_, err := c.pub.Publish(ctx, &pubsubpb.PublishRequest{Topic: topic, Messages: []*pubsubpb.PubsubMessage{{Data: []byte(word)}}})
			must(t, err)
		}
		one("before")
		_, err = c.sub.CreateSubscription(ctx, &pubsubpb.Subscription{Name: sub, Topic: topic})
		must(t, err)
		one("after")
		if words, _ := c.pull(t, 10); !slices.Equal(words, []string{"after"}) {
			t.Errorf("pulled %q", words)
		}
	})
}

func TestAStreamGetsAnAnswerToItsPing(t *testing.T) {
	bothServers(t, func(t *testing.T, c *clients) {
		prepare(t, c, nil)
		st := c.stream(t, &pubsubpb.StreamingPullRequest{ProtocolVersion: 1, ClientId: "me"})
		must(t, st.Send(&pubsubpb.StreamingPullRequest{}))
		if words, _ := recv(t, st); len(words) != 0 {
			t.Errorf("the answer to a ping carries %q", words)
		}
	})
}

func TestAFilterLetsThroughWhatMatches(t *testing.T) {
	attributes := []map[string]string{
		{"band": "r", "candid": "31"},
		{"band": "r", "candid": "41"},
		{"band": "g", "candid": "42"},
		{"candid": "43"},
		nil,
	}
	cases := map[string][]string{
		`attributes:band`:        {"0", "1", "2"},
		`attributes.band = "r"`:  {"0", "1"},
		`attributes.band != "r"`: {"2", "3", "4"},
		`attributes.band = "r" AND NOT hasPrefix(attributes.candid, "3")`: {"1"},
		`NOT attributes:band`: {"3", "4"},
		`(attributes.band = "g" OR attributes.candid = "43")`: {"2", "3"},
	}
	for filter, want := range cases {
		t.Run(filter, func(t *testing.T) {
			bothServers(t, func(t *testing.T, c *clients) {
				prepare(t, c, func(s *pubsubpb.Subscription) { s.Filter = filter })
				req := &pubsubpb.PublishRequest{Topic: topic}
				for i, attrs := range attributes {
					req.Messages = append(req.Messages, &pubsubpb.PubsubMessage{Data: fmt.Append(nil, i), Attributes: attrs})
				}
				_, err := c.pub.Publish(within(t), req)
				must(t, err)
				words, _ := c.pull(t, 10)
				slices.Sort(words)
				if !slices.Equal(words, want) {
					t.Errorf("got %q, want %q", words, want)
				}
			})
		})
	}
}
