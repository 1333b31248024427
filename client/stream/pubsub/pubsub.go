// Package pubsub reads Google Pub/Sub topics through subscriptions in the user's
// own project, and looks after these subscriptions.
//
// [Open] makes or takes up a subscription for each topic and gives a
// [stream.Source]. [Connect] gives a [Service] that lists, shows and deletes
// subscriptions.
//
// The source speaks streaming pull itself, over the generated client of
// cloud.google.com/go/pubsub/v2, and not through that library's
// Subscriber.Receive. Receive (v2.8.0) hands each message to a goroutine of its
// own, so that they come out of order; it reconnects without telling; at
// shutdown it either nacks into a stream that is still open, on which the
// service delivers the same messages again, or with a timeout drops the
// acknowledgements that it has not sent yet. Here a stream is read to its end
// first, then what was written is acknowledged and the rest given back, and the
// caller hears of what failed.
package pubsub

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"google.golang.org/api/option"

	"github.com/mwvgroup/pgb/client/registry"
	"github.com/mwvgroup/pgb/client/stream"
	"github.com/mwvgroup/pgb/client/where/serverfilter"
)

// Defaults of [Options].
const (
	// DefaultMaxBytes and DefaultMaxMessages bound what is fetched and not
	// settled, all topics together. Garbage and the transport's buffers come
	// on top: the process stays below 150 MB.
	DefaultMaxBytes    = 32 << 20
	DefaultMaxMessages = 2000
	// MaxHold is the longest that messages may be held before they are done:
	// as long as Google's own libraries extend leases by default.
	MaxHold = time.Hour
	// DefaultRetain is how long a durable subscription keeps its messages.
	DefaultRetain = 24 * time.Hour
	// DefaultExpire is after how much idle time a durable one is deleted.
	DefaultExpire = 7 * 24 * time.Hour
)

// What the service allows.
const (
	leastRetain = 10 * time.Minute
	mostRetain  = 31 * 24 * time.Hour
	leastExpire = 24 * time.Hour
)

// Options say what is read.
type Options struct {
	// Project is the user's Google Cloud project: subscriptions live in it
	// and it pays.
	Project string
	// Address is the host and port of an emulator; empty is the service, or
	// what PUBSUB_EMULATOR_HOST names. No credentials are sent to an emulator.
	Address string
	// ClientOptions are for the connection.
	ClientOptions []option.ClientOption

	// Topics are read as one stream.
	Topics []*registry.Topic
	// As becomes the As of each message.
	As string

	// Subscription names a durable subscription, created if it is not there
	// and resumed if it is. With several topics each has its own,
	// "NAME.<topic>". Empty makes temporary ones, deleted by Close.
	Subscription string
	// Since goes to the messages published from then on. It needs a
	// Subscription.
	Since time.Time
	// Retain is how long a durable subscription that is created keeps
	// messages, also those that are done; 0 is [DefaultRetain]. Negative
	// keeps those that are done no longer, and others for 7 days.
	Retain time.Duration
	// Expire is after how much idle time a durable subscription that is
	// created is deleted; 0 is [DefaultExpire], negative is never.
	Expire time.Duration
	// ServerFilter is a filter in Pub/Sub's own language.
	ServerFilter string
	// Transform is the JavaScript of a message transform.
	Transform string

	// MaxBytes and MaxMessages bound what is fetched and not settled.
	MaxBytes    int64
	MaxMessages int
	// Hold is how long a sink may hold messages before it has them for good,
	// see [stream.Held]; at most [MaxHold], and 0 where it does not. Up to
	// [stream.DefaultMaxHeld] messages are then fetched beyond MaxMessages, and
	// MaxBytes and MaxMessages bound those that wait to be read.
	Hold time.Duration
	// Streams is how many streams each subscription is read with; 0 is two
	// for one topic and one for each of several.
	Streams int

	// Notify is told, in a line each, what a person would want to know.
	Notify func(line string)
	// Events is told the same, for programs. Both may be called from any
	// goroutine, one call at a time.
	Events func(Event)
	// Stop, when it is closed, ends the wait for a connection: Open gives
	// [context.Canceled]. It does not end a source that is open.
	Stop <-chan struct{}
	// Now tells the time; nil is the machine's.
	Now func() time.Time
}

