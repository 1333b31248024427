package local

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/sandbox/modules"
	"github.com/mwvgroup/pgb/client/sandbox/sim"
	"github.com/mwvgroup/pgb/client/shareddata"
)

// blank opens a new archive.
func blank(t testing.TB) *Archive {
	t.Helper()
	return opened(t, Options{Path: filepath.Join(t.TempDir(), "a.db"), Create: true})
}

func opened(t testing.TB, o Options) *Archive {
	t.Helper()
	a, err := Open(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	return a
}

// put saves messages.
func put(t testing.TB, a *Archive, o SinkOptions, messages ...*alert.Message) *Sink {
	t.Helper()
	s := a.Sink(o)
	if err := s.Put(context.Background(), messages); err != nil {
		t.Fatal(err)
	}
	return s
}

// aSky is what some alerts of a sandbox's sky are made of.
type aSky struct {
	alerts, objects int
	noCutouts       bool
	surveys         string
}

// skies are what tests have asked for: a sky is expensive under the race
// detector.
var skies sync.Map // of aSky to func() ([]*alert.Message, error)

// simulated gives the messages that some alerts of a sandbox's sky cause on all
// topics. They are the test's own but for the bytes of their bodies.
func simulated(t testing.TB, alerts int, o sim.Options) []*alert.Message {
	t.Helper()
	made, _ := skies.LoadOrStore(aSky{alerts, o.Objects, o.NoCutouts, strings.Join(o.Surveys, " ")},
		sync.OnceValues(func() ([]*alert.Message, error) { return simulate(alerts, o) }))
	all, err := made.(func() ([]*alert.Message, error))()
	if err != nil {
		t.Fatal(err)
	}
	messages := make([]*alert.Message, len(all))
	for i, m := range all {
		messages[i] = &alert.Message{
			ID: m.ID, Topic: m.Topic, Key: m.Key, Headers: slices.Clone(m.Headers), Body: m.Body, PublishTime: m.PublishTime, Origin: m.Origin,
		}
	}
	return messages
}

func simulate(alerts int, o sim.Options) ([]*alert.Message, error) {
	sky, err := sim.New(7, o)
	if err != nil {
		return nil, err
	}
	var messages []*alert.Message
	for range alerts {
		e, err := sky.Next()
		if err != nil {
			return nil, err
		}
		out, err := modules.Expand(e)
		if err != nil {
			return nil, err
		}
		if own := e.Survey + "-alerts"; !slices.ContainsFunc(out, func(o modules.Output) bool { return o.Topic == own }) {
			out = append(out, modules.Output{Topic: own, Data: e.Body, Attributes: e.Attributes})
		}
		for _, o := range out {
			m := &alert.Message{
				ID: fmt.Sprint(1000 + len(messages)), Topic: o.Topic, Body: o.Data, PublishTime: e.Time.Truncate(time.Microsecond).UTC(),
				Origin: "a test",
			}
			for _, name := range slices.Sorted(maps.Keys(o.Attributes)) {
				m.Headers = append(m.Headers, alert.Header{Name: name, Value: []byte(o.Attributes[name])})
			}
			if o.OrderingKey != "" {
				m.Key = []byte(o.OrderingKey)
			}
			messages = append(messages, m)
		}
	}
	return messages, nil
}

// night is the file of an archive with a night of a sandbox, made once.
var night = sync.OnceValues(func() (file []byte, err error) {
	dir, err := os.MkdirTemp("", "pgb-archive-test")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	path := filepath.Join(dir, "a.db")
	a, err := Open(context.Background(), Options{Path: path, Create: true})
	if err != nil {
		return nil, err
	}
	messages, err := simulate(40, sim.Options{NoCutouts: true})
	if err == nil {
		err = a.Sink(SinkOptions{}).Put(context.Background(), messages)
	}
	if err = errors.Join(err, a.Close()); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

// filled is an archive with a night of a sandbox.
func filled(t testing.TB) *Archive {
	t.Helper()
	file, err := night()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "a.db")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	return opened(t, Options{Path: path})
}

// packets reads the real packets whose names match, as messages of a topic.
func packets(t testing.TB, topic, pattern string) []*alert.Message {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(shareddata.Dir(t), "alerts", filepath.FromSlash(pattern)))
	if err != nil || len(files) == 0 {
		t.Fatalf("%s: no packets, %v", pattern, err)
	}
	var messages []*alert.Message
	for i, file := range files {
		if at, err := os.Stat(file); err != nil || at.IsDir() {
			continue
		}
		body, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		messages = append(messages, &alert.Message{ID: fmt.Sprint(i + 1), Topic: topic, Body: body, Origin: filepath.Base(file)})
	}
	return messages
}

// stored reads all messages of an archive, in the order they were saved.
func stored(t testing.TB, a *Archive) []*alert.Message {
	t.Helper()
	conn, release, err := a.read(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	var messages []*alert.Message
	err = sqlitex.Execute(conn, "SELECT "+storedColumns+" FROM "+storedFrom+" ORDER BY m.id", &sqlitex.ExecOptions{
		ResultFunc: func(stmt *sqlite.Stmt) error {
			m, err := a.storedMessage(conn, stmt, 0)
			messages = append(messages, m)
			return err
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return messages
}

// counted gives the one number that a query has.
func counted(t testing.TB, a *Archive, query string, args ...any) (n int64) {
	t.Helper()
	conn, release, err := a.read(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	err = sqlitex.Execute(conn, query, &sqlitex.ExecOptions{Args: args, ResultFunc: func(stmt *sqlite.Stmt) error {
		n = stmt.ColumnInt64(0)
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	return n
}
