//go:build unix

package server_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"cloud.google.com/go/pubsub/v2"
	"cloud.google.com/go/pubsub/v2/apiv1/pubsubpb"
	"cloud.google.com/go/pubsub/v2/pstest"
	"github.com/mwvgroup/pgb/client/sandbox/server"
	"google.golang.org/api/option"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/mem"
)

// packetBytes is the mean size of a ZTF alert.
const packetBytes = 71_200

// serveEnv makes the test binary a server of so many messages instead, so that
// a benchmark can tell the server's time from the client's.
const serveEnv, fakeEnv = "PGB_BENCH_MESSAGES", "PGB_BENCH_PSTEST"

func init() {
	if n, err := strconv.Atoi(os.Getenv(serveEnv)); err == nil {
		serve(n, os.Getenv(fakeEnv) != "")
		os.Exit(0)
	}
}

// serve prints its address, waits for its standard input to end and prints
// the CPU time and the peak memory it took meanwhile.
func serve(n int, fake bool) {
	attributes := map[string]string{}
	for i := range 10 {
		attributes[fmt.Sprintf("attribute.%d", i)] = "1704174284215015008"
	}
	var bodies [50][]byte
	for i := range bodies {
		bodies[i] = make([]byte, packetBytes)
	}
	var addr string
	if fake {
		srv := pstest.NewServer()
		conn, _ := grpc.NewClient(srv.Addr, grpc.WithTransportCredentials(insecure.NewCredentials()))
		_, _ = pubsubpb.NewPublisherClient(conn).CreateTopic(context.Background(), &pubsubpb.Topic{Name: topic})
		_, _ = pubsubpb.NewSubscriberClient(conn).CreateSubscription(context.Background(), &pubsubpb.Subscription{Name: sub, Topic: topic})
		for i := range n {
			srv.Publish(topic, bodies[i%len(bodies)], attributes)
		}
		addr = srv.Addr
	} else {
		srv := server.New(server.Options{SubscriptionBytes: 1 << 50, TotalBytes: 1 << 50, BatchMessages: 20, BatchBytes: 2_000_000})
		err := errors.Join(srv.Listen("127.0.0.1:0"), srv.CreateTopic(topic),
			srv.CreateSubscription(&pubsubpb.Subscription{Name: sub, Topic: topic}))
		for i := range n {
			_, failed := srv.Publish(topic, server.Message{Data: bodies[i%len(bodies)], Attributes: attributes})
			err = errors.Join(err, failed)
		}
		if err != nil {
			panic(err)
		}
		addr = srv.Addr()
	}
	before := used()
	fmt.Println(addr)
	_, _ = io.Copy(io.Discard, os.Stdin)
	after := used()
	fmt.Println(int64(after-before), peak())
}

func used() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func peak() int64 {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return u.Maxrss
}

// serving starts a server with b.N messages in another process.
func serving(b *testing.B, fake bool) (addr string, stop func()) {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), fmt.Sprintf("%s=%d", serveEnv, b.N))
	if fake {
		cmd.Env = append(cmd.Env, fakeEnv+"=1")
	}
	in, err := cmd.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	if !lines.Scan() {
		b.Fatal("the server does not start")
	}
	addr = lines.Text()
	return addr, func() {
		_ = in.Close()
		if lines.Scan() {
			var cpu, rss float64
			_, _ = fmt.Sscan(lines.Text(), &cpu, &rss)
			b.ReportMetric(cpu/1e3/float64(b.N), "server-us/msg")
			b.ReportMetric(rss/1024, "server-MiB")
		}
		_ = cmd.Wait()
	}
}

// counting is a codec that does not decode what is received: it counts the
// messages in a response by the server's ack ids.
type counting struct{}

type count struct{ bytes int }

func (counting) Marshal(v any) (mem.BufferSlice, error) { return v.(mem.BufferSlice), nil }
func (counting) Unmarshal(data mem.BufferSlice, v any) error {
	v.(*count).bytes = data.Len()
	return nil
}
func (counting) Name() string { return "proto" }

// BenchmarkStream delivers messages of 71 kB to a client in this process: one
// that only counts bytes and so shows what the server can do, and the library's
// with two streams, with this server and with the library's fake behind it.
func BenchmarkStream(b *testing.B) {
	b.Run("own/counted", func(b *testing.B) { counted(b) })
	b.Run("own/library", func(b *testing.B) { received(b, false) })
	b.Run("pstest/library", func(b *testing.B) { received(b, true) })
}

func perSecond(b *testing.B, cpu time.Duration) {
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "msg/s")
	b.ReportMetric(float64(cpu.Microseconds())/float64(b.N), "client-us/msg")
	b.ReportMetric(0, "ns/op")
}

func counted(b *testing.B) {
	addr, stop := serving(b, false)
	defer stop()
	conn, err := grpc.NewClient(addr, grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(32<<20), grpc.ForceCodecV2(counting{})))
	if err != nil {
		b.Fatal(err)
	}
	defer conn.Close()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	st, err := conn.NewStream(ctx, &grpc.StreamDesc{ServerStreams: true, ClientStreams: true}, pubsubpb.Subscriber_StreamingPull_FullMethodName)
	if err != nil {
		b.Fatal(err)
	}
	// subscription (1) and stream_ack_deadline_seconds (5) on the wire
	first := append([]byte{1<<3 | 2, byte(len(sub))}, sub...)
	first = append(first, 5<<3, 0xd8, 0x04)
	if err := st.SendMsg(mem.BufferSlice{mem.SliceBuffer(first)}); err != nil {
		b.Fatal(err)
	}
	b.ResetTimer()
	before := used()
	for got, c := 0, (count{}); got < b.N*packetBytes; got += c.bytes {
		if err := st.RecvMsg(&c); err != nil {
			b.Fatal(err)
		}
	}
	perSecond(b, used()-before)
	b.StopTimer()
}

func received(b *testing.B, fake bool) {
	addr, stop := serving(b, fake)
	defer stop()
	c, err := pubsub.NewClient(context.Background(), project, option.WithEndpoint(addr), option.WithoutAuthentication(),
		option.WithGRPCDialOption(grpc.WithTransportCredentials(insecure.NewCredentials())))
	if err != nil {
		b.Fatal(err)
	}
	defer c.Close()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	from := c.Subscriber(sub)
	from.ReceiveSettings.NumGoroutines = 2
	// The library acks every 100 ms: 1000 outstanding, its default, would
	// hold each stream to 10,000 messages a second.
	from.ReceiveSettings.MaxOutstandingMessages = 10_000
	b.ResetTimer()
	before := used()
	var n atomic.Int64
	err = from.Receive(ctx, func(_ context.Context, m *pubsub.Message) {
		m.Ack()
		if n.Add(1) == int64(b.N) {
			cancel()
		}
	})
	if err != nil && !strings.Contains(err.Error(), "canceled") {
		b.Fatal(err)
	}
	perSecond(b, used()-before)
	b.StopTimer()
}
