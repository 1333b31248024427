package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	gcp "cloud.google.com/go/pubsub/v2"
	"cloud.google.com/go/pubsub/v2/apiv1/pubsubpb"
	"google.golang.org/api/option"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/mwvgroup/pgb/client/registry"
	"github.com/mwvgroup/pgb/client/sandbox/modules"
	"github.com/mwvgroup/pgb/client/sandbox/server"
	"github.com/mwvgroup/pgb/client/sandbox/sim"
	"github.com/mwvgroup/pgb/client/shareddata"
)

// What whole processes cost: pgb beside what is written in Python today, on the
// same packets. PGB_PYTHON is a Python with fastavro and google-cloud-pubsub;
// without one only pgb is measured.

const decodePackets = 5000

// buildPGB builds the program as it is released.
func buildPGB(b *testing.B) string {
	b.Helper()
	path := filepath.Join(b.TempDir(), "pgb")
	build := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", path, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		b.Fatalf("build: %v\n%s", err, out)
	}
	return path
}

// usage is what a process cost.
type processCost struct {
	cpu, wall time.Duration
	peakMB    float64
	output    string
}

func measure(b *testing.B, env []string, name string, args ...string) processCost {
	b.Helper()
	var out strings.Builder
	cmd := exec.Command(name, args...)
	cmd.Env = append(os.Environ(), env...)
	cmd.Stdout, cmd.Stderr = &out, os.Stderr
	begun := time.Now()
	if err := cmd.Run(); err != nil {
		b.Fatalf("%s %v: %v", name, args, err)
	}
	return processCost{
		cpu: cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), wall: time.Since(begun),
		peakMB: peakMB(cmd.ProcessState), output: strings.TrimSpace(out.String()),
	}
}

// packets reads the packets of the mixed nights.
func packets(b *testing.B) [][]byte {
	b.Helper()
	paths, err := filepath.Glob(filepath.Join(shareddata.Dir(b), "alerts", "ztf", "mixed", "*.avro"))
	if err != nil || len(paths) == 0 {
		b.Fatalf("no packets: %v", err)
	}
	var all [][]byte
	for _, path := range paths {
		content, err := os.ReadFile(path)
		if err != nil {
			b.Fatal(err)
		}
		all = append(all, content)
	}
	return all
}

// BenchmarkProcessVersion says how long the program takes to start.
func BenchmarkProcessVersion(b *testing.B) {
	pgb := buildPGB(b)
	measure(b, nil, pgb, "version")
	var wall time.Duration
	n := 0
	for b.Loop() {
		for range 20 {
			wall += measure(b, nil, pgb, "version").wall
			n++
		}
	}
	b.ReportMetric(float64(wall.Milliseconds())/float64(n), "pgb-ms")
	if python := os.Getenv("PGB_PYTHON"); python != "" {
		theirs := measure(b, nil, python, "-c", "import google.cloud.pubsub_v1")
		b.ReportMetric(float64(theirs.wall.Milliseconds()), "import-pubsub-ms")
	}
}

// BenchmarkProcessDecode reads packets from a folder and writes JSON lines to the
// null device, which costs neither side anything.
func BenchmarkProcessDecode(b *testing.B) {
	pgb, all := buildPGB(b), packets(b)
	folder := filepath.Join(b.TempDir(), "night")
	if err := os.Mkdir(folder, 0o755); err != nil {
		b.Fatal(err)
	}
	for i := range decodePackets {
		if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("%05d.avro", i)), all[i%len(all)], 0o644); err != nil {
			b.Fatal(err)
		}
	}
	var ours processCost
	for b.Loop() {
		ours = measure(b, nil, pgb, "decode", folder, "-f", "jsonl", "--full", "--keep-duplicates", "-q", "-o", os.DevNull)
	}
	perPacket := float64(ours.cpu.Microseconds()) / decodePackets
	b.ReportMetric(perPacket, "pgb-cpu-us/packet")
	b.ReportMetric(ours.peakMB, "pgb-peak-MB")
	if python := os.Getenv("PGB_PYTHON"); python != "" {
		theirs := measure(b, nil, python, "testdata/baseline/decode.py", folder, os.DevNull)
		b.ReportMetric(float64(theirs.cpu.Microseconds())/decodePackets, "python-cpu-us/packet")
		b.ReportMetric(theirs.cpu.Seconds()/ours.cpu.Seconds(), "times-less-cpu")
	}
}

