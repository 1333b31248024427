//go:build unix

package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/mwvgroup/pgb/client/sandbox/server"
)

// TestEndings ends the program in every way that is no failure while messages
// come, and looks at the server's books.
func TestEndings(t *testing.T) {
	const published = 400
	for _, c := range []struct {
		name   string
		args   []string
		end    os.Signal // sent when all are done
		want   int       // written; -1 for some
		reason string
	}{
		{"limit", []string{"-n", "120"}, nil, 120, "limit reached"},
		{"time", []string{"--for", "1s"}, nil, published, "time is over"},
		{"idle", []string{"--idle", "500ms"}, nil, published, "no message for too long"},
		{"bytes", []string{"--max-bytes", "500kB"}, nil, -1, "byte limit reached"},
		{"first Ctrl-C", nil, interrupt, published, "stopped"},
		{"SIGTERM", nil, syscall.SIGTERM, published, "stopped"},
		{"the terminal's end", nil, syscall.SIGHUP, published, "stopped"},
	} {
		t.Run(c.name, func(t *testing.T) {
			skipIgnored(t, c.end)
			srv := broker(t, server.Options{})
			subscribeNight(t, srv, alerts, published)
			out := outputFile(t)
			books := keepLedger(t, srv, out.Name(), nil)
			p := start(t, srv, out, streamIDs(c.args...)...)
			if c.end != nil {
				await(t, srv, "all to be acknowledged", func() bool { return srv.Acked(night) == published })
				p.signal(c.end)
			}
			p.ends(exitDone)
			written := books.check(t, srv, published)
			if c.want >= 0 && written != c.want || written == 0 || c.want < 0 && written == published {
				t.Errorf("%d messages were written, not %d", written, c.want)
			}
			if !strings.HasSuffix(strings.TrimSpace(p.errs.String()), ": "+c.reason) {
				t.Errorf("the summary does not say %q:\n%s", c.reason, p.errs)
			}
		})
	}
}

// skipIgnored skips where whoever runs the tests has a signal ignored, as nohup(1)
// has: programs that they run ignore it too.
func skipIgnored(t *testing.T, s os.Signal) {
	t.Helper()
	if s != nil && signal.Ignored(s) {
		t.Skipf("%v is ignored here", s)
	}
}

// TestAQuietStreamNotesThatNobodyReads closes the pipe that a stream writes to
// while it has nothing to write.
func TestAQuietStreamNotesThatNobodyReads(t *testing.T) {
	srv := broker(t, server.Options{})
	read, write := pipe(t)
	p := start(t, srv, write, "stream", "--topic", alerts)
	_ = write.Close()
	await(t, srv, "a subscription", func() bool { return len(srv.Subscriptions()) > 0 })
	if err := read.Close(); err != nil {
		t.Fatal(err)
	}
	p.ends(exitDone)
	if left := srv.Subscriptions(); len(left) > 0 {
		t.Errorf("subscriptions are left: %v", left)
	}
}

// TestCtrlCInTheMiddleDrains interrupts a run whose output is read slowly: what
// was passed is still written, the rest is given back.
func TestCtrlCInTheMiddleDrains(t *testing.T) {
	const published = 3000
	srv := broker(t, server.Options{})
	subscribeNight(t, srv, alerts, published)
	read, write := pipe(t)
	p := start(t, srv, write, append(streamIDs(), "--full")...)
	_ = write.Close()
	in := bufio.NewReader(read)
	if _, err := in.ReadString('\n'); err != nil {
		t.Fatalf("%v: %s", err, p.describe())
	}
	p.signal(interrupt)
	rest, err := io.ReadAll(in)
	if err != nil {
		t.Fatal(err)
	}
	p.ends(exitDone)
	if len(rest) > 0 && rest[len(rest)-1] != '\n' {
		t.Error("the last line is torn")
	}
	written := 1 + bytes.Count(rest, []byte("\n"))
	if got := srv.Acked(night); got != int64(written) {
		t.Errorf("%d messages were written, %d acknowledged: %s", written, got, p.describe())
	}
	if written == published {
		t.Error("the run did not end in the middle")
	}
	checkReturned(t, srv, published-written)
}

