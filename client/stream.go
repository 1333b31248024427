package client

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"
	"time"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/format"
	"github.com/mwvgroup/pgb/client/registry"
	"github.com/mwvgroup/pgb/client/stream"
	"github.com/mwvgroup/pgb/client/stream/files"
	"github.com/mwvgroup/pgb/client/stream/pubsub"
	"github.com/mwvgroup/pgb/client/where"
)

// Selection says which messages of a stream are wanted, what is read of them,
// and when the stream ends. The zero value wants all of them, reads the generic
// fields, and ends with the input.
type Selection struct {
	// Where is a filter, such as `snr > 20 && band == "r"`.
	Where string
	// Fields are the columns of each message's row: generic names, paths of
	// the survey ("diaSource.reliability"), or parts of the message
	// (`attr["kafka.topic"]`). Default: all generic fields.
	Fields []string
	// KeepDuplicates passes messages that were seen before in this stream.
	KeepDuplicates bool
	// Quarantine takes messages that can't be decoded. Without one the first
	// of them ends the stream with an error.
	Quarantine stream.Quarantine

	Limit    int64         // messages that pass; 0 is no limit
	For      time.Duration // time to read; 0 is no limit
	Idle     time.Duration // time without a message; 0 is no limit
	MaxBytes int64         // bytes delivered; 0 is no limit
	// Stop ends the stream when it is closed: what has passed is still
	// written, what was only fetched is given back.
	Stop <-chan struct{}

	// Observe is shown the figures of the run, every second.
	Observe func(stream.Stats)
	// ObserveEvery is another interval for Observe.
	ObserveEvery time.Duration
}

// StreamOptions describe a live stream.
type StreamOptions struct {
	// Topic is a topic or a group of topics; several are separated by commas.
	Topic string
	// As names the topic or payload by which a topic that the registry does
	// not know is read.
	As string
	// Subscription names a durable subscription in your project: created if
	// it is not there, resumed if it is. Default: a temporary one, deleted at
	// the end, which sees what is published from now on.
	Subscription string
	// Since goes back, or forth, to a publish time. It needs a Subscription
	// that was there at that time.
	Since time.Time
	// Retain is how long a new durable subscription keeps messages that are
	// done, so that Since can go back. Default: a day. Negative: not at all.
	Retain time.Duration
	// Expire is after how much idle time a new durable subscription is
	// deleted. Default: 7 days. Negative: never.
	Expire time.Duration
	// ServerFilter is a filter in Pub/Sub's own language, over attributes; it
	// is part of a subscription and can't be changed later.
	ServerFilter string
	// Transform is the JavaScript text of a message transform for a
	// subscription that is created.
	Transform string
	// Hold is how long the stream's sink may hold messages before it has them
	// for good, see [stream.Held]; at most [pubsub.MaxHold]. An Arrow output on
	// a stream holds them for [format.Linger]; without a Hold as long no more
	// is read meanwhile than may be out, which makes heavy packets slow.
	Hold time.Duration
	// Events is told, for programs, what Notify tells a person: subscriptions
	// made and taken up, connections lost and found again.
	Events func(pubsub.Event)

	Selection
}

// FileOptions describe messages in files.
type FileOptions struct {
	// Paths are files, folders, globs, archives (.tar, .tar.gz, .gz, .zst) or
	// "-" for Stdin.
	Paths []string
	// Stdin is read for the path "-".
	Stdin files.Stdin
	// As names the topic, payload or survey ("rapid", "lsst:10.0") where
	// bytes alone can't tell. With "any" fields may be asked for that no
	// known survey has, for packets of an unknown one.
	As string

	Selection
}

// Stream is a stream that was described and checked, and not yet begun. It runs
// once.
type Stream struct {
	topics    []*registry.Topic
	view      *alert.View
	filter    *where.Expr
	columns   int // how many of the view's columns were asked for
	selection Selection
	reader    *alert.Reader
	open      func(context.Context) (stream.Source, error)
}

// Stream describes a live stream. Names, filters and times are checked here,
// before anything is connected to.
func (c *Client) Stream(o StreamOptions) (*Stream, error) {
	if !o.Since.IsZero() && o.Subscription == "" {
		return nil, pubsub.ErrSinceWithoutSubscription
	}
	topics, err := c.Topics(o.Topic, o.As)
	if err != nil {
		return nil, err
	}
	s, err := c.describe(topics, o.Selection)
	if err != nil {
		return nil, err
	}
	s.open = func(ctx context.Context) (stream.Source, error) {
		project, address, err := c.broker()
		if err != nil {
			return nil, err
		}
		return pubsub.Open(ctx, pubsub.Options{
			Project: project, Address: address, Topics: topics, As: o.As,
			Subscription: o.Subscription, Since: o.Since, Retain: o.Retain, Expire: o.Expire,
			ServerFilter: o.ServerFilter, Transform: o.Transform, Hold: o.Hold, Notify: c.options.Notify, Events: o.Events, Stop: o.Stop,
		})
	}
	return s, nil
}