// streamMessages are read in one run of the stream benchmark.
const streamMessages = 20000

// BenchmarkProcessStream reads alerts over loopback gRPC from a server in this
// process, 20 messages a response; only the client process is counted. ZTF
// alerts are 71 kB containers, SuperNNova's messages 200 kB of JSON.
func BenchmarkProcessStream(b *testing.B) {
	pgb, ztf := buildPGB(b), packets(b)
	supernnova := [][]byte{longVerdict(b)}
	for _, c := range []struct {
		name, topic string
		bodies      [][]byte
		args        []string
	}{
		{"ztf-alerts/full", "ztf-alerts", ztf, []string{"--full"}},
		{"ztf-alerts/rows", "ztf-alerts", ztf, nil},
		{"lsst-supernnova/full", "lsst-supernnova", supernnova, []string{"--full"}},
		{"lsst-supernnova/rows", "lsst-supernnova", supernnova, nil},
	} {
		b.Run(c.name, func(b *testing.B) {
			topic, err := registry.Default().Topic(c.topic)
			if err != nil {
				b.Fatal(err)
			}
			var ours processCost
			for b.Loop() {
				srv := serveAlerts(b, topic.FullName(), c.bodies, streamMessages)
				args := append([]string{"stream", "--topic", c.topic, "--project", "bench", "-n", strconv.Itoa(streamMessages),
					"--keep-duplicates", "-q", "-f", "jsonl", "-o", os.DevNull}, c.args...)
				ours = measure(b, []string{"PUBSUB_EMULATOR_HOST=" + srv.Addr()}, pgb, args...)
				srv.Close()
			}
			perAlert := float64(ours.cpu.Microseconds()) / streamMessages
			b.ReportMetric(perAlert, "pgb-cpu-us/alert")
			b.ReportMetric(streamMessages/ours.wall.Seconds(), "pgb-alerts/s")
			b.ReportMetric(ours.peakMB, "pgb-peak-MB")
			b.ReportMetric(receiveOnly(b, topic.FullName(), c.bodies), "receive-only-cpu-us/alert")
			if c.name == "ztf-alerts/full" {
				reportPython(b, topic.FullName(), c.bodies, perAlert)
			}
		})
	}
}

// longVerdict makes a message of SuperNNova on an alert with a long history,
// 200 kB, from one of the sandbox.
func longVerdict(b *testing.B) []byte {
	b.Helper()
	sky, err := sim.New(1, sim.Options{Surveys: []string{sim.SurveyLSST}, NoCutouts: true})
	if err != nil {
		b.Fatal(err)
	}
	for {
		event, err := sky.Next()
		if err != nil {
			b.Fatal(err)
		}
		outputs, err := modules.Expand(event, "lsst-supernnova")
		if err != nil {
			b.Fatal(err)
		}
		var payload map[string]map[string]any
		decoder := json.NewDecoder(bytes.NewReader(outputs[0].Data))
		decoder.UseNumber()
		if err := decoder.Decode(&payload); err != nil {
			b.Fatal(err)
		}
		forced, _ := payload["alert_lite"]["prvDiaForcedSources"].([]any)
		if len(forced) == 0 || len(outputs[0].Data) > 100_000 {
			continue
		}
		for len(outputs[0].Data) < 200_000 {
			forced = append(forced, forced[0])
			payload["alert_lite"]["prvDiaForcedSources"] = forced
			if outputs[0].Data, err = json.Marshal(payload); err != nil {
				b.Fatal(err)
			}
		}
		return outputs[0].Data
	}
}

// reportPython measures the streaming pull that is written in Python today.
func reportPython(b *testing.B, topic string, bodies [][]byte, ours float64) {
	python := os.Getenv("PGB_PYTHON")
	if python == "" {
		return
	}
	const n = 2000
	srv := serveAlerts(b, topic, bodies, n)
	defer srv.Close()
	theirs := measure(b, []string{"PUBSUB_EMULATOR_HOST=" + srv.Addr()}, python, "testdata/baseline/stream.py", "bench", topic, strconv.Itoa(n), os.DevNull)
	seconds, err := strconv.ParseFloat(theirs.output, 64)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(seconds*1e6, "python-cpu-us/alert")
	b.ReportMetric(seconds*1e6/ours, "times-less-cpu")
}

// backlogMessages wait when the backlog benchmark begins: 7.1 GB.
const backlogMessages = 100000

