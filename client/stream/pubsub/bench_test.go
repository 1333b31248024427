//go:build unix

package pubsub_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	library "cloud.google.com/go/pubsub/v2"
	"cloud.google.com/go/pubsub/v2/apiv1/pubsubpb"
	"google.golang.org/api/option"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/registry"
	"github.com/mwvgroup/pgb/client/sandbox/server"
	"github.com/mwvgroup/pgb/client/stream"
	"github.com/mwvgroup/pgb/client/stream/pubsub"
)

// packetBytes is the mean size of a ZTF alert.
const packetBytes = 71_200

// serveEnv makes the test binary a server of so many messages instead, so that
// the server's time is not taken for the client's.
const serveEnv = "PGB_BENCH_SOURCE"

func init() {
	if n, err := strconv.Atoi(os.Getenv(serveEnv)); err == nil {
		serve(n)
		os.Exit(0)
	}
}

// serve publishes, prints its address, and waits for its standard input to end.
func serve(n int) {
	attributes := map[string]string{}
	for i := range 10 {
		attributes[fmt.Sprintf("attribute.%d", i)] = "1704174284215015008"
	}
	var bodies [50][]byte
	for i := range bodies {
		bodies[i] = make([]byte, packetBytes)
		bodies[i][0] = byte(i)
	}
	srv := server.New(server.Options{SubscriptionBytes: 1 << 50, TotalBytes: 1 << 50, BatchMessages: 20, BatchBytes: 2_000_000})
	err := errors.Join(srv.Listen("127.0.0.1:0"), srv.CreateTopic(alerts.FullName()),
		srv.CreateSubscription(&pubsubpb.Subscription{Name: night, Topic: alerts.FullName()}))
	for i := range n {
		_, failed := srv.Publish(alerts.FullName(), server.Message{Data: bodies[i%len(bodies)], Attributes: attributes})
		err = errors.Join(err, failed)
	}
	if err != nil {
		panic(err)
	}
	fmt.Println(srv.Addr())
	_, _ = io.Copy(io.Discard, os.Stdin)
}

// elsewhere starts a server of n messages in another process.
func elsewhere(b *testing.B, n int) (addr string) {
	b.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), serveEnv+"="+strconv.Itoa(n))
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		_ = stdin.Close()
		_ = cmd.Wait()
	})
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		b.Fatal(err)
	}
	return strings.TrimSpace(line)
}

func cpu() time.Duration {
	var use syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &use)
	return time.Duration(use.Utime.Nano() + use.Stime.Nano())
}

// measure reports the CPU time of this process for each message.
func measure(b *testing.B, read func(addr string)) {
	addr := elsewhere(b, b.N)
	runtime.GC()
	before := cpu()
	b.ResetTimer()
	read(addr)
	b.StopTimer()
	b.ReportMetric(float64((cpu()-before).Microseconds())/float64(b.N), "cpu-µs/msg")
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "msg/s")
}

// BenchmarkReceive is the baseline: the library's own Receive, and nothing done
// with the messages.
func BenchmarkReceive(b *testing.B) {
	for _, streams := range []int{1, 2} {
		b.Run(fmt.Sprint("streams=", streams), func(b *testing.B) {
			measure(b, func(addr string) { receive(b, addr, streams) })
		})
	}
}

func receive(b *testing.B, addr string, streams int) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	client, err := library.NewClient(ctx, project, option.WithEndpoint(addr), option.WithoutAuthentication(),
		option.WithGRPCDialOption(grpc.WithTransportCredentials(insecure.NewCredentials())))
	if err != nil {
		b.Fatal(err)
	}
	subscriber := client.Subscriber("night")
	subscriber.ReceiveSettings.NumGoroutines = streams
	subscriber.ReceiveSettings.MaxOutstandingMessages = 2000
	subscriber.ReceiveSettings.MaxOutstandingBytes = 64 << 20
	var n atomic.Int64
	err = subscriber.Receive(ctx, func(_ context.Context, m *library.Message) {
		m.Ack()
		if n.Add(1) == int64(b.N) {
			cancel()
		}
	})
	if err := errors.Join(err, client.Close()); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkSource is the same through this package and a run that writes
// nothing.
func BenchmarkSource(b *testing.B) {
	for _, streams := range []int{1, 2} {
		b.Run(fmt.Sprint("streams=", streams), func(b *testing.B) {
			measure(b, func(addr string) { run(b, addr, streams) })
		})
	}
}

func run(b *testing.B, addr string, streams int) {
	source, err := pubsub.Open(context.Background(), pubsub.Options{
		Project: project, Address: addr, Topics: []*registry.Topic{alerts}, Subscription: "night", Streams: streams,
	})
	if err != nil {
		b.Fatal(err)
	}
	nothing := stream.SinkFunc(func(context.Context, []*alert.Message) error { return nil })
	s, err := stream.Run(context.Background(), stream.Config{Source: source, Limit: int64(b.N)}, nothing)
	if err != nil || s.Written != int64(b.N) {
		b.Fatal(s, err)
	}
}
