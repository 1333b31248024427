package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/mwvgroup/pgb/client/registry"
	"github.com/mwvgroup/pgb/client/sandbox"
	"github.com/mwvgroup/pgb/client/sandbox/server"
)

// TestMain makes the test binary the program too, when it is run as pgb: that is
// what the scripts and the tests of processes call.
func TestMain(m *testing.M) {
	if topic := os.Getenv(receiveEnv); topic != "" {
		if err := benchReceive(topic); err != nil {
			panic(err)
		}
		return
	}
	if filepath.Base(os.Args[0]) != "pgb" {
		forgetEnvironment()
	}
	testscript.Main(m, map[string]func(){"pgb": main})
}

// forgetEnvironment leaves out what the user who runs the tests has set.
func forgetEnvironment() {
	for _, name := range []string{
		"GOOGLE_CLOUD_PROJECT", "GOOGLE_APPLICATION_CREDENTIALS", "PUBSUB_EMULATOR_HOST", "PGB_SANDBOX", "PGB_CONFIG", "NO_COLOR",
	} {
		if err := os.Unsetenv(name); err != nil {
			panic(err)
		}
	}
}

// patience bounds the wait for something that must happen.
const patience = 30 * time.Second

// project is the project of subscriptions on a server of the tests: the one
// that pgb takes where PUBSUB_EMULATOR_HOST is set and no project is named.
const project = sandbox.Project

// subscriptionName gives the full name of a subscription in the tests' project.
func subscriptionName(short string) string { return "projects/" + project + "/subscriptions/" + short }

// topicName gives the full name of a topic that the registry knows.
func topicName(t interface{ Fatal(...any) }, short string) string {
	topic, err := registry.Default().Topic(short)
	if err != nil {
		t.Fatal(err)
	}
	return topic.FullName()
}

// newBroker starts a Pub/Sub server in this process with all topics of the
// registry.
func newBroker(t interface{ Fatal(...any) }, o server.Options) (srv *server.Server, end func()) {
	srv = server.New(o)
	if err := srv.Listen("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	for _, topic := range registry.Default().Topics {
		if err := srv.CreateTopic(topic.FullName()); err != nil {
			t.Fatal(err)
		}
	}
	return srv, func() {
		if err := srv.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// environment gives variables that keep the program away from the user's files
// and from the network.
func environment(folder string) []string {
	return []string{
		"HOME=" + folder, "XDG_CONFIG_HOME=" + folder + "/config", "XDG_STATE_HOME=" + folder + "/state", "XDG_CACHE_HOME=" + folder + "/cache",
		"XDG_DATA_HOME=" + folder + "/data", "BIGQUERY_EMULATOR_HOST=", "STORAGE_EMULATOR_HOST=", "PGB_ARCHIVE=", "LC_ALL=C.UTF-8",
		"PGB_CONFIG=" + folder + "/pgb.yaml", "NO_GCE_CHECK=true", "GORACE=atexit_sleep_ms=0", "TZ=UTC", "COLUMNS=", "TERM=dumb",
	}
}

// command makes a pgb process on a server of the tests.
func command(t *testing.T, srv *server.Server, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command("pgb", args...)
	cmd.Dir = t.TempDir()
	cmd.Env = append(os.Environ(), environment(cmd.Dir)...)
	cmd.Env = append(cmd.Env, "PUBSUB_EMULATOR_HOST="+srv.Addr())
	return cmd
}

// await waits until a condition that the server knows of holds.
func await(t *testing.T, srv *server.Server, what string, cond func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := srv.Wait(ctx, cond); err != nil {
		t.Fatalf("waited for %s: %v", what, err)
	}
}
