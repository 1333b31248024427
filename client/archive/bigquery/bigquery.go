// Package bigquery answers questions about alerts from a broker's tables in
// BigQuery. Queries run in the user's own project and are billed there.
//
// An [Archive] asks nothing that costs more than its budget: each statement is
// first run dry, which is free and tells an upper bound of what it would read,
// and then runs with what is left of the budget as its limit.
package bigquery

import (
	"context"
	"fmt"
	"os"
	"sync"
	"time"

	bq "cloud.google.com/go/bigquery"
	"google.golang.org/api/option"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/registry"
	"github.com/mwvgroup/pgb/client/signin"
)

// The defaults of [Options].
const (
	DefaultMaxBytes  = 50 << 30 // bytes: 50 GiB
	DefaultUSDPerTiB = 6.25     // list price of on-demand queries, US multi-region and us-central1
)

// EmulatorHost is the environment variable that names an emulator to ask
// instead of the service: "localhost:9050", or a whole URL.
const EmulatorHost = "BIGQUERY_EMULATOR_HOST"

// label marks every query job, so that it is found in a bill.
const label = "pgb"

// Options say whom to ask, and what it may cost.
type Options struct {
	// Project pays for the queries.
	Project  string
	Registry *registry.Registry // default: the one that is built in
	Reader   *alert.Reader      // default: one of the registry
	// MaxBytes is how much the service may bill for all that the archive is
	// asked; a query's own MaxBytes bounds that query in its place. Default:
	// [DefaultMaxBytes].
	MaxBytes int64
	// USDPerTiB is the price of 2^40 billed bytes. Default: [DefaultUSDPerTiB].
	USDPerTiB float64
	// Confirm is asked, once for each question, before it costs more than the
	// budget. What it agrees to is not taken from the budget. Default: the
	// answer is a [*TooExpensiveError].
	Confirm func(Estimate) bool
	// Notify is told a line now and then of what is going on. Default: nobody.
	Notify func(string)
	// Address is the emulator's, in the place of the service. Default: what
	// the environment variable of [EmulatorHost] says.
	Address string
	// TablesProject is the project to look for all tables in. Default: each
	// table's own.
	TablesProject string
	// StorageRead fetches large answers by the storage read API, which is
	// faster and billed by what it sends. It needs a permission of its own,
	// bigquery.readsessions.create. An emulator is never asked for it.
	StorageRead bool
	// ClientOptions are handed to the library.
	ClientOptions []option.ClientOption
}

// Archive answers from tables in BigQuery. It is safe for concurrent use.
type Archive struct {
	options  Options
	registry *registry.Registry
	reader   *alert.Reader

	mu      sync.Mutex
	client  *bq.Client
	spent   int64 // bytes billed so far
	granted int64 // bytes agreed to beyond the budget
	queries int64

	catalog  catalog
	patience time.Duration // with what asks for no rows
}

// Open makes an archive. Nothing is connected and nobody is asked before the
// first question.
func Open(_ context.Context, o Options) (*Archive, error) {
	if err := checkProject(o.Project); err != nil {
		return nil, err
	}
	if o.TablesProject != "" {
		if err := checkProject(o.TablesProject); err != nil {
			return nil, err
		}
	}
	if o.Registry == nil {
		o.Registry = registry.Default()
	}
	if o.Reader == nil {
		o.Reader = alert.NewReader(o.Registry)
	}
	if o.MaxBytes <= 0 {
		o.MaxBytes = DefaultMaxBytes
	}
	if o.USDPerTiB <= 0 {
		o.USDPerTiB = DefaultUSDPerTiB
	}
	if o.Address == "" {
		o.Address = os.Getenv(EmulatorHost)
	}
	if o.Notify == nil {
		o.Notify = func(string) {}
	}
	return &Archive{options: o, registry: o.Registry, reader: o.Reader, patience: patience}, nil
}

// Name says which archive it is, and who pays.
func (a *Archive) Name() string {
	if a.options.Address != "" {
		return fmt.Sprintf("BigQuery (emulator at %s)", a.options.Address)
	}
	return fmt.Sprintf("BigQuery (billed to %s)", a.options.Project)
}

// Billed gives the bytes that were billed so far, and for how many queries.
func (a *Archive) Billed() (bytes, queries int64) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.spent, a.queries
}

// USD gives what so many billed bytes cost, at the price of the options.
func (a *Archive) USD(bytes int64) float64 { return usd(bytes, a.options.USDPerTiB) }

// Close ends the archive's use.
func (a *Archive) Close() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.client == nil {
		return nil
	}
	err := a.client.Close()
	a.client = nil
	return err
}

// connect gives the library's client, which is made at the first call.
func (a *Archive) connect(ctx context.Context) (*bq.Client, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.client != nil {
		return a.client, nil
	}
	var options []option.ClientOption
	if a.options.Address != "" {
		options = append(options, option.WithEndpoint(endpoint(a.options.Address)), option.WithoutAuthentication())
	}
	// The client outlives the context of the question that needed it first.
	life := context.WithoutCancel(ctx)
	client, err := bq.NewClient(life, a.options.Project, append(options, a.options.ClientOptions...)...)
	if err != nil {
		return nil, a.unconnected(err)
	}
	if a.options.StorageRead && a.options.Address == "" {
		if err := client.EnableStorageReadClient(life, a.options.ClientOptions...); err != nil {
			return nil, a.unconnected(err)
		}
	}
	a.client = client
	return client, nil
}

// unconnected says why there is no client of the library.
func (a *Archive) unconnected(err error) error {
	if a.options.Address == "" && len(a.options.ClientOptions) == 0 {
		if unusable := signin.Unusable(bq.Scope); unusable != nil {
			return unusable
		}
	}
	return a.failed(err, "")
}
