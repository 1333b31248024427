// Package bucket fetches alert packets, as they were published, from the
// broker's buckets in Cloud Storage.
//
// The buckets are public, but whoever reads pays ("requester pays"): a [Store]
// needs a project to be billed, finds out how large packets are before it
// fetches them, and fetches none beyond its budget.
//
//	s, err := bucket.Open(bucket.Options{Project: "my-project"})
//	found, err := s.Find(ctx, bucket.Alert{Survey: "ztf", ObjectID: "ZTF17aaarzyp", SourceID: "2982177112815010003", Topic: "ztf_20250302_programid1"})
//	err = s.Admit(found)
//	packet, err := s.Fetch(ctx, found)
package bucket

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	"cloud.google.com/go/auth"
	"cloud.google.com/go/auth/credentials"

	"github.com/mwvgroup/pgb/client/signin"
)

// EmulatorHost is the environment variable that names an emulator to ask
// instead of the service: "localhost:4443", or a whole URL. An emulator is asked
// without credentials.
const EmulatorHost = "STORAGE_EMULATOR_HOST"

// DefaultMaxBytes is how much may be fetched unless the options say otherwise.
const DefaultMaxBytes = 1e9

// List prices of Cloud Storage, us-central1, standard class, USD
// (https://cloud.google.com/storage/pricing).
const (
	// USDPerGiB is for what is sent to the internet, the first TiB of a month.
	// What is sent to a machine in the same region costs nothing.
	USDPerGiB = 0.12
	// USDPerRead is for a request that reads: an operation of class B.
	USDPerRead = 0.0004 / 1000
	// USDPerList is for a request that lists: an operation of class A.
	USDPerList = 0.005 / 1000
)

const (
	endpoint = "https://storage.googleapis.com"
	scope    = "https://www.googleapis.com/auth/devstorage.read_only"
)

// Options say who pays, and how much.
type Options struct {
	// Project pays for requests and for what is sent.
	Project string
	// MaxBytes is how much may be fetched in all. Default: [DefaultMaxBytes].
	MaxBytes int64
	// Confirm is asked before more is fetched than MaxBytes allows. Default:
	// the answer is a [*TooExpensiveError].
	Confirm func(Estimate) bool
	// Address is an emulator's, in the place of the service. Default: what the
	// environment variable of [EmulatorHost] says.
	Address string
	// Client makes requests. Default: one of this package's own.
	Client *http.Client
}

// Store reads the broker's buckets. It is safe for concurrent use.
type Store struct {
	options Options
	pause   time.Duration // before a request is tried again

	mu       sync.Mutex
	token    auth.TokenProvider
	spent    Spent
	admitted int64 // bytes, of the budget
}

// Spent is what was asked of the service.
type Spent struct {
	Reads, Lists int64 // requests
	Bytes        int64 // of packets
}

// USD gives what that costs at list price, if it is sent to the internet.
func (s Spent) USD() float64 {
	return float64(s.Bytes)/(1<<30)*USDPerGiB + float64(s.Reads)*USDPerRead + float64(s.Lists)*USDPerList
}

// Open makes a store. Nothing is connected before the first request.
func Open(o Options) (*Store, error) {
	if o.Project == "" {
		return nil, ErrNoProject
	}
	if o.MaxBytes <= 0 {
		o.MaxBytes = DefaultMaxBytes
	}
	if o.Address == "" {
		o.Address = os.Getenv(EmulatorHost)
	}
	if o.Client == nil {
		o.Client = &http.Client{Transport: newTransport()}
	}
	return &Store{options: o, pause: time.Second}, nil
}

func newTransport() *http.Transport {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.MaxIdleConnsPerHost = 16
	return t
}

// Name says what is read, and who pays.
func (s *Store) Name() string {
	if s.options.Address != "" {
		return fmt.Sprintf("the buckets (emulator at %s)", s.options.Address)
	}
	return fmt.Sprintf("the broker's buckets (billed to %s)", s.options.Project)
}

// Spent says what was asked so far.
func (s *Store) Spent() Spent {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.spent
}

// Close ends the store's use.
func (s *Store) Close() error {
	s.options.Client.CloseIdleConnections()
	return nil
}

// base is where requests go.
func (s *Store) base() string {
	switch address := s.options.Address; {
	case address == "":
		return endpoint
	case strings.Contains(address, "://"):
		return strings.TrimSuffix(address, "/")
	default:
		return "http://" + address
	}
}

// authorise adds the user's credentials to a request.
func (s *Store) authorise(ctx context.Context, request *http.Request) error {
	if s.options.Address != "" {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.token == nil {
		found, err := credentials.DetectDefault(&credentials.DetectOptions{Scopes: []string{scope}})
		if err != nil {
			return signin.NoCredentials(err)
		}
		s.token = found
	}
	token, err := s.token.Token(ctx)
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if signin.IsUnreached(err) {
			return fmt.Errorf("%w: %w", ErrUnavailable, signin.Cause(err))
		}
		return fmt.Errorf("%w: %w", ErrNoCredentials, err)
	}
	request.Header.Set("Authorization", "Bearer "+token.Value)
	return nil
}
