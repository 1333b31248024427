//go:build unix

package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"cloud.google.com/go/pubsub/v2/apiv1/pubsubpb"

	"github.com/mwvgroup/pgb/client/sandbox/modules"
	"github.com/mwvgroup/pgb/client/sandbox/server"
	"github.com/mwvgroup/pgb/client/sandbox/sim"
)

// night is the durable subscription of the tests, and alerts its topic.
const (
	night  = "projects/" + project + "/subscriptions/night"
	alerts = "ztf-SuperNNova"
)

// broker starts a server for a test.
func broker(t *testing.T, o server.Options) *server.Server {
	t.Helper()
	srv, end := newBroker(t, o)
	t.Cleanup(end)
	return srv
}

// simulated makes a message of the sandbox for a topic.
func simulated(t *testing.T, topic string) server.Message {
	t.Helper()
	sky, err := sim.New(1, sim.Options{Surveys: []string{sim.SurveyZTF}})
	if err != nil {
		t.Fatal(err)
	}
	event, err := sky.Next()
	if err != nil {
		t.Fatal(err)
	}
	made, err := modules.Expand(event, topic)
	if err != nil || len(made) == 0 {
		t.Fatalf("no message for %s: %v", topic, err)
	}
	return server.Message{Data: made[0].Data, Attributes: maps.Clone(made[0].Attributes)}
}

// subscribeNight makes the durable subscription with n messages waiting in it.
func subscribeNight(t *testing.T, srv *server.Server, topic string, n int) (ids []string) {
	t.Helper()
	err := srv.CreateSubscription(&pubsubpb.Subscription{Name: night, Topic: topicName(t, topic), AckDeadlineSeconds: 60})
	if err != nil {
		t.Fatal(err)
	}
	return publish(t, srv, topic, n)
}

// publish publishes one message n times; --keep-duplicates reads them all.
func publish(t *testing.T, srv *server.Server, topic string, n int) (ids []string) {
	t.Helper()
	message := simulated(t, topic)
	for range n {
		got, err := srv.Publish(topicName(t, topic), message)
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, got...)
	}
	return ids
}

// process is a run of pgb.
type process struct {
	*exec.Cmd
	t    *testing.T
	errs *lines
	done chan struct{} // closed when it has ended
	code int
}

// start runs pgb on a server.
func start(t *testing.T, srv *server.Server, stdout *os.File, args ...string) *process {
	t.Helper()
	p := &process{Cmd: command(t, srv, args...), t: t, errs: newLines(), done: make(chan struct{})}
	p.Stdout, p.Stderr = stdout, p.errs
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		err := p.Cmd.Wait()
		if failed := new(exec.ExitError); errors.As(err, &failed) {
			p.code = failed.ExitCode()
		}
		close(p.done)
	}()
	t.Cleanup(func() {
		_ = p.Process.Kill()
		<-p.done
	})
	return p
}

// signal sends a signal.
func (p *process) signal(s os.Signal) {
	p.t.Helper()
	if err := p.Process.Signal(s); err != nil {
		p.t.Fatal(err)
	}
}

// ends waits for the end and checks the exit code.
func (p *process) ends(code int) {
	p.t.Helper()
	select {
	case <-p.done:
	case <-time.After(patience):
		p.t.Fatalf("pgb %s has not ended:\n%s", strings.Join(p.Args[1:], " "), p.errs)
	}
	if p.code != code {
		p.t.Errorf("pgb %s ended with %d, not %d:\n%s", strings.Join(p.Args[1:], " "), p.code, code, p.errs)
	}
}

// lines is standard error as it comes.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
	news chan struct{}
}

func newLines() *lines { return &lines{news: make(chan struct{}, 1)} }

// Write takes what is printed.
func (l *lines) Write(text []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	select {
	case l.news <- struct{}{}:
	default:
	}
	return l.text.Write(text)
}

