package server

import (
	"errors"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"cloud.google.com/go/iam/apiv1/iampb"
	"cloud.google.com/go/pubsub/v2/apiv1/pubsubpb"
	"google.golang.org/grpc"
	"google.golang.org/grpc/keepalive"
)

// Options say how a server behaves. The zero value is ready to use.
type Options struct {
	// Clock tells the time; default: the machine's.
	Clock Clock
	// SubscriptionBytes bounds what one subscription holds, bodies and
	// overhead, in bytes; default 1 GiB.
	SubscriptionBytes int64
	// TotalBytes bounds what all subscriptions together hold, each body
	// counted once, in bytes; default 4 GiB. Beyond it the subscription that
	// holds most loses its oldest.
	TotalBytes int64
	// BatchMessages bounds the messages in one streaming pull response;
	// default 100.
	BatchMessages int
	// BatchBytes bounds the bytes in one streaming pull response that holds
	// more than one message; default 1.5 MB, which every client takes.
	BatchBytes int64
	// PullWait is how long a Pull waits for a first message; default 10 s.
	PullWait time.Duration
	// ReturnBroken gives what is outstanding on a stream back at once when the
	// stream ends, as if its deadlines had run out. The service lets them run;
	// this spares a test the wait.
	ReturnBroken bool
	// Filter compiles a subscription's filter; default: Pub/Sub's own filter
	// language.
	Filter func(text string) (match func(attributes map[string]string) bool, err error)
}

// pullBytes bounds a Pull response with more than one message: 4 MiB is what a
// client takes that was told nothing else.
const pullBytes = 3_500_000

// maxCallBytes bounds a request. It is beyond the service's limit, so that a
// request that is too large gets the service's answer and not the transport's.
const maxCallBytes = 32 << 20

func (o *Options) setDefaults() {
	if o.Clock == nil {
		o.Clock = machineClock{}
	}
	if o.SubscriptionBytes <= 0 {
		o.SubscriptionBytes = 1 << 30
	}
	if o.TotalBytes <= 0 {
		o.TotalBytes = 4 << 30
	}
	if o.BatchMessages <= 0 {
		o.BatchMessages = 100
	}
	if o.BatchBytes <= 0 {
		o.BatchBytes = 1_500_000
	}
	if o.PullWait <= 0 {
		o.PullWait = 10 * time.Second
	}
	if o.Filter == nil {
		o.Filter = defaultFilter
	}
}

// Server is a Pub/Sub server. Its methods are safe for concurrent use.
type Server struct {
	opts  Options
	clock Clock
	grpc  *grpc.Server
	work  sync.WaitGroup // goroutines of streams, and Serve

	mu            sync.Mutex
	listener      net.Listener
	closed        bool
	topics        map[string]*topic
	subscriptions map[string]*subscription
	nextSub       uint32
	nextMessage   uint64
	lastPublish   time.Time
	bytes         int64 // held, each body once
	pulls         map[*pull]struct{}
	faults        []*injected
	watcher       func(Event)
	changed       chan struct{}
	anyoneWaits   atomic.Int32
}

// New gives a server that does not listen yet: publishing and the other Go
// methods work at once.
func New(o Options) *Server {
	o.setDefaults()
	s := &Server{
		opts: o, clock: o.Clock,
		topics:        map[string]*topic{},
		subscriptions: map[string]*subscription{},
		pulls:         map[*pull]struct{}{},
		changed:       make(chan struct{}),
		nextMessage:   uint64(o.Clock.Now().UnixMicro()),
	}
	s.grpc = grpc.NewServer(
		grpc.ForceServerCodecV2(newCodec()),
		grpc.MaxRecvMsgSize(maxCallBytes),
		grpc.MaxSendMsgSize(maxCallBytes),
		grpc.WriteBufferSize(256<<10),
		grpc.ReadBufferSize(64<<10),
		grpc.WaitForHandlers(true),
		// Python's client pings every 30 s; the default would cut it off.
		grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{MinTime: time.Second, PermitWithoutStream: true}),
		grpc.UnaryInterceptor(s.intercept),
	)
	pubsubpb.RegisterPublisherServer(s.grpc, publisher{srv: s})
	pubsubpb.RegisterSubscriberServer(s.grpc, subscriber{srv: s})
	pubsubpb.RegisterSchemaServiceServer(s.grpc, pubsubpb.UnimplementedSchemaServiceServer{})
	iampb.RegisterIAMPolicyServer(s.grpc, iam{srv: s})
	return s
}

// Listen serves clients on a loopback address such as "127.0.0.1:8085" or
// "localhost:0", the latter on any free port, and returns at once. Other
// addresses are refused: there is no authentication.
func (s *Server) Listen(addr string) error {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return fmt.Errorf("listen on %q: %w", addr, err)
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return fmt.Errorf("listen on %q: only loopback addresses are served", addr)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || s.listener != nil {
		return errors.New("listen: the server is closed or listens already")
	}
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	s.listener = l
	s.work.Add(1)
	go func() {
		defer s.work.Done()
		_ = s.grpc.Serve(l) // ends with Close; its error says no more
	}()
	return nil
}

// Addr gives the address in use as host:port, as PUBSUB_EMULATOR_HOST wants
// it; empty before Listen.
func (s *Server) Addr() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.listener == nil {
		return ""
	}
	return s.listener.Addr().String()
}

// Close ends all calls with Unavailable, lets go of all messages and returns
// when every goroutine of the server has ended.
func (s *Server) Close() error {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return nil
	}
	s.closed = true
	for _, sub := range s.subscriptions {
		sub.end(errClosed)
	}
	s.note()
	s.mu.Unlock()
	s.grpc.Stop()
	s.work.Wait()
	return nil
}

// hold counts one more holder of m.
func (s *Server) hold(m *stored) {
	if m.holders == 0 {
		s.bytes += m.size
	}
	m.holders++
}

// release counts one holder of m less.
func (s *Server) release(m *stored) {
	m.holders--
	if m.holders == 0 {
		s.bytes -= m.size
	}
}

// makeRoom drops messages until what is held fits the total bound.
func (s *Server) makeRoom() {
	for s.bytes > s.opts.TotalBytes {
		var most *subscription
		for _, sub := range s.subscriptions {
			if most == nil || sub.bytes > most.bytes {
				most = sub
			}
		}
		if most == nil || !most.dropOldest() {
			return
		}
	}
}