// Files describes the messages in files.
func (c *Client) Files(o FileOptions) (*Stream, error) {
	if len(o.Paths) == 0 {
		return nil, errors.New("no files named")
	}
	topics, err := c.reader.TopicsAs(o.As)
	if err != nil {
		return nil, err
	}
	s, err := c.describe(topics, o.Selection)
	if err != nil {
		return nil, err
	}
	if o.As == alert.Anything {
		o.As = "" // as the bytes tell
	}
	s.open = func(ctx context.Context) (stream.Source, error) {
		return files.Open(ctx, files.Options{Paths: o.Paths, Stdin: o.Stdin, As: o.As, Reader: c.reader})
	}
	return s, nil
}

// Topics gives the topics of a name, or of several separated by commas: topics,
// groups of them, or full names.
func (c *Client) Topics(names, as string) ([]*registry.Topic, error) {
	var topics []*registry.Topic
	seen := map[string]bool{}
	for name := range strings.SplitSeq(names, ",") {
		found, err := c.registry.Resolve(strings.TrimSpace(name), as)
		if err != nil {
			return nil, err
		}
		for _, topic := range found {
			if !seen[topic.FullName()] {
				seen[topic.FullName()] = true
				topics = append(topics, topic)
			}
		}
	}
	return topics, nil
}

// describe checks a selection against topics; no topics stand for all.
func (c *Client) describe(topics []*registry.Topic, selection Selection) (*Stream, error) {
	s := &Stream{topics: topics, selection: selection, reader: c.reader}
	names := selection.Fields
	if len(names) == 0 {
		names = alert.DefaultColumns()
	}
	for _, name := range names {
		if _, err := c.reader.Resolve(topics, name); err != nil {
			return nil, &FieldError{Err: err}
		}
	}
	s.columns = len(names)
	if strings.TrimSpace(selection.Where) != "" {
		expr, err := c.checkWhere(topics, selection.Where)
		if err != nil {
			return nil, err
		}
		s.filter = expr
		names = append(append([]string{}, names...), expr.Names()...)
	}
	var err error
	s.view, err = c.reader.View(topics, names)
	return s, err
}

// FieldError says that a column that was asked for can't be read.
type FieldError struct{ Err error }

// Error says what is wrong with the name.
func (e *FieldError) Error() string { return fmt.Sprintf("fields: %v", e.Err) }

// Unwrap gives what is wrong.
func (e *FieldError) Unwrap() error { return e.Err }

// Topics gives the topics that the stream reads; for files what stands for them,
// see [alert.Reader.TopicsAs], nil where they may be anything.
func (s *Stream) Topics() []*registry.Topic { return s.topics }

// Columns gives the columns of the rows that were asked for. Rows may have more
// behind them, for the filter.
func (s *Stream) Columns() []alert.Column { return s.view.Columns()[:s.columns] }

// Output opens an output of the stream's messages. The layout's columns are the
// stream's, and the reader is the client's.
func (s *Stream) Output(o format.Options) (*format.Output, error) {
	o.Layout.Columns, o.Reader = s.Columns(), s.reader
	return format.Open(o)
}

// Run reads the stream into a sink, until it ends or ctx does. A message is
// done when the sink has it for good.
func (s *Stream) Run(ctx context.Context, sink stream.Sink) (stream.Summary, error) {
	config, err := s.config(ctx)
	if err != nil {
		return stream.Summary{}, err
	}
	return stream.Run(ctx, config, sink)
}

// Messages reads the stream in a loop. A message is done when the loop asks for
// the next; when the loop ends otherwise it is given back, unless Done was
// called. Rows alias their message: both may be kept.
func (s *Stream) Messages(ctx context.Context) iter.Seq2[*alert.Message, error] {
	return func(yield func(*alert.Message, error) bool) {
		config, err := s.config(ctx)
		if err != nil {
			yield(nil, err)
			return
		}
		stream.Messages(ctx, config)(yield)
	}
}

func (s *Stream) config(ctx context.Context) (stream.Config, error) {
	source, err := s.open(ctx)
	if err != nil {
		return stream.Config{}, err
	}
	config := stream.Config{
		Source: source, Fields: s.view, Identifier: s.reader, KeepDuplicates: s.selection.KeepDuplicates,
		Quarantine: s.selection.Quarantine, Limit: s.selection.Limit, For: s.selection.For, Idle: s.selection.Idle,
		MaxBytes: s.selection.MaxBytes, Stop: s.selection.Stop, Observe: s.selection.Observe, ObserveEvery: s.selection.ObserveEvery,
	}
	if s.filter != nil {
		columns := s.view.Columns()
		config.Filter = s.filter.Bind(func(name string) int {
			for i := s.columns; i < len(columns); i++ {
				if columns[i].Name == name {
					return i
				}
			}
			return -1
		})
	}
	return config, nil
}
