// Package tui is the viewer: it shows a stream of alerts as it comes, each
// object's light curve, classes, images and parts, and the sky.
//
// [Run] takes the terminal and gives it back as it was. What the viewer reads
// and writes it is given in a [Config]: it opens no connection of its own.
package tui

import (
	"context"
	"io"
	"time"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/tui/classes"
)

// Config is what the viewer works with.
type Config struct {
	Streams Streams
	// Archive answers lookups; nil where there is none. NoArchive then says
	// why, and what to do.
	Archive   Archive
	NoArchive string
	// Saver saves messages; nil saves nothing.
	Saver Saver
	// Reader decodes messages: light curves, classes, images and parts.
	Reader *alert.Reader
	// Pages gives the web pages of an object, a finder chart among them.
	Pages func(survey, objectID string, ra, dec float64) []Page
	// Browse opens a web page; nil where no browser can be had.
	Browse func(url string) error
	// Explain says what an error means for the person: one line, and what to
	// do about it.
	Explain func(error) (line string, hints []string)
	// Temporary says that an error of a stream may go away by itself, so that
	// the viewer tries again; nil stands for all errors.
	Temporary func(error) bool
	// Notices are lines that a person watching wants to know: a connection
	// lost and found again. Nil has none. An empty line takes the last one
	// away; one that begins with [Lost] says that the stream is not there until
	// the next line, or until alerts come.
	Notices <-chan string

	// Start is what to show first.
	Start Start
	// Memory is the file that the watch list, the last topic and what was
	// typed are kept in; empty keeps nothing.
	Memory string

	// In and Out are the terminal; nil stands for the process's own.
	In  io.Reader
	Out io.Writer
	// Env is the environment, as os.Environ gives it; nil stands for the
	// process's own.
	Env []string
	// ASCII draws with characters of 7 bits only.
	ASCII bool
	// Keep is how many alerts the viewer remembers; default 20,000.
	Keep int
	// Now is the time; nil stands for time.Now.
	Now func() time.Time
}

// Lost is how a notice of a lost connection begins.
const Lost = "the connection is lost"

// Start says what the viewer shows first. Without a topic, an object or files
// a list of topics is shown, with the one last used chosen.
type Start struct {
	Ask StreamAsk
	// Object is an id or a position to look up.
	Object string
}

// StreamAsk names a stream: a topic (or group, or several separated by
// commas), or files.
type StreamAsk struct {
	Topic  string
	Files  []string
	Where  string
	Fields []string // columns of the table; none stands for those that suit the stream
}

// Topic is an entry of the list of topics.
type Topic struct {
	Name  string
	Doc   string
	Group bool
	// Night is what a night of it amounts to: "700 k alerts, 60 GB, $2.40".
	Night string
}

// Streams opens what the viewer shows.
type Streams interface {
	// Topics lists what can be read.
	Topics() []Topic
	// Open describes a stream and checks its names. Nothing is connected to.
	Open(ask StreamAsk) (Stream, error)
}

// Stream is a stream of messages that can be read.
type Stream interface {
	// Name names it: "classifications", "night.tar.gz".
	Name() string
	// Columns gives the columns of each message's row. Rows may have more
	// values behind them.
	Columns() []alert.Column
	// Stored says that it ends by itself: files.
	Stored() bool
	// Filter compiles a filter, an empty one too; its error may be a
	// *where.Error.
	Filter(text string) (Filter, error)
	// Run reads it into a receiver until ctx ends or, where it is stored, it
	// ends; both give nil. Everything temporary is gone when it returns. It
	// can be run again after that.
	Run(ctx context.Context, into Receiver) error
}

// Filter says whether a message is wanted. It is safe for concurrent use.
type Filter interface {
	Pass(m *alert.Message) bool
}

// Receiver is what a stream is read into. Put is called by one goroutine at a
// time; the others may be called while it runs.
type Receiver interface {
	// Put takes a batch whose rows are set. The messages are done when it
	// returns nil; an error ends the run, but for one that is a [Held], or
	// names messages that can't be saved, as stream.Held and stream.Rejection
	// do: the others are taken.
	Put(ctx context.Context, batch []*alert.Message) error
	// Unreadable is told of messages that could not be decoded.
	Unreadable(messages []*alert.Message, reasons []error)
	// Delivered is told, now and then, what the service has sent so far and
	// what that costs in US dollars.
	Delivered(bytes int64, usd float64)
}

// Archive answers lookups.
type Archive interface {
	// Name says which archive it is.
	Name() string
	// Free says that asking costs nothing.
	Free() bool
	// Find looks up an id or a position with a radius, as they are typed: at
	// most so many alerts, newest last for an id, nearest first for a position.
	Find(ctx context.Context, text string, most int) (Found, error)
	// LightCurve gives all epochs of an object, by time.
	LightCurve(ctx context.Context, survey, objectID string) ([]alert.Point, error)
	// Classifications gives what classifiers have said of an object.
	Classifications(ctx context.Context, survey, objectID string) ([]classes.Verdict, error)
	// Whole gives a message that was found without its body with it.
	Whole(ctx context.Context, m *alert.Message) (*alert.Message, error)
}

// Found is the answer to a lookup.
type Found struct {
	Title    string // what was looked up, as it was understood
	Columns  []alert.Column
	Messages []*alert.Message // their rows are set
	More     bool             // there were more than asked for
	Notes    []string         // near misses, an assumed radius
}

// Saver opens what messages are saved into.
type Saver interface {
	// Targets gives names that can be opened, the likeliest first. growing is
	// as in Open.
	Targets(growing bool) []string
	// Every says how long after its first alert a part of a file is closed that
	// is written in parts.
	Every() time.Duration
	// Refuse says at once, in words of the viewer, what is plainly wrong with a
	// name before it is opened; nil where nothing is. growing is as in Open.
	Refuse(target string, growing bool) error
	// Open opens a file by its name, whose ending says the format, a folder,
	// or the local archive ("archive"). growing says that messages go on coming:
	// a file that can't be gone on with once it is closed is written in parts
	// then.
	Open(ctx context.Context, target string, columns []alert.Column, growing bool) (Sink, error)
}

// Sink is what messages are saved into.
type Sink interface {
	// Name says where they go, and once it is closed where they are: it names
	// the parts then.
	Name() string
	// InParts says that it is written in parts, which have their names when they
	// are closed: Put answers with a [Held].
	InParts() bool
	// Put saves a batch: when it returns nil the batch is there for good.
	// Messages that can't be saved may be named in an error that is a
	// stream.Rejection; the others are saved.
	Put(ctx context.Context, batch []*alert.Message) error
	// Close ends the saving. complete says that nothing failed: what was held
	// is there for good when it returns nil.
	Close(complete bool) error
}

// Held is a stream.Held: what is said of a batch that was taken and will be there
// for good only later. It is no failure.
type Held interface {
	error
	// Safe says how many of the messages that were held, the oldest first, are
	// there for good by now.
	Safe() int
	// Due says when the others are to be settled; zero leaves that open.
	Due() time.Time
	// Settle has all that is held for good when it returns nil.
	Settle(ctx context.Context) error
}

// Page is a web page.
type Page struct{ Name, URL string }
