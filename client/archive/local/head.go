package local

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"sync"
)

// head is an archive's file, opened beside SQLite to look at its beginning. On
// most systems the first close of a file lets go of all locks that the process
// has on it, those of SQLite too (https://www.sqlite.org/howtocorrupt.html,
// section 2.2): another process would take away a log that is in use. So a file
// is opened once, and closed behind the last archive that is open on it.
type head struct {
	file  *os.File
	is    fs.FileInfo
	users int
}

// heads are those that are open in this process.
var heads struct {
	sync.Mutex
	open []*head
}

// holdHead opens a file, or gives the one that is open already.
func holdHead(path string) (*head, error) {
	heads.Lock()
	defer heads.Unlock()
	is, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !is.Mode().IsRegular() {
		return nil, &NotArchiveError{Path: path, What: "not a file"}
	}
	for _, h := range heads.open {
		if os.SameFile(h.is, is) {
			h.users++
			return h, nil
		}
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	h := &head{file: file, is: is, users: 1}
	heads.open = append(heads.open, h)
	return h, nil
}

// release closes the file where nobody else in this process uses it. The
// connections of whoever releases it are closed by then.
func (h *head) release() error {
	heads.Lock()
	defer heads.Unlock()
	if h.users--; h.users > 0 {
		return nil
	}
	heads.open = slices.DeleteFunc(heads.open, func(o *head) bool { return o == h })
	return h.file.Close()
}

// The places of two numbers in the header of an SQLite file
// (https://www.sqlite.org/fileformat.html, section 1.3).
const (
	headerSize    = 100
	headerProgram = 68
)

var sqliteMagic = []byte("SQLite format 3\x00")

// lookAt tells by its first bytes whether a file is an archive, and gives it to
// be held as long as it is used. The number of the program never changes, so that
// it is right even where a killed writer left a log beside the file.
func lookAt(path string) (*head, error) {
	h, err := holdHead(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w at %s", ErrNotFound, path)
	}
	if errors.As(err, new(*NotArchiveError)) {
		return nil, err
	}
	if err != nil {
		return nil, &PlaceError{Err: err}
	}
	if err := h.isArchive(path); err != nil {
		return nil, errors.Join(err, h.release())
	}
	return h, nil
}

func (h *head) isArchive(path string) error {
	var header [headerSize]byte
	n, err := io.ReadFull(io.NewSectionReader(h.file, 0, headerSize), header[:])
	switch {
	case err != nil && n > 0 && bytes.HasPrefix(header[:n], sqliteMagic):
		return &CorruptError{Path: path, Err: errors.New("the file ends early")}
	case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
		return &NotArchiveError{Path: path, What: "not an SQLite file"}
	case err != nil:
		return err
	case !bytes.HasPrefix(header[:], sqliteMagic):
		return &NotArchiveError{Path: path, What: "not an SQLite file"}
	case binary.BigEndian.Uint32(header[headerProgram:]) != applicationID:
		return &NotArchiveError{Path: path, What: "an SQLite file of another program"}
	}
	return nil
}
