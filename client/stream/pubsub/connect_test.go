package pubsub_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/mwvgroup/pgb/client/registry"
	"github.com/mwvgroup/pgb/client/stream/pubsub"
)

// TestASilentBrokerIsNamed waits for a broker that is not there.
func TestASilentBrokerIsNamed(t *testing.T) {
	t.Parallel()
	const nobody = "127.0.0.1:9"
	topic, err := registry.Default().Topic("ztf-loop")
	if err != nil {
		t.Fatal(err)
	}
	said := make(chan string, 10)
	ctx, cancel := context.WithTimeout(t.Context(), pubsub.QuietWait+time.Second)
	defer cancel()
	_, err = pubsub.Open(ctx, pubsub.Options{
		Project: "p", Address: nobody, Topics: []*registry.Topic{topic}, Notify: func(line string) { said <- line },
	})
	if !errors.Is(err, pubsub.ErrUnavailable) {
		t.Errorf("it gives %v", err)
	}
	if len(said) != 1 || !strings.Contains(<-said, "connecting to the emulator at "+nobody) {
		t.Errorf("it says %d lines", len(said))
	}
}
