package main

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"cloud.google.com/go/pubsub/v2/apiv1/pubsubpb"
	"github.com/rogpeppe/go-internal/testscript"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/mwvgroup/pgb/client/archive/bucket/buckettest"
	"github.com/mwvgroup/pgb/client/avro"
	"github.com/mwvgroup/pgb/client/sandbox/server"
	"github.com/mwvgroup/pgb/client/shareddata"
)

// TestScripts runs what users type: testdata/script/*.txtar. Beside testscript's
// own commands there are
//
//	exits CODE COMMAND...     runs a command and checks its exit code
//	sandbox [FLAG...]         pgb sandbox serve in the background, until the end
//	broker                    a Pub/Sub server of the test with all topics
//	fault METHOD CODE TEXT    lets calls to that server fail; "fault off" ends it
//	subscribe NAME TOPIC      makes a subscription on it, which pgb did not make
//	publish TOPIC FILE...     publishes files; attributes as KEY=VALUE before them
//	detach NAME               detaches a subscription
//	subscriptions [NAME...]   checks which subscriptions there are; pgb-* is a
//	                          temporary one
//	acked NAME N              checks how many messages were acknowledged
//	container FILE            writes an Avro container that is no alert
//	bucket [...]              a server of the broker's buckets, see bucketForScript
//	truncate FILE PERCENT     leaves so much of a file
//	shared                    sets $SHARED, or skips without the shared data
func TestScripts(t *testing.T) {
	sandboxes := t.TempDir() // their archive is made once
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("testdata", "script"),
		RequireExplicitExec: false,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			for _, pair := range environment(env.WorkDir) {
				name, value, _ := strings.Cut(pair, "=")
				env.Setenv(name, value)
			}
			env.Setenv("PGB_SANDBOX_DIR", sandboxes)
			env.Values[stageKey{}] = &stage{t: env.T().(testing.TB)}
			return nil
		},
		Condition: func(name string) (bool, error) {
			if name == "googlecloud" { // has credentials without a file
				product, _ := os.ReadFile("/sys/class/dmi/id/product_name")
				return strings.Contains(string(product), "Google"), nil
			}
			return false, errors.New("unknown condition")
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits, "sandbox": serveForScript, "broker": brokerForScript, "fault": fault, "subscribe": subscribe,
			"publish": publishFiles, "detach": detach, "subscriptions": checkSubscriptions, "acked": checkAcked, "container": writeContainer, "shared": shared,
			"bucket": bucketForScript, "truncate": truncateFile,
		},
	})
}

type stageKey struct{}

// stage is what a script has beside its files.
type stage struct {
	t      testing.TB
	server *server.Server
	heal   func()
	bucket *buckettest.Server
}

func stageOf(ts *testscript.TestScript) *stage { return ts.Value(stageKey{}).(*stage) }

// broker gives the script's server.
func (s *stage) broker(ts *testscript.TestScript) *server.Server {
	if s.server == nil {
		ts.Fatalf("there is no broker yet")
	}
	return s.server
}

func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	err = ts.Exec(args[1], args[2:]...)
	if failed := new(exec.ExitError); errors.As(err, &failed) {
		got = failed.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("%s ended with %d, not %d", strings.Join(args[1:], " "), got, want)
	}
}

func serveForScript(ts *testscript.TestScript, neg bool, args []string) {
	serve := exec.Command("pgb", append([]string{"sandbox", "serve"}, args...)...)
	serve.Env = append(os.Environ(), environment(ts.Getenv("WORK"))...)
	out, err := serve.StdoutPipe()
	ts.Check(err)
	ts.Check(serve.Start())
	lines := bufio.NewReader(out)
	line, err := lines.ReadString('\n')
	if err != nil {
		ts.Fatalf("pgb sandbox serve ended before it said where: %v", err)
	}
	address, ok := strings.CutPrefix(strings.TrimSpace(line), "export PUBSUB_EMULATOR_HOST=")
	if !ok {
		ts.Fatalf("pgb sandbox serve printed %q", line)
	}
	ts.Setenv("PUBSUB_EMULATOR_HOST", address)
	ts.Defer(func() {
		ts.Check(serve.Process.Signal(syscall.SIGTERM))
		rest, err := io.ReadAll(lines)
		ts.Check(err)
		ts.Check(serve.Wait())
		if len(rest) > 0 {
			ts.Fatalf("pgb sandbox serve printed more: %q", rest)
		}
	})
}