func (o Options) withDefaults() (Options, error) {
	if o.Project == "" {
		return o, errors.New("pubsub: no project")
	}
	if len(o.Topics) == 0 {
		return o, errors.New("pubsub: no topic")
	}
	if !o.Since.IsZero() && o.Subscription == "" {
		return o, ErrSinceWithoutSubscription
	}
	if o.ServerFilter != "" {
		if err := serverfilter.Check(o.ServerFilter); err != nil {
			return o, fmt.Errorf("server filter: %w", err)
		}
	}
	if err := o.setTimes(); err != nil {
		return o, err
	}
	if err := o.checkHold(); err != nil {
		return o, err
	}
	if o.MaxBytes <= 0 {
		o.MaxBytes = DefaultMaxBytes
	}
	if o.MaxMessages <= 0 {
		o.MaxMessages = DefaultMaxMessages
	}
	if o.Streams <= 0 {
		o.Streams = 1
		if len(o.Topics) == 1 {
			o.Streams = 2
		}
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return o, nil
}

// Check says what is wrong with options, as far as that shows without a
// connection.
func Check(options Options) error {
	o, err := options.withDefaults()
	if err != nil {
		return err
	}
	p := &preparation{options: o}
	for _, topic := range o.Topics {
		if _, err := p.wanted(topic); err != nil {
			return err
		}
	}
	return nil
}

func (o *Options) setTimes() error {
	if o.Retain == 0 {
		o.Retain = DefaultRetain
	}
	if o.Expire == 0 {
		o.Expire = max(DefaultExpire, o.Retain)
	}
	switch {
	case o.Retain > 0 && (o.Retain < leastRetain || o.Retain > mostRetain):
		return &InvalidError{What: "retention", Err: fmt.Errorf("%v is not between 10 minutes and 31 days", o.Retain)}
	case o.Expire > 0 && o.Expire < leastExpire:
		return &InvalidError{What: "expiry", Err: fmt.Errorf("%v is less than a day", o.Expire)}
	case o.Expire > 0 && o.Expire < o.Retain:
		return &InvalidError{What: "expiry", Err: fmt.Errorf("%v is less than the retention of %v", o.Expire, o.Retain)}
	}
	return nil
}

// checkHold makes sure that what is held can be held: a subscription that is made
// for it must keep it as long.
func (o *Options) checkHold() error {
	switch {
	case o.Hold < 0 || o.Hold > MaxHold:
		return &InvalidError{What: "hold", Err: fmt.Errorf("messages can't be held for %v before they are done, %v is the longest", o.Hold, MaxHold)}
	case o.Subscription != "" && o.Retain > 0 && o.Hold > o.Retain:
		return &InvalidError{What: "retention", Err: fmt.Errorf("%v is less than the %v that messages are held for", o.Retain, o.Hold)}
	}
	return nil
}

// Open makes or takes up the subscriptions and gives a source that reads them.
// It gives a [*PermissionError], [*NotFoundError], [*DriftError],
// [*InvalidError], [ErrNoCredentials], [ErrDetached], [ErrUnavailable] or
// [ErrSinceWithoutSubscription] where that is what is wrong. Where it fails
// nothing temporary is left behind.
func Open(ctx context.Context, options Options) (stream.Source, error) {
	o, err := options.withDefaults()
	if err != nil {
		return nil, err
	}
	told := &teller{notify: o.Notify, events: o.Events}
	defer time.AfterFunc(QuietWait, func() { told.say(Connecting(o.access())) }).Stop()
	api, err := connect(ctx, o.access())
	if err != nil {
		return nil, err
	}
	p := &preparation{api: api, options: o, teller: told}
	plans, err := p.prepareUnless(ctx, o.Stop)
	if err != nil {
		return nil, errors.Join(err, api.Close())
	}
	share := int64(len(plans))
	health := newHealth(told.tell)
	sources := make([]stream.Source, len(plans))
	for i, plan := range plans {
		sources[i] = newSource(api, plan, settings{
			as:          o.As,
			streams:     o.Streams,
			maxBytes:    max(o.MaxBytes/share, 1),
			maxMessages: max(o.MaxMessages/int(share), 1),
			holds:       o.Hold > 0,
			health:      health,
		})
	}
	return &connected{Source: stream.Merge(sources...), api: api}, nil
}

func (o Options) access() Access {
	return Access{Project: o.Project, Address: o.Address, ClientOptions: o.ClientOptions}
}

// connected is a source that closes its connection.
type connected struct {
	stream.Source
	api api
}

// Delivered says what all subscriptions delivered.
func (c *connected) Delivered() (messages, bytes int64) {
	return c.Source.(stream.Metered).Delivered()
}

// Close closes the source and then the connection.
func (c *connected) Close(ctx context.Context) error {
	return errors.Join(c.Source.Close(ctx), c.api.Close())
}

// Event is something that happened to a subscription.
type Event struct {
	Kind         EventKind
	Subscription string // short name; empty for Lost and Regained
	Topic        string
	// From is when the messages begin, for SinceTooEarly.
	From time.Time
	// Err is what broke the connection, for Lost.
	Err error
	// Retain and Expire are those of a durable subscription that was created
	// or resumed; 0 is never.
	Retain, Expire time.Duration
}

// EventKind says what happened.
type EventKind string

// What can happen to a subscription.
const (
	Created       EventKind = "created"         // a durable one
	Resumed       EventKind = "resumed"         // a durable one
	SinceTooEarly EventKind = "since too early" // what was asked for is not there any more
	Lost          EventKind = "lost"            // the connection; it is tried again
	Regained      EventKind = "regained"        // the connection
)

// String says in a line what happened.
func (e Event) String() string {
	switch e.Kind {
	case Created:
		keeps, expires := "does not keep what is done", "is never deleted"
		if e.Retain > 0 {
			keeps = "keeps messages for " + span(e.Retain)
		}
		if e.Expire > 0 {
			expires = "is deleted after " + span(e.Expire) + " without a reader"
		}
		return fmt.Sprintf("created the subscription %s of %s: it %s and %s", e.Subscription, e.Topic, keeps, expires)
	case Resumed:
		return fmt.Sprintf("resumed the subscription %s of %s", e.Subscription, e.Topic)
	case SinceTooEarly:
		return fmt.Sprintf("%s has messages from %s on, not from as early as was asked for", e.Subscription, e.From.UTC().Format(time.RFC3339))
	case Lost:
		return fmt.Sprintf("the connection is lost and tried again: %v", e.Err)
	case Regained:
		return "the connection is back"
	}
	return string(e.Kind)
}

// span gives a length of time in words.
func span(d time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case d == day:
		return "a day"
	case d%day == 0:
		return fmt.Sprintf("%d days", d/day)
	}
	return d.String()
}

// teller passes events on, one at a time.
type teller struct {
	mu     sync.Mutex
	notify func(string)
	events func(Event)
}

func (t *teller) tell(e Event) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.notify != nil {
		t.notify(e.String())
	}
	if t.events != nil {
		t.events(e)
	}
}

// say passes on a line that is for persons only.
func (t *teller) say(line string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.notify != nil {
		t.notify(line)
	}
}