// TestSecondCtrlCEndsAtOnce interrupts a run twice whose output nobody reads.
func TestSecondCtrlCEndsAtOnce(t *testing.T) {
	const published = 400
	srv := broker(t, server.Options{})
	subscribeNight(t, srv, alerts, published)
	read, write := pipe(t)
	p := start(t, srv, write, append(streamIDs(), "--full")...)
	_ = write.Close()
	if _, err := bufio.NewReader(read).ReadString('\n'); err != nil {
		t.Fatalf("%v: %s", err, p.describe())
	}
	// Signals that come too close are one for the kernel: they go on.
	again := time.NewTicker(50 * time.Millisecond)
	defer again.Stop()
	late := time.After(patience)
	p.signal(interrupt)
	for ended := false; !ended; {
		select {
		case <-again.C:
			_ = p.Process.Signal(interrupt)
		case <-p.done:
			ended = true
		case <-late:
			t.Fatalf("two Ctrl-C do not end it: %s", p.describe())
		}
	}
	p.ends(exitInterrupted)
	if !strings.Contains(p.errs.String(), "pgb: stopped at once: what was not written will be delivered again\n") {
		t.Errorf("it does not say so:\n%s", p.errs)
	}
	if got := srv.Acked(night); got == published {
		t.Error("everything was acknowledged, and most of it not written")
	}
}

// TestSignalsTogetherAreOne is timeout(1), which signals the process and then its
// group: the rest is still written.
func TestSignalsTogetherAreOne(t *testing.T) {
	for _, sent := range []os.Signal{interrupt, syscall.SIGTERM} {
		const published = 400
		srv := broker(t, server.Options{})
		subscribeNight(t, srv, alerts, published)
		read, write := pipe(t)
		p := start(t, srv, write, append(streamIDs(), "--full")...)
		_ = write.Close()
		in := bufio.NewReader(read)
		if _, err := in.ReadString('\n'); err != nil {
			t.Fatalf("%v: %s", err, p.describe())
		}
		for range 3 {
			p.signal(sent)
			p.signal(syscall.SIGTERM)
		}
		rest, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		p.ends(exitDone)
		if written := 1 + bytes.Count(rest, []byte("\n")); srv.Acked(night) != int64(written) {
			t.Errorf("%v: %d messages were written, %d acknowledged: %s", sent, written, srv.Acked(night), p.describe())
		}
	}
}

// TestCtrlCEndsTheWaitForABroker stops what waits for a broker that never answers.
func TestCtrlCEndsTheWaitForABroker(t *testing.T) {
	for _, args := range [][]string{{"stream", "--topic", "ztf-loop", "--project", "p"}, {"subscriptions", "--project", "p"}} {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		cmd := exec.CommandContext(ctx, "pgb", args...)
		cmd.Env = append(append(os.Environ(), environment(t.TempDir())...), "PUBSUB_EMULATOR_HOST=127.0.0.1:9")
		errs := newLines()
		cmd.Stderr = errs
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		errs.await(t, "connecting to ")
		_ = cmd.Process.Signal(interrupt)
		begun := time.Now()
		_ = cmd.Wait()
		cancel()
		if code := cmd.ProcessState.ExitCode(); code != exitInterrupted || time.Since(begun) > 10*time.Second {
			t.Errorf("%v: exit code %d after %v", args, code, time.Since(begun))
		}
		waiting, ended, _ := strings.Cut(errs.String(), "\n")
		if !strings.Contains(waiting, "127.0.0.1:9") || ended != "pgb: stopped before it was done\n" {
			t.Errorf("%v: it says %q", args, errs)
		}
	}
}

// TestClosedPipeEndsQuietly is pgb stream ... | head -3.
func TestClosedPipeEndsQuietly(t *testing.T) {
	const published = 400
	srv := broker(t, server.Options{})
	subscribeNight(t, srv, alerts, published)
	read, write := pipe(t)
	p := start(t, srv, write, append(streamIDs("-q"), "--full")...)
	_ = write.Close()
	in := bufio.NewReader(read)
	for range 3 {
		if _, err := in.ReadString('\n'); err != nil {
			t.Fatalf("%v: %s", err, p.describe())
		}
	}
	_ = read.Close()
	p.ends(exitDone)
	if p.errs.String() != "" {
		t.Errorf("it is not quiet:\n%s", p.errs)
	}
	acked := int(srv.Acked(night))
	if acked > published/2 {
		t.Errorf("%d messages were acknowledged, and few of them written", acked)
	}
	checkReturned(t, srv, published-acked)
}