// String gives what was printed so far.
func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// await waits until a text was printed.
func (l *lines) await(t *testing.T, text string) {
	t.Helper()
	late := time.After(patience)
	for !strings.Contains(l.String(), text) {
		select {
		case <-l.news:
		case <-late:
			t.Fatalf("waited for %q:\n%s", text, l)
		}
	}
}

// ledger compares what the server is told is done with what stands in a file.
type ledger struct {
	path string

	mu      sync.Mutex
	written []byte // as read so far
	file    *os.File
	acked   []string
	early   []string // acknowledged before they were written
}

// keepLedger watches a server. f, where given, is called after each ack, while
// the server stands still.
func keepLedger(t *testing.T, srv *server.Server, path string, f func(acked int)) *ledger {
	t.Helper()
	l := &ledger{path: path}
	srv.Watch(func(e server.Event) {
		if e.Kind != server.Acked {
			return
		}
		l.mu.Lock()
		l.acked = append(l.acked, e.MessageID)
		if !l.isWritten(e.MessageID) {
			l.early = append(l.early, e.MessageID)
		}
		n := len(l.acked)
		l.mu.Unlock()
		if f != nil {
			f(n)
		}
	})
	t.Cleanup(func() {
		srv.Watch(nil)
		if l.file != nil {
			_ = l.file.Close()
		}
	})
	return l
}

// isWritten says whether a message stands in the file.
func (l *ledger) isWritten(id string) bool {
	if bytes.Contains(l.written, []byte(id)) {
		return true
	}
	if l.file == nil {
		file, err := os.Open(l.path)
		if err != nil {
			return false
		}
		l.file = file
	}
	more, _ := io.ReadAll(l.file)
	l.written = append(l.written, more...)
	return bytes.Contains(l.written, []byte(id))
}

// check holds the rule: nothing is done before it is written, everything that is
// written is done, and nothing is still out.
func (l *ledger) check(t *testing.T, srv *server.Server, published int) (written int) {
	t.Helper()
	content, err := os.ReadFile(l.path)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	written = bytes.Count(content, []byte("\n"))
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.early) > 0 {
		t.Errorf("%d messages were acknowledged before they were written", len(l.early))
	}
	if len(l.acked) != written {
		t.Errorf("%d messages were written, %d acknowledged", written, len(l.acked))
	}
	checkReturned(t, srv, published-written)
	return written
}

// checkReturned checks that so many messages wait to be delivered again, now.
func checkReturned(t *testing.T, srv *server.Server, want int) {
	t.Helper()
	state, ok := srv.Subscription(night)
	if !ok {
		t.Fatal("the durable subscription is gone")
	}
	if state.Outstanding != 0 {
		t.Errorf("%d messages are neither acknowledged nor given back", state.Outstanding)
	}
	if state.Backlog != want {
		t.Errorf("%d messages wait, not %d", state.Backlog, want)
	}
	if got := srv.Subscriptions(); len(got) != 1 {
		t.Errorf("subscriptions are left: %v", got)
	}
}

// outputFile makes a file that is standard output.
func outputFile(t *testing.T) *os.File {
	t.Helper()
	file, err := os.Create(filepath.Join(t.TempDir(), "stdout"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = file.Close() })
	return file
}

// pipe makes a pipe whose writing end is standard output.
func pipe(t *testing.T) (read, write *os.File) {
	t.Helper()
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = read.Close()
		_ = write.Close()
	})
	return read, write
}

// streamIDs are the arguments of a stream that prints the ids of all messages.
func streamIDs(more ...string) []string {
	return append([]string{"stream", "--topic", alerts, "--subscription", "night", "--keep-duplicates", "-f", "jsonl", "--fields", "message_id"}, more...)
}

// describe tells where a process stands, for failures.
func (p *process) describe() string { return fmt.Sprintf("%v:\n%s", p.Args[1:], p.errs) }

// interrupt is Ctrl-C.
const interrupt = syscall.SIGINT
