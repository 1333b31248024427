package sandbox_test

import (
	"os"
	"testing"

	"cloud.google.com/go/pubsub/v2/apiv1/pubsubpb"
	"go.uber.org/goleak"

	"github.com/mwvgroup/pgb/client/registry"
	"github.com/mwvgroup/pgb/client/sandbox"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(killedChild); dir != "" {
		makeAndBeKilled(dir)
		os.Exit(0)
	}
	goleak.VerifyTestMain(m, goleak.Cleanup(func(code int) {
		if err := os.RemoveAll(sharedDir); err != nil && code == 0 {
			code = 1
		}
		os.Exit(code)
	}))
}

func start(t *testing.T, o sandbox.Options) *sandbox.Sandbox {
	t.Helper()
	box, err := sandbox.Start(registry.Default(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := box.Close(); err != nil {
			t.Error(err)
		}
	})
	return box
}

func TestEveryTopicGetsMessages(t *testing.T) {
	box := start(t, sandbox.Options{Rate: 1000, Eager: true})
	if len(box.Topics()) < 13 {
		t.Errorf("topics: %v", box.Topics())
	}
	for short, full := range box.Topics() {
		err := box.Server().Wait(t.Context(), func() bool {
			messages, _ := box.Server().Published(full)
			return messages > 0
		})
		if err != nil {
			t.Errorf("%s: %v", short, err)
		}
	}
}

func TestTheSkyWaitsForTheFirstSubscription(t *testing.T) {
	box := start(t, sandbox.Options{Rate: 1000})
	for short, full := range box.Topics() {
		if messages, _ := box.Server().Published(full); messages != 0 {
			t.Errorf("%s: %d messages that nobody hears", short, messages)
		}
	}
	const name = "projects/somebody/subscriptions/first"
	if err := box.Server().CreateSubscription(&pubsubpb.Subscription{Name: name, Topic: box.Topics()["lvk-alerts"]}); err != nil {
		t.Fatal(err)
	}
	err := box.Server().Wait(t.Context(), func() bool {
		state, _ := box.Server().Subscription(name)
		return state.Backlog >= 3
	})
	if err != nil {
		t.Error(err)
	}
	if messages, _ := box.Server().Published(box.Topics()["ztf-alerts"]); messages != 0 {
		t.Errorf("ztf-alerts: %d messages that nobody hears", messages)
	}
}

func TestStartRefusesWhatCannotBe(t *testing.T) {
	for _, o := range []sandbox.Options{{Rate: -1}, {Listen: "203.0.113.1:80"}} {
		if box, err := sandbox.Start(registry.Default(), o); err == nil {
			box.Close()
			t.Errorf("%+v: no error", o)
		}
	}
}
