package pubsub

import (
	"context"
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	vkit "cloud.google.com/go/pubsub/v2/apiv1"
	"cloud.google.com/go/pubsub/v2/apiv1/pubsubpb"
	"google.golang.org/api/option"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"

	"github.com/mwvgroup/pgb/client/signin/signintest"
)

// ask asks an address for subscriptions, with little patience.
func ask(t *testing.T, address string, wait time.Duration) error {
	t.Helper()
	r := newReach()
	r.wait = wait
	options := []option.ClientOption{
		option.WithEndpoint(address), option.WithoutAuthentication(), option.WithTelemetryDisabled(),
		option.WithGRPCDialOption(grpc.WithTransportCredentials(insecure.NewCredentials())),
	}
	for _, watched := range r.dialOptions() {
		options = append(options, option.WithGRPCDialOption(watched))
	}
	client, err := vkit.NewSubscriptionAdminClient(t.Context(), options...)
	if err != nil {
		t.Fatal(err)
	}
	s := &Service{project: "p", api: client}
	defer s.Close()
	return s.Answers(t.Context())
}

func TestWhatTheNetworkSaidLastIsTold(t *testing.T) {
	t.Parallel()
	address := signintest.Closed(t)
	err := ask(t, address, 300*time.Millisecond)
	if !errors.Is(err, ErrUnavailable) || !strings.HasPrefix(err.Error(), "Pub/Sub can't be reached: dial tcp "+address+": ") {
		t.Error(err)
	}
}

// A host that takes connections and says nothing gives no error of its own.
func TestASilentHostIsGivenUp(t *testing.T) {
	t.Parallel()
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	err = ask(t, silent.Addr().String(), 200*time.Millisecond)
	if !errors.Is(err, ErrUnavailable) || !strings.Contains(err.Error(), "no answer within 200ms") {
		t.Error(err)
	}
}

// Once there was a connection its loss is waited out by whoever calls.
func TestAConnectionThatWasThereIsNotGivenUp(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := grpc.NewServer()
	pubsubpb.RegisterSubscriberServer(server, slow{wait: 400 * time.Millisecond})
	go func() { _ = server.Serve(l) }()
	defer server.Stop()
	if err := ask(t, l.Addr().String(), 200*time.Millisecond); err == nil || !strings.Contains(err.Error(), "at last") {
		t.Error(err)
	}
}

// slow answers after a while.
type slow struct {
	pubsubpb.UnimplementedSubscriberServer
	wait time.Duration
}

// ListSubscriptions answers later than a first connection is waited for.
func (s slow) ListSubscriptions(ctx context.Context, _ *pubsubpb.ListSubscriptionsRequest) (*pubsubpb.ListSubscriptionsResponse, error) {
	select {
	case <-time.After(s.wait):
		return nil, status.Error(codes.InvalidArgument, "at last")
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
