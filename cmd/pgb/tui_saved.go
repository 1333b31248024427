package main

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"sync"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/archive/local"
	"github.com/mwvgroup/pgb/client/format"
	"github.com/mwvgroup/pgb/cmd/internal/render"
)

// savings is what the viewer has saved where. What is saved into is closed by
// several goroutines.
type savings struct {
	mu     sync.Mutex
	names  []string // in the order in which they were closed first
	alerts map[string]int64
}

// add notes that alerts are in a place for good.
func (s *savings) add(name string, alerts int64) {
	if alerts == 0 {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.alerts == nil {
		s.alerts = map[string]int64{}
	}
	if _, known := s.alerts[name]; !known {
		s.names = append(s.names, name)
	}
	s.alerts[name] += alerts
}

// lines says what was saved where, a line for each place.
func (s *savings) lines() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []string
	for _, name := range s.names {
		list = append(list, "saved "+render.Plural(s.alerts[name], "alert")+" into "+render.Clean(name))
	}
	return list
}

// taken counts the messages of a batch that an output has or holds.
func taken(batch []*alert.Message, err error) int64 {
	if err == nil {
		return int64(len(batch))
	}
	rejects, ok := err.(interface {
		Rejected() ([]*alert.Message, []error)
	})
	if !ok {
		return 0
	}
	messages, _ := rejects.Rejected()
	return int64(len(batch) - len(messages))
}

// viewedFile is a file or a folder that messages are saved into.
type viewedFile struct {
	*format.Output
	name    string
	inParts bool
	rows    int64
	parts   []format.Part // once it is closed
	saved   *savings
}

// Name is the file's name, and once it is closed that of its parts.
func (f *viewedFile) Name() string {
	if len(f.parts) == 0 {
		return f.name
	}
	first, last := f.partName(0), f.partName(len(f.parts)-1)
	if first == last {
		return first
	}
	return fmt.Sprintf("%s files, %s to %s", render.Count(len(f.parts)), first, last)
}

// partName names a part as the person named the file.
func (f *viewedFile) partName(i int) string {
	return strings.TrimSuffix(f.name, filepath.Base(f.name)) + filepath.Base(f.parts[i].Path)
}

// InParts says that messages are held until their part is closed.
func (f *viewedFile) InParts() bool { return f.inParts }

// Put counts on the way.
func (f *viewedFile) Put(ctx context.Context, batch []*alert.Message) error {
	err := f.Output.Put(ctx, batch)
	f.rows += taken(batch, err)
	return err
}

// Close closes the file, and notes what is in it or in its parts. Of one that is
// written at its end nothing is there where that fails.
func (f *viewedFile) Close(complete bool) error {
	err := f.Output.Close(complete)
	if f.inParts {
		f.parts = f.Parts()
		f.rows = 0
		for _, part := range f.parts {
			f.rows += part.Rows
		}
	} else if err != nil {
		return err
	}
	f.saved.add(f.Name(), f.rows)
	return err
}

// viewedLocal is the local archive that messages are saved into.
type viewedLocal struct {
	*local.Sink
	archive *local.Archive
	saved   *savings
}

// Name names the archive.
func (l *viewedLocal) Name() string { return "the archive" }

// InParts says that there are no parts.
func (l *viewedLocal) InParts() bool { return false }

// Close closes the archive: what was put is on disk.
func (l *viewedLocal) Close(bool) error {
	done := l.Saved()
	l.saved.add(l.Name(), done.Messages+done.Known)
	return l.archive.Close()
}
