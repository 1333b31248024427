package format

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/mwvgroup/pgb/client/alert"
)

// Rotation says when an output closes its file and begins the next one:
// night-0001.parquet, night-0002.parquet ... for the path night.parquet. What
// is there already is counted on from and never written over. A part has its
// name when it is closed and on the disk; until then its messages are held.
type Rotation struct {
	// Every is how long after its first row a part is closed; 0 is no bound.
	Every time.Duration
	// Rows is how many rows a part has; 0 is no bound.
	Rows int64
	// One makes one part under the path's own name. Every then says when it
	// is closed at the latest, and what comes after that is [ErrOnePart].
	One bool
}

// Part is one of the files of an output that is written in parts.
type Part struct {
	Path string
	Rows int64
}

// Parts gives the parts that are closed and have their names, the oldest first;
// none of an output that is not written in parts, or that a Put goes on in.
func (o *Output) Parts() []Part {
	if !o.writing.TryLock() {
		return nil
	}
	defer o.writing.Unlock()
	if r, ok := o.sink.(*rotation); ok {
		return slices.Clone(r.closed)
	}
	return nil
}

// HeldError is no failure: it says which messages an [Output] has for good only
// when their part is closed or their batch is written. See stream.Held, which it
// is.
type HeldError struct {
	out      *Output
	safe     int
	due      time.Time
	rejected *RejectedError
}

// Error says that messages are held.
func (e *HeldError) Error() string {
	return "messages are held until their file is closed or their batch is written"
}

// Safe says how many of the messages that were held, the oldest first, are on
// the disk by now.
func (e *HeldError) Safe() int { return e.safe }

// Due says when the open part is to be closed, or the open batch written; zero
// where that is open.
func (e *HeldError) Due() time.Time { return e.due }

// Rejected gives the messages of the batch that could not be written, and the
// reasons.
func (e *HeldError) Rejected() ([]*alert.Message, []error) {
	if e.rejected == nil {
		return nil, nil
	}
	return e.rejected.Rejected()
}

// Settle closes the open part, or writes the open batch.
func (e *HeldError) Settle(context.Context) error {
	e.out.writing.Lock()
	defer e.out.writing.Unlock()
	if e.out.failed == nil {
		e.out.failed = e.out.holder.settle()
		e.out.holder.holds() // whoever settles knows what is safe by that
	}
	return e.out.failed
}

// ErrOnePart says that a file had to be closed before its stream ended, since
// its messages could be held no longer, and that more came.
var ErrOnePart = errors.New("the file was closed because its messages could be held no longer, and more came: write parts")

// errRotateAppend says that parts are numbered on as it is.
var errRotateAppend = errors.New("parts are numbered on from those that are there: neither append nor force is needed")

// rotation writes one part after the other.
type rotation struct {
	options  Options
	rotate   Rotation
	numbers  *numbering // nil for one part, which has the path's own name
	part     sink       // nil between two
	due      time.Time
	rows     int64 // in the part
	safe     int   // messages of parts that were closed since it was asked last
	finished bool  // the only part is closed
	closed   []Part
}

func newRotation(o Options) (*rotation, error) {
	r := &rotation{options: o}
	r.options.Finite = true
	r.rotate = Rotation{One: true}
	if o.Rotate != nil {
		r.rotate = *o.Rotate
	}
	if r.rotate.One {
		return r, r.begin()
	}
	switch {
	case o.Format == Raw || o.Path == "":
		return nil, fmt.Errorf("%s into parts needs the name of a file", o.Format)
	case o.Append || o.Force:
		return nil, errRotateAppend
	case strings.HasSuffix(o.Path, string(filepath.Separator)) || filepath.Ext(o.Path) == "" && o.Format == Avro:
		return nil, fmt.Errorf("%s: a folder can't be written in parts", o.Path)
	}
	info, err := os.Stat(filepath.Dir(o.Path))
	if err == nil && !info.IsDir() {
		err = errors.New("not a folder")
	}
	if err != nil {
		return nil, placeError(filepath.Dir(o.Path), err)
	}
	r.numbers = newNumbering(o.Path)
	r.options.parts = r.numbers
	return r, r.numbers.look()
}