func brokerForScript(ts *testscript.TestScript, neg bool, args []string) {
	s := stageOf(ts)
	srv, end := newBroker(s.t, server.Options{})
	s.server = srv
	ts.Setenv("PUBSUB_EMULATOR_HOST", srv.Addr())
	ts.Defer(end)
}

// faultCodes are the codes of the errors that scripts inject.
var faultCodes = map[string]codes.Code{
	"PermissionDenied": codes.PermissionDenied, "Unauthenticated": codes.Unauthenticated, "NotFound": codes.NotFound,
	"Unavailable": codes.Unavailable, "InvalidArgument": codes.InvalidArgument, "ResourceExhausted": codes.ResourceExhausted,
}

func fault(ts *testscript.TestScript, neg bool, args []string) {
	s := stageOf(ts)
	if s.heal != nil {
		s.heal()
	}
	if len(args) == 1 && args[0] == "off" {
		return
	}
	if len(args) != 3 {
		ts.Fatalf("usage: fault METHOD CODE TEXT")
	}
	code, ok := faultCodes[args[1]]
	if !ok {
		ts.Fatalf("unknown code %s", args[1])
	}
	s.heal = s.broker(ts).Inject(server.Fault{Method: args[0], Err: status.Error(code, args[2])})
}

func subscribe(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: subscribe NAME TOPIC")
	}
	s := stageOf(ts)
	ts.Check(s.broker(ts).CreateSubscription(&pubsubpb.Subscription{
		Name: subscriptionName(args[0]), Topic: topicName(s.t, args[1]),
	}))
}

func publishFiles(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) < 2 {
		ts.Fatalf("usage: publish TOPIC [KEY=VALUE...] FILE...")
	}
	s, attributes := stageOf(ts), map[string]string{}
	for _, arg := range args[1:] {
		if name, value, ok := strings.Cut(arg, "="); ok {
			attributes[name] = value
			continue
		}
		_, err := s.broker(ts).Publish(topicName(s.t, args[0]), server.Message{Data: []byte(ts.ReadFile(arg)), Attributes: attributes})
		ts.Check(err)
	}
}

func detach(ts *testscript.TestScript, neg bool, args []string) {
	ts.Check(stageOf(ts).broker(ts).Detach(subscriptionName(args[0])))
}

func checkSubscriptions(ts *testscript.TestScript, neg bool, args []string) {
	var have []string
	for _, name := range stageOf(ts).broker(ts).Subscriptions() {
		short := name[strings.LastIndexByte(name, '/')+1:]
		if strings.HasPrefix(short, "pgb-") {
			short = "pgb-*"
		}
		have = append(have, short)
	}
	slices.Sort(args)
	slices.Sort(have)
	if slices.Equal(have, args) == neg {
		ts.Fatalf("there are the subscriptions %v", have)
	}
}

func checkAcked(ts *testscript.TestScript, neg bool, args []string) {
	want, err := strconv.ParseInt(args[1], 10, 64)
	ts.Check(err)
	if got := stageOf(ts).broker(ts).Acked(subscriptionName(args[0])); got != want {
		ts.Fatalf("%d messages of %s were acknowledged, not %d", got, args[0], want)
	}
}

func writeContainer(ts *testscript.TestScript, neg bool, args []string) {
	schema, err := avro.ParseSchema([]byte(`{"type":"record","name":"Bird","fields":[{"name":"wings","type":"int"},{"name":"song","type":"string"}]}`))
	ts.Check(err)
	var file bytes.Buffer
	w, err := avro.NewWriter(&file, schema, "deflate", nil)
	ts.Check(err)
	for range 2 {
		ts.Check(w.Append([]byte{4, 6, 'c', 'o', 'o'}))
	}
	ts.Check(w.Close())
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), file.Bytes(), 0o600))
}

func truncateFile(ts *testscript.TestScript, neg bool, args []string) {
	percent, err := strconv.ParseInt(args[1], 10, 64)
	ts.Check(err)
	path := ts.MkAbs(args[0])
	at, err := os.Stat(path)
	ts.Check(err)
	ts.Check(os.Truncate(path, at.Size()*percent/100))
}

func shared(ts *testscript.TestScript, neg bool, args []string) {
	ts.Setenv("SHARED", shareddata.Dir(stageOf(ts).t))
}
