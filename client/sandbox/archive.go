package sandbox

import (
	"context"
	"errors"
	"io/fs"
	"iter"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/archive/local"
	"github.com/mwvgroup/pgb/client/registry"
	"github.com/mwvgroup/pgb/client/sandbox/modules"
	"github.com/mwvgroup/pgb/client/sandbox/sim"
)

const (
	// archiveBatch is how many messages are saved in one go.
	archiveBatch = 512
	// staleAfter is when a file that was being made counts as left behind, and
	// when nobody seems to run another program any more.
	staleAfter = 10 * time.Minute
	// expireAfter is when archives that nobody asks for are removed.
	expireAfter = 30 * 24 * time.Hour
)

var (
	// archiveMonths of the past are in the archive.
	archiveMonths = 4
	// archiveObjects is the number of places in it, with the supernova beside
	// them.
	archiveObjects = 200
)

// past is what the archive has of a survey.
type past struct {
	survey string
	// spacing is the least time between two alerts of an object, days. The
	// alerts' own histories have the points between: 30 days of ZTF's, a year
	// of LSST's.
	spacing float64
	topic   string   // of the alerts
	said    []string // topics of what classifiers say of them
	// every is how many of an object's alerts go by until the classifiers are
	// heard again. Theirs are the largest messages.
	every int
}

var pasts = []past{
	{survey: sim.SurveyZTF, spacing: 28, topic: "ztf-alerts", said: []string{"ztf-SuperNNova"}, every: 1},
	{survey: sim.SurveyLSST, spacing: 45, topic: "lsst-alerts", said: []string{"lsst-supernnova", "lsst-upsilon", "lsst-variability"}, every: 2},
	{survey: sim.SurveyLVK, topic: "lvk-alerts", every: 1},
}

// ArchiveOptions say which archive is made, and where. The zero value is a good
// one.
type ArchiveOptions struct {
	// Seed of the simulated sky. Default [DefaultSeed].
	Seed uint64
	// Dir is the folder that archives are kept in. Default: pgb in the user's
	// folder for caches.
	Dir string
	// Progress is told how much of the archive is made, 0 to 1, from the
	// goroutine that asked for it; it is not called where the archive is there.
	Progress func(fraction float64)
}

// Archive gives the path of the sandbox's archive: the months before the
// simulated sky's start, in the file of package local. It is made at the first
// call and kept; another seed, registry or version of the program has another
// file, and takes away those of other versions that nobody uses. A file is there whole or not at all, and any number of processes may ask
// for it at once.
func Archive(ctx context.Context, reg *registry.Registry, o ArchiveOptions) (path string, err error) {
	if o.Seed == 0 {
		o.Seed = DefaultSeed
	}
	if o.Dir == "" {
		caches, err := os.UserCacheDir()
		if err != nil {
			return "", &ArchiveError{Err: err}
		}
		o.Dir = filepath.Join(caches, "pgb")
	}
	name, err := archiveName(reg, o.Seed)
	if err != nil {
		return "", err
	}
	path = filepath.Join(o.Dir, name)
	switch _, err := os.Stat(path); {
	case err == nil:
		now := time.Now()
		_ = os.Chtimes(path, now, now) // that it is used; a folder that can't be written to expires nothing
		return path, nil
	case !errors.Is(err, fs.ErrNotExist):
		return "", &ArchiveError{Err: err}
	}
	if err := makeArchive(ctx, reg, o, path); err != nil {
		return "", &ArchiveError{Path: path, Err: err}
	}
	return path, nil
}

// ArchiveError says that the sandbox's archive can't be made or looked for in the
// folder that it belongs into.
type ArchiveError struct {
	Path string // empty where there is no such folder
	Err  error
}

// Error gives the path and the reason.
func (e *ArchiveError) Error() string {
	return strings.TrimSpace("make the sandbox's archive "+e.Path) + ": " + e.Err.Error()
}

// Unwrap gives the reason.
func (e *ArchiveError) Unwrap() error { return e.Err }