// TestFullDiskAcknowledgesNothing writes to a device that is full, by name and
// as standard output.
func TestFullDiskAcknowledgesNothing(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("no /dev/full here")
	}
	const published = 50
	for _, format := range []string{"jsonl", "csv"} {
		for _, named := range []bool{true, false} {
			srv := broker(t, server.Options{})
			subscribeNight(t, srv, alerts, published)
			full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
			if err != nil {
				t.Fatal(err)
			}
			args := []string{"stream", "--topic", alerts, "--subscription", "night", "-f", format}
			if named {
				args = append(args, "-o", "/dev/full")
			}
			p := start(t, srv, full, args...)
			p.ends(exitFailed)
			_ = full.Close()
			if !strings.Contains(p.errs.String(), "no space left on device\nhint: ") {
				t.Errorf("it does not say why:\n%s", p.errs)
			}
			if got := srv.Acked(night); got != 0 {
				t.Errorf("%s: %d messages were acknowledged and none was written", format, got)
			}
			checkReturned(t, srv, published)
		}
	}
}

// TestTemporarySubscriptionsAreDeleted ends runs with subscriptions of their
// own.
func TestTemporarySubscriptionsAreDeleted(t *testing.T) {
	t.Run("done", func(t *testing.T) {
		srv := broker(t, server.Options{})
		p := start(t, srv, outputFile(t), "stream", "--topic", "classifications", "-n", "20", "--keep-duplicates")
		await(t, srv, "five subscriptions", func() bool { return len(srv.Subscriptions()) == 5 })
		publish(t, srv, alerts, 30)
		p.ends(exitDone)
		if left := srv.Subscriptions(); len(left) > 0 {
			t.Errorf("left behind: %v", left)
		}
	})
	t.Run("interrupted", func(t *testing.T) {
		srv := broker(t, server.Options{})
		p := start(t, srv, outputFile(t), "stream", "--topic", alerts)
		await(t, srv, "a stream", func() bool { return streams(srv) > 0 })
		p.signal(interrupt)
		p.ends(exitDone)
		if left := srv.Subscriptions(); len(left) > 0 {
			t.Errorf("left behind: %v", left)
		}
	})
	t.Run("output fails", func(t *testing.T) {
		if runtime.GOOS != "linux" {
			t.Skip("no /dev/full here")
		}
		srv := broker(t, server.Options{})
		p := start(t, srv, outputFile(t), "stream", "--topic", alerts, "-o", "/dev/full", "-f", "jsonl")
		await(t, srv, "a stream", func() bool { return streams(srv) > 0 })
		publish(t, srv, alerts, 3)
		p.ends(exitFailed)
		if left := srv.Subscriptions(); len(left) > 0 {
			t.Errorf("left behind: %v", left)
		}
	})
	t.Run("killed", func(t *testing.T) {
		srv := broker(t, server.Options{})
		p := start(t, srv, outputFile(t), "stream", "--topic", alerts)
		await(t, srv, "a stream", func() bool { return streams(srv) > 0 })
		p.signal(syscall.SIGKILL)
		<-p.done
		left := srv.Subscriptions()
		if len(left) != 1 {
			t.Fatalf("left behind: %v", left)
		}
		out := outputFile(t)
		list := start(t, srv, out, "subscriptions")
		list.ends(exitDone)
		text, err := os.ReadFile(out.Name())
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(text), " left over ") {
			t.Errorf("pgb subscriptions does not show what is left over:\n%s", text)
		}
		start(t, srv, outputFile(t), "subscriptions", "delete", "--leftovers").ends(exitDone)
		if left := srv.Subscriptions(); len(left) > 0 {
			t.Errorf("still there: %v", left)
		}
	})
}

// streams counts the open streams of all subscriptions.
func streams(srv *server.Server) (n int) {
	for _, name := range srv.Subscriptions() {
		if state, ok := srv.Subscription(name); ok {
			n += state.Streams
		}
	}
	return n
}

// TestNothingIsLostByKill kills a run in the middle and resumes it.
func TestNothingIsLostByKill(t *testing.T) {
	const published = 3000
	srv := broker(t, server.Options{ReturnBroken: true})
	ids := subscribeNight(t, srv, alerts, published)
	folder := t.TempDir()
	first, second := filepath.Join(folder, "first.jsonl"), filepath.Join(folder, "second.jsonl")
	var killed *process
	ready := make(chan struct{})
	books := keepLedger(t, srv, first, func(acked int) {
		if <-ready; acked == 100 {
			_ = killed.Process.Kill()
		}
	})
	killed = start(t, srv, outputFile(t), streamIDs("-o", first)...)
	close(ready)
	<-killed.done
	await(t, srv, "the connection's end", func() bool { return streams(srv) == 0 })
	srv.Watch(nil)
	if len(books.early) > 0 {
		t.Errorf("%d messages were acknowledged before they were written", len(books.early))
	}
	if srv.Acked(night) == published {
		t.Fatal("the run was not killed in the middle")
	}
	start(t, srv, outputFile(t), streamIDs("-o", second, "--idle", "1s")...).ends(exitDone)
	var all []byte
	for _, path := range []string{first, second} {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, content...)
	}
	lost := 0
	for _, id := range ids {
		if !bytes.Contains(all, []byte(`"`+id+`"`)) {
			lost++
		}
	}
	if lost > 0 {
		t.Errorf("%d of %d messages are in neither file", lost, published)
	}
	if got := srv.Acked(night); got != published {
		t.Errorf("%d of %d messages were acknowledged in the end", got, published)
	}
}

