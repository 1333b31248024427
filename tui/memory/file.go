package memory

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"time"
)

// version is that of the file. One with a higher number is not touched.
const version = 1

// mostBytes is how large a file may be. What is kept is bounded far below.
const mostBytes = 32 << 20

// file is how the state is written down.
type file struct {
	Version   int               `json:"version"`
	Topic     *Seen             `json:"last_topic,omitempty"`
	Watch     []Watched         `json:"watch"`
	Unwatched []Seen            `json:"unwatched,omitempty"`
	History   map[string][]line `json:"history"`
	Objects   []Seen            `json:"objects"`
}

// BrokenError is a file that cannot be understood.
type BrokenError struct {
	Path string
	Why  error
}

// Error says which file, and why.
func (e *BrokenError) Error() string {
	return fmt.Sprintf("the viewer's memory %s is broken: %v", e.Path, e.Why)
}

// Unwrap gives the reason.
func (e *BrokenError) Unwrap() error { return e.Why }

// errNewer is a file of a later version of the program.
var errNewer = errors.New("a newer version of pgb wrote it")

// Load reads what is remembered. A file that is not there is an empty memory.
// Where there is an error the memory is empty and can be worked with. A file
// that is broken, a [BrokenError], is put aside by the first
// [Snapshot.Save], beside its place with ".broken" added; one that cannot be
// read, or that a newer version wrote, is never replaced: Save fails as well.
func Load(path string) (*Memory, error) {
	m := New()
	s, err := read(path)
	if err == nil {
		m.state, m.last = s, s.latest()
	}
	return m, err
}

func read(path string) (state, error) {
	s := newState()
	text, err := readAtMost(path)
	if errors.Is(err, fs.ErrNotExist) {
		return s, nil
	}
	if err != nil {
		return s, fmt.Errorf("read the viewer's memory: %w", err)
	}
	if len(text) > mostBytes {
		return s, &BrokenError{path, fmt.Errorf("larger than %d bytes", mostBytes)}
	}
	var first struct{ Version int }
	if json.Unmarshal(text, &first) == nil && first.Version > version { // it may look otherwise than this one knows
		return s, fmt.Errorf("read the viewer's memory %s: %w", path, errNewer)
	}
	var f file
	if err := json.Unmarshal(text, &f); err != nil {
		return s, &BrokenError{path, err}
	}
	if f.Version < 1 {
		return s, &BrokenError{path, errors.New("it has no version")}
	}
	from := f.state()
	s.join(&from)
	return s, nil
}

func readAtMost(path string) ([]byte, error) {
	from, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer from.Close()
	return io.ReadAll(io.LimitReader(from, mostBytes+1))
}

// state takes what is written down, as far as it makes sense.
func (f *file) state() state {
	s := newState()
	if f.Topic != nil {
		s.topic = *f.Topic
	}
	for _, w := range f.Watch {
		if w.Key != "" && len(s.watched) < mostWatched {
			s.watched[w.Key] = w
		}
	}
	for _, u := range f.Unwatched {
		s.dropped[u.Key] = u.When
	}
	for kind, lines := range f.History {
		s.lines[kind] = lines
	}
	s.seen = f.Objects
	return s
}

// file writes the state down.
func (s *state) file(now time.Time) *file {
	f := &file{Version: version, Watch: s.list(), History: s.lines, Objects: s.seen}
	if s.topic.Key != "" {
		f.Topic = &s.topic
	}
	for key, when := range s.dropped {
		if now.Sub(when) < forgotten {
			f.Unwatched = append(f.Unwatched, Seen{key, when})
		}
	}
	f.Unwatched = newest(f.Unwatched, nil, Seen.parts)
	return f
}

// Save writes the file, joined with what others have written there meanwhile.
// It is there whole or as it was before, also when the power fails. See [Load]
// for files that cannot be understood.
func (s Snapshot) Save(path string) error {
	if err := s.save(path); err != nil {
		return fmt.Errorf("save the viewer's memory: %w", err)
	}
	return nil
}

func (s Snapshot) save(path string) error {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real // a link stays one
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	unlock := lock(path + ".lock")
	defer unlock()
	joined, err := read(path)
	var broken *BrokenError
	if errors.As(err, &broken) {
		err = putAside(path)
	}
	if err != nil {
		return err
	}
	joined.join(&s.state)
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", " ")
	if err := encoder.Encode(joined.file(s.now)); err != nil {
		return err
	}
	return replace(path, text.Bytes())
}

// putAside renames a broken file to a name that is free.
func putAside(path string) error {
	aside := path + ".broken"
	for n := 2; ; n++ {
		if _, err := os.Lstat(aside); errors.Is(err, fs.ErrNotExist) {
			return rename(path, aside)
		}
		if n > 99 {
			return fmt.Errorf("too many broken files %s.broken", path)
		}
		aside = fmt.Sprintf("%s.broken%d", path, n)
	}
}

// replace writes a file beside another and puts it in its place.
func replace(path string, text []byte) (err error) {
	folder, name := filepath.Split(path)
	if folder == "" {
		folder = "."
	}
	dropOld(filepath.Join(folder, "."+name+".*.new"))
	fresh, err := os.CreateTemp(folder, "."+name+".*.new") // mode 0600
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			os.Remove(fresh.Name())
		}
	}()
	_, err = fresh.Write(text)
	if err == nil {
		err = fresh.Sync()
	}
	if closeErr := fresh.Close(); err == nil {
		err = closeErr
	}
	if err == nil {
		err = rename(fresh.Name(), path)
	}
	if err == nil {
		syncFolder(folder)
	}
	return err
}

// dropOld removes what a viewer left that was killed while it wrote.
func dropOld(pattern string) {
	left, _ := filepath.Glob(pattern)
	for _, path := range left {
		if info, err := os.Lstat(path); err == nil && info.Mode().IsRegular() && time.Since(info.ModTime()) > time.Hour {
			os.Remove(path)
		}
	}
}

// rename tries a few times where files that are open cannot be replaced: on
// Windows, while another viewer reads.
func rename(from, to string) error {
	err := os.Rename(from, to)
	for tries := 0; err != nil && tries < 20 && runtime.GOOS == "windows"; tries++ {
		time.Sleep(20 * time.Millisecond)
		err = os.Rename(from, to)
	}
	return err
}

// syncFolder makes a new name last. Where folders cannot be synced there is
// nothing to be done about it.
func syncFolder(folder string) {
	if f, err := os.Open(folder); err == nil {
		f.Sync() //nolint:errcheck
		f.Close()
	}
}