// makeArchive fills a file beside the archive's place and then puts it there.
func makeArchive(ctx context.Context, reg *registry.Registry, o ArchiveOptions, path string) error {
	if err := os.MkdirAll(o.Dir, 0o755); err != nil {
		return err
	}
	if err := sweep(o.Dir, time.Now()); err != nil {
		return err
	}
	dir, err := os.MkdirTemp(o.Dir, archivePrefix+"new-")
	if err != nil {
		return err
	}
	made := filepath.Join(dir, "archive.db")
	if err = fill(ctx, reg, o, made); err == nil {
		err = place(made, path)
	}
	if err == nil {
		err = replace(o.Dir, filepath.Base(path), time.Now())
	}
	return errors.Join(err, os.RemoveAll(dir))
}

// place puts a file where none is. One that came there meanwhile is as good, and
// must not be replaced: it may be open, and its log would be taken for that of
// the other.
func place(made, path string) error {
	switch err := os.Link(made, path); {
	case err == nil, errors.Is(err, fs.ErrExist):
		return nil
	}
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	return os.Rename(made, path) // of a file system without links
}

// fill makes an archive and saves the simulated past in it.
func fill(ctx context.Context, reg *registry.Registry, o ArchiveOptions, path string) (err error) {
	kept, err := local.Open(ctx, local.Options{Path: path, Create: true, Registry: reg})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, kept.Close()) }()

	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	batches, failed := make(chan pastBatch, 2), make(chan error, 1)
	go func() {
		defer close(batches)
		failed <- simulatePast(ctx, o.Seed, batches)
	}()
	sink := kept.Sink(local.SinkOptions{Cutouts: true})
	for batch := range batches {
		if err == nil {
			if err = sink.Put(ctx, batch.messages); err != nil {
				cancel() // and the channel is read until it is closed
			}
		}
		if err == nil && o.Progress != nil {
			o.Progress(batch.fraction)
		}
	}
	if past := <-failed; err == nil {
		err = past
	}
	return err
}

// pastBatch is some of the past's messages, and how much of it is given with
// them.
type pastBatch struct {
	messages []*alert.Message
	fraction float64
}

// simulatePast gives the messages of the surveys' pasts in batches.
func simulatePast(ctx context.Context, seed uint64, batches chan<- pastBatch) error {
	number := 0
	for i, p := range pasts {
		var messages []*alert.Message
		send := func(fraction float64) error {
			select {
			case batches <- pastBatch{messages, (float64(i) + min(fraction, 1)) / float64(len(pasts))}:
				messages = nil
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		for m, err := range p.messages(seed) {
			if err != nil {
				return err
			}
			number++
			m.message.ID = strconv.Itoa(number)
			if messages = append(messages, m.message); len(messages) == archiveBatch {
				if err := send(m.fraction); err != nil {
					return err
				}
			}
		}
		if err := send(1); err != nil {
			return err
		}
	}
	return nil
}

// pastMessage is a message, and how much of its survey's past is given with it.
type pastMessage struct {
	message  *alert.Message
	fraction float64
}

// messages gives the messages of a survey's past.
func (p *past) messages(seed uint64) iter.Seq2[pastMessage, error] {
	return func(yield func(pastMessage, error) bool) {
		sky, err := sim.New(seed, sim.Options{Surveys: []string{p.survey}})
		if err != nil {
			yield(pastMessage{}, err)
			return
		}
		var begin time.Time
		alerts := map[string]int{}
		history := sim.HistoryOptions{Months: archiveMonths, Objects: archiveObjects, SpacingDays: p.spacing}
		for event, err := range sky.History(history) {
			if err != nil {
				yield(pastMessage{}, err)
				return
			}
			if begin.IsZero() {
				begin = event.Time
			}
			topics := []string{p.topic}
			if alerts[event.ObjectID]%p.every == 0 {
				topics = append(topics, p.said...)
			}
			alerts[event.ObjectID]++
			outputs, err := modules.Expand(event, topics...)
			if err != nil {
				yield(pastMessage{}, err)
				return
			}
			for _, out := range outputs {
				if !yield(pastMessage{message(out, event.Time), event.Time.Sub(begin).Hours() / (float64(archiveMonths) * 31 * 24)}, nil) {
					return
				}
			}
		}
	}
}

// message is what a subscriber would have got of an output.
func message(out modules.Output, at time.Time) *alert.Message {
	m := &alert.Message{Topic: out.Topic, Body: out.Data, PublishTime: at, Origin: "sandbox"}
	for _, name := range slices.Sorted(maps.Keys(out.Attributes)) {
		m.Headers = append(m.Headers, alert.Header{Name: name, Value: []byte(out.Attributes[name])})
	}
	return m
}