// TestBrokenConnectionIsSaidOnce takes the server away for a while.
func TestBrokenConnectionIsSaidOnce(t *testing.T) {
	srv := broker(t, server.Options{})
	subscribeNight(t, srv, alerts, 50)
	out := outputFile(t)
	books := keepLedger(t, srv, out.Name(), nil)
	p := start(t, srv, out, streamIDs("-n", "100")...)
	await(t, srv, "the first half", func() bool { return srv.Acked(night) == 50 })
	end := srv.Outage()
	p.errs.await(t, "the connection is lost")
	publish(t, srv, alerts, 50)
	end()
	p.ends(exitDone)
	for _, once := range []string{"the connection is lost", "the connection is back"} {
		if n := strings.Count(p.errs.String(), once); n != 1 {
			t.Errorf("%q is said %d times:\n%s", once, n, p.errs)
		}
	}
	if written := books.check(t, srv, 100); written != 100 {
		t.Errorf("%d messages were written", written)
	}
}

// backlog is large beside what a reader may hold of it.
const backlog = 20_000

// TestSlowReaderHoldsLittle lets a reader wait before a backlog of 1.4 GB. Under
// the race detector memory counts several times.
func TestSlowReaderHoldsLittle(t *testing.T) {
	if testing.Short() {
		t.Skip("a large backlog")
	}
	srv := broker(t, server.Options{SubscriptionBytes: 8 << 30, TotalBytes: 8 << 30})
	subscribeNight(t, srv, "ztf-alerts", backlog)
	read, write := pipe(t)
	p := start(t, srv, write, "stream", "--topic", "ztf-alerts", "--subscription", "night", "--keep-duplicates", "-f", "jsonl", "--full")
	_ = write.Close()
	in := bufio.NewReader(read)
	if _, err := in.ReadString('\n'); err != nil {
		t.Fatalf("%v: %s", err, p.describe())
	}
	// Not read any more: fetching ends when what is out has reached its bound.
	delivered := int64(-1)
	await(t, srv, "a standstill", func() bool {
		state, _ := srv.Subscription(night)
		return state.Outstanding > 300
	})
	for quiet := 0; quiet < 5; { // the server changes no more
		state, _ := srv.Subscription(night)
		if quiet++; state.Delivered != delivered {
			delivered, quiet = state.Delivered, 0
		}
		<-time.After(20 * time.Millisecond)
	}
	peak, told := heldMB(p.Process.Pid)
	p.signal(interrupt)
	if _, err := io.Copy(io.Discard, in); err != nil {
		t.Fatal(err)
	}
	p.ends(exitDone)
	bound := 200.0
	if raceEnabled {
		bound = 800
	}
	if !told {
		peak = peakMB(p.ProcessState)
	}
	t.Logf("%.0f MB at most", peak)
	if peak > bound {
		t.Errorf("the reader held %.0f MB", peak)
	}
	if state, _ := srv.Subscription(night); state.Outstanding != 0 {
		t.Errorf("%d messages are neither acknowledged nor given back", state.Outstanding)
	}
}

// A list that somebody still types does not keep Ctrl-C from ending the command.
func TestCtrlCEndsTheWaitForAList(t *testing.T) {
	cmd := exec.Command("pgb", "lookup", "--ids-from", "-", "--sandbox")
	cmd.Dir = t.TempDir()
	cmd.Env = append(os.Environ(), environment(cmd.Dir)...)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	var said bytes.Buffer
	cmd.Stderr = &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	// What is taken from the pipe has been read by the command: it listens.
	if _, err := in.Write(bytes.Repeat([]byte("# a comment\n"), 20_000)); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	err = cmd.Wait()
	if code := cmd.ProcessState.ExitCode(); code != exitInterrupted {
		t.Errorf("ended with %d (%v): %s", code, err, said.String())
	}
}