// BenchmarkProcessBacklog says how much memory the program takes with a great
// backlog and a reader that takes 20 MB/s.
func BenchmarkProcessBacklog(b *testing.B) {
	pgb, all := buildPGB(b), packets(b)
	topic, err := registry.Default().Topic("ztf-alerts")
	if err != nil {
		b.Fatal(err)
	}
	var peak float64
	for b.Loop() {
		srv := serveAlerts(b, topic.FullName(), all, backlogMessages)
		cmd := exec.Command(pgb, "stream", "--topic", "ztf-alerts", "--project", "bench", "--for", "10s", "-q", "-f", "jsonl", "--full", "--cutouts")
		cmd.Env = append(os.Environ(), "PUBSUB_EMULATOR_HOST="+srv.Addr())
		cmd.Stderr = os.Stderr
		out, err := cmd.StdoutPipe()
		if err != nil {
			b.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			b.Fatal(err)
		}
		slow := time.NewTicker(50 * time.Millisecond)
		for err == nil {
			<-slow.C
			_, err = io.CopyN(io.Discard, out, 1<<20)
		}
		slow.Stop()
		if err := cmd.Wait(); err != nil {
			b.Fatal(err)
		}
		peak = peakMB(cmd.ProcessState)
		srv.Close()
	}
	b.ReportMetric(peak, "pgb-peak-MB")
}

// serveAlerts starts a server that publishes n alerts once somebody has
// subscribed.
func serveAlerts(b *testing.B, topic string, all [][]byte, n int) *server.Server {
	b.Helper()
	srv := server.New(server.Options{BatchMessages: 20, BatchBytes: 8 << 20, SubscriptionBytes: 16 << 30, TotalBytes: 16 << 30})
	if err := srv.CreateTopic(topic); err != nil {
		b.Fatal(err)
	}
	if err := srv.Listen("127.0.0.1:0"); err != nil {
		b.Fatal(err)
	}
	go func() {
		if err := srv.Wait(context.Background(), func() bool { return len(srv.Subscriptions()) > 0 }); err != nil {
			return
		}
		for i := 0; i < n; i += 100 {
			batch := make([]server.Message, 0, 100)
			for j := i; j < min(i+100, n); j++ {
				batch = append(batch, server.Message{Data: all[j%len(all)], Attributes: map[string]string{"candid": strconv.Itoa(j)}})
			}
			if _, err := srv.Publish(topic, batch...); err != nil {
				return
			}
		}
	}()
	return srv
}

// receiveOnly measures the Go library's Receive without any decoding, in a
// process of its own, in CPU microseconds a message.
func receiveOnly(b *testing.B, topic string, all [][]byte) float64 {
	b.Helper()
	srv := serveAlerts(b, topic, all, streamMessages)
	defer srv.Close()
	self, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	cost := measure(b, []string{"PGB_BENCH_RECEIVE=" + topic, "PUBSUB_EMULATOR_HOST=" + srv.Addr()}, self)
	return float64(cost.cpu.Microseconds()) / streamMessages
}

// receiveEnv makes the test binary the process that receiveOnly measures.
const receiveEnv = "PGB_BENCH_RECEIVE"

// benchReceive is the process that receiveOnly measures.
func benchReceive(topic string) error {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	client, err := gcp.NewClient(ctx, "bench", option.WithoutAuthentication(), option.WithGRPCDialOption(grpc.WithTransportCredentials(insecure.NewCredentials())))
	if err != nil {
		return err
	}
	defer client.Close()
	const name = "projects/bench/subscriptions/receive"
	if _, err := client.SubscriptionAdminClient.CreateSubscription(ctx, &pubsubpb.Subscription{Name: name, Topic: topic}); err != nil {
		return err
	}
	subscriber := client.Subscriber(name)
	subscriber.ReceiveSettings.NumGoroutines = 1
	subscriber.ReceiveSettings.MaxOutstandingMessages = 10000
	seen := make(chan struct{}, streamMessages)
	go func() {
		for range streamMessages {
			<-seen
		}
		cancel()
	}()
	return subscriber.Receive(ctx, func(_ context.Context, m *gcp.Message) {
		m.Ack()
		seen <- struct{}{}
	})
}

// peakMB is the most memory that a process had resident.
func peakMB(state *os.ProcessState) float64 {
	if runtime.GOOS != "linux" {
		return 0
	}
	return maxRSS(state) / 1024
}
