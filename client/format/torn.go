package format

import (
	"bytes"
	"errors"
	"fmt"
	"io"
)

// ErrOtherContent says that a file that was to be appended to holds something
// else. It is left as it is.
var ErrOtherContent = errors.New("the file holds something else, it can't be appended to")

// tornLine gives the length of a file of lines up to the end of its last whole
// line. The file must begin as such lines do.
func tornLine(begin string) func(io.ReadWriteSeeker) (whole int64, err error) {
	return func(file io.ReadWriteSeeker) (whole int64, err error) {
		if err := beginsWith(file, begin); err != nil {
			return 0, err
		}
		end, err := file.Seek(0, io.SeekEnd)
		if err != nil {
			return 0, err
		}
		block := make([]byte, 1<<16)
		for end > 0 {
			start := max(0, end-int64(len(block)))
			part := block[:end-start]
			if _, err := file.Seek(start, io.SeekStart); err != nil {
				return 0, err
			}
			if _, err := io.ReadFull(file, part); err != nil {
				return 0, err
			}
			if i := bytes.LastIndexByte(part, '\n'); i >= 0 {
				return start + int64(i) + 1, nil
			}
			end = start
		}
		return 0, nil
	}
}

// tornRecord gives the length of a CSV file up to the end of its last whole
// record: a line may end within quotes. The file must have the same header.
func tornRecord(header []byte) func(io.ReadWriteSeeker) (whole int64, err error) {
	return func(file io.ReadWriteSeeker) (whole int64, err error) {
		if err := beginsWith(file, string(header)); err != nil {
			return 0, fmt.Errorf("%w: it has other columns", err)
		}
		if _, err := file.Seek(0, io.SeekStart); err != nil {
			return 0, err
		}
		block := make([]byte, 1<<16)
		quoted := false
		for at := int64(0); ; {
			n, err := file.Read(block)
			for i, c := range block[:n] {
				switch {
				case c == '"':
					quoted = !quoted
				case c == '\n' && !quoted:
					whole = at + int64(i) + 1
				}
			}
			at += int64(n)
			if errors.Is(err, io.EOF) {
				return whole, nil
			}
			if err != nil {
				return 0, err
			}
		}
	}
}

// beginsWith checks the start of a file, which may be torn.
func beginsWith(file io.ReadSeeker, begin string) error {
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	start := make([]byte, len(begin))
	n, err := io.ReadFull(file, start)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return err
	}
	if string(start[:n]) != begin[:n] {
		return ErrOtherContent
	}
	return nil
}
