package format

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"os"
)

// spoolMemory is how much of a spool is held in memory, in bytes. What is more
// lies in a temporary file.
const spoolMemory = 8 << 20

// spool keeps what is read again once all of it is there.
type spool struct {
	memory []byte
	file   *os.File // nil while memory holds everything
}

// add appends to the spool.
func (s *spool) add(text []byte) error {
	s.memory = append(s.memory, text...)
	if len(s.memory) < spoolMemory {
		return nil
	}
	if s.file == nil {
		var err error
		if s.file, err = os.CreateTemp("", "pgb-"); err != nil {
			return err
		}
	}
	return s.flush()
}

func (s *spool) flush() error {
	err := writeAll(s.file, s.memory)
	s.memory = s.memory[:0]
	return err
}

// read gives a reader of all that was added, from its beginning. It can be
// called again; nothing is added any more.
func (s *spool) read() (*bufio.Reader, error) {
	if s.file == nil {
		return bufio.NewReader(bytes.NewReader(s.memory)), nil
	}
	if err := s.flush(); err != nil {
		return nil, err
	}
	if _, err := s.file.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	return bufio.NewReaderSize(s.file, writeSize), nil
}

// drop removes the spool. It can be called again.
func (s *spool) drop() error {
	file := s.file
	s.file, s.memory = nil, nil
	if file == nil {
		return nil
	}
	return errors.Join(file.Close(), os.Remove(file.Name()))
}