// begin opens the next part.
func (r *rotation) begin() error {
	o := r.options
	o.Rotate = nil
	if r.numbers != nil {
		o.Path = r.numbers.name()
	}
	var err error
	r.part, err = openSink(o)
	r.rows = 0
	return err
}

// put writes a batch into as many parts as it takes.
func (r *rotation) put(batch []*alert.Message) error {
	var rejected RejectedError
	for len(batch) > 0 {
		if r.finished {
			return ErrOnePart
		}
		if r.part == nil {
			if err := r.begin(); err != nil {
				return err
			}
		}
		n := int64(len(batch))
		if r.rotate.Rows > 0 {
			n = min(n, r.rotate.Rows-r.rows)
		}
		written := n
		err := r.part.put(batch[:n])
		if refused, ok := err.(*RejectedError); ok {
			rejected.Messages = append(rejected.Messages, refused.Messages...)
			rejected.Reasons = append(rejected.Reasons, refused.Reasons...)
			written -= int64(len(refused.Messages))
		} else if err != nil {
			return err
		}
		batch = batch[n:]
		if r.rows == 0 && written > 0 && r.rotate.Every > 0 {
			r.due = time.Now().Add(r.rotate.Every)
		}
		r.rows += written
		if r.rotate.Rows > 0 && r.rows >= r.rotate.Rows {
			if err := r.settle(); err != nil {
				return err
			}
		}
	}
	return rejected.orNil()
}

// settle closes the open part: what is in it is safe then.
func (r *rotation) settle() error {
	if r.part == nil {
		return nil
	}
	part := r.part
	r.part, r.due = nil, time.Time{}
	if r.rows == 0 && r.numbers != nil {
		return part.close(false)
	}
	rows := r.rows
	r.safe += int(rows)
	r.rows = 0
	r.finished = r.numbers == nil
	err := part.close(true)
	if err == nil && r.numbers != nil {
		r.closed = append(r.closed, Part{r.numbers.last, rows})
	}
	return err
}

// holds says how many messages became safe since it was asked last, and when the
// open part is to be closed.
func (r *rotation) holds() (safe int, due time.Time) {
	safe, r.safe = r.safe, 0
	return safe, r.due
}

// close closes the open part, or gives it up.
func (r *rotation) close(complete bool) error {
	if complete {
		return r.settle()
	}
	if r.part == nil {
		return nil
	}
	part := r.part
	r.part = nil
	return part.close(false)
}

// numbering names parts by their numbers.
type numbering struct {
	folder, stem, ending string
	next                 int
	last                 string // the name that was given last
}

func newNumbering(path string) *numbering {
	ending := filepath.Ext(path)
	return &numbering{
		folder: filepath.Dir(path), stem: strings.TrimSuffix(filepath.Base(path), ending), ending: ending, next: 1,
	}
}

// look goes on behind the highest number that is there.
func (n *numbering) look() error {
	entries, err := os.ReadDir(n.folder)
	if err != nil {
		return placeError(n.folder, err)
	}
	for _, entry := range entries {
		rest, ok := strings.CutPrefix(entry.Name(), n.stem+"-")
		if !ok {
			continue
		}
		digits, ok := strings.CutSuffix(rest, n.ending)
		if number, err := strconv.Atoi(digits); ok && err == nil && len(digits) >= 4 {
			n.next = max(n.next, number+1)
		}
	}
	return nil
}

// name is the name of the next part.
func (n *numbering) name() string {
	return filepath.Join(n.folder, fmt.Sprintf("%s-%04d%s", n.stem, n.next, n.ending))
}

// take gives a file the name of the next part, and leaves what another program
// has put there meanwhile.
func (n *numbering) take(path string) error {
	for {
		name := n.name()
		n.next++
		n.last = name
		err := os.Link(path, name)
		if err == nil {
			return os.Remove(path)
		}
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		// Not every file system has links.
		if _, there := os.Lstat(name); errors.Is(there, fs.ErrNotExist) {
			return os.Rename(path, name)
		}
	}
}
