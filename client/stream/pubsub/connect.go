package pubsub

import (
	"context"
	"fmt"
	"net"
	"os"
	"time"

	"cloud.google.com/go/auth/credentials"
	vkit "cloud.google.com/go/pubsub/v2/apiv1"
	"google.golang.org/api/option"
	"google.golang.org/api/option/internaloption"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/keepalive"

	"github.com/mwvgroup/pgb/client/signin"
)

// Access says whose subscriptions are meant, and where the service is.
type Access struct {
	// Project is the user's Google Cloud project.
	Project string
	// Address is the host and port of an emulator; empty is the service, or
	// what PUBSUB_EMULATOR_HOST names.
	Address string
	// ClientOptions are for the connection.
	ClientOptions []option.ClientOption
}

// api is the part of the service that deals with subscriptions.
type api = *vkit.SubscriptionAdminClient

// openWait bounds the wait for one answer while subscriptions are made ready.
const openWait = 30 * time.Second

// leaveWait bounds the wait for what is deleted when nobody wants to wait any
// more. What it leaves expires.
const leaveWait = time.Second

// maxResponse bounds one response. The service's are below 20 MB.
const maxResponse = 64 << 20

func connect(ctx context.Context, a Access) (api, error) {
	options := []option.ClientOption{
		option.WithGRPCDialOption(grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(maxResponse))),
		option.WithGRPCDialOption(grpc.WithReadBufferSize(128 << 10)),
	}
	for _, watched := range newReach().dialOptions() {
		options = append(options, option.WithGRPCDialOption(watched))
	}
	switch {
	case a.Address != "":
		if _, _, err := net.SplitHostPort(a.Address); err != nil {
			return nil, &InvalidError{What: "emulator address " + a.Address, Err: err}
		}
		options = append(options,
			option.WithEndpoint(a.Address),
			option.WithGRPCDialOption(grpc.WithTransportCredentials(insecure.NewCredentials())),
			option.WithoutAuthentication(),
			option.WithTelemetryDisabled(),
			internaloption.SkipDialSettingsValidation(),
		)
	case a.real():
		options = append(options,
			option.WithGRPCConnectionPool(2),
			// A connection that died while a laptop slept is found dead in
			// a minute or so.
			option.WithGRPCDialOption(grpc.WithKeepaliveParams(keepalive.ClientParameters{Time: time.Minute})),
		)
	}
	client, err := vkit.NewSubscriptionAdminClient(ctx, append(options, a.ClientOptions...)...)
	if err != nil {
		if a.real() {
			if unusable := signin.Unusable(vkit.DefaultAuthScopes()...); unusable != nil {
				return nil, unusable
			}
		}
		if signin.IsRefused(err) {
			return nil, signin.NoCredentials(err)
		}
		return nil, fmt.Errorf("connect to Pub/Sub: %w", err)
	}
	return client, nil
}

// real says whether the service is Google's own, and not an emulator.
func (a Access) real() bool { return a.Address == "" && os.Getenv("PUBSUB_EMULATOR_HOST") == "" }

// QuietWait is how long a person waits for a connection without a word.
const QuietWait = 3 * time.Second

// Connecting says in a line what is being tried, for those who wait.
func Connecting(a Access) string {
	switch host := os.Getenv("PUBSUB_EMULATOR_HOST"); {
	case a.Address != "":
		return "connecting to the emulator at " + a.Address + " ..."
	case host != "":
		return "connecting to the emulator at " + host + " (PUBSUB_EMULATOR_HOST) ..."
	}
	return "connecting to Google Pub/Sub (pubsub.googleapis.com) ..."
}

// UnusableFile says what is wrong with the file of credentials that the environment
// names: a [ErrNoCredentials], or nil where it names none or one that can be read.
func UnusableFile() error {
	if os.Getenv(signin.FileVariable) == "" {
		return nil
	}
	return signin.Unusable(vkit.DefaultAuthScopes()...)
}

// CredentialsProject gives the project that the default credentials name, or
// the one that pays for their use, or nothing.
func CredentialsProject(ctx context.Context) string {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	found := make(chan string, 1)
	go func() {
		found <- credentialsProject(ctx)
	}()
	select {
	case project := <-found:
		return project
	case <-ctx.Done():
		return ""
	}
}

func credentialsProject(ctx context.Context) string {
	c, err := credentials.DetectDefault(&credentials.DetectOptions{Scopes: vkit.DefaultAuthScopes()})
	if err != nil {
		return ""
	}
	if project, err := c.ProjectID(ctx); err == nil && project != "" {
		return project
	}
	project, _ := c.QuotaProjectID(ctx)
	return project
}
