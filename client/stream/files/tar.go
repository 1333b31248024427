package files

import (
	"archive/tar"
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
)

// BrokenArchiveError says that an archive can't be read to its end.
type BrokenArchiveError struct {
	Members int // that were read before
	Err     error
}

// Error says how much was read, and why no more, where that is not only that
// the archive ends early.
func (e *BrokenArchiveError) Error() string {
	text := fmt.Sprintf("the archive breaks off after %d members", e.Members)
	switch e.Members {
	case 0:
		text = "the archive breaks off in its first member"
	case 1:
		text = "the archive breaks off after 1 member"
	}
	if errors.Is(e.Err, io.ErrUnexpectedEOF) {
		return text
	}
	return text + ": " + e.Err.Error()
}

// Unwrap gives what reading ended with.
func (e *BrokenArchiveError) Unwrap() error { return e.Err }

// members reads the members of an archive. An error of the archive is kept, and
// told from one of a member: whoever reads a member gets it as one that says
// nothing of that member's own end.
type members struct {
	*tar.Reader
	read int
	err  error
}

// errArchive is what reading a member gives when the archive breaks off.
var errArchive = errors.New("the archive breaks off")

// Read reads of the member.
func (m *members) Read(into []byte) (int, error) {
	n, err := m.Reader.Read(into)
	if err != nil && err != io.EOF {
		m.err, err = err, errArchive
	}
	return n, err
}

// broken gives the error of an archive that can't be read on.
func (m *members) broken() error { return &BrokenArchiveError{m.read, m.err} }

// readTar reads the members of an archive, one after the other.
func (f *file) readTar(in *bufio.Reader) error {
	if f.depth >= maxNesting {
		return errNesting
	}
	archive := &members{Reader: tar.NewReader(in)}
	var kept keptMembers
	defer kept.close()
	err := f.readMembers(archive, &kept)
	if failed := (*FileError)(nil); f.ctx.Err() != nil || errors.As(err, &failed) {
		return err
	}
	if left := kept.alone(f.readMember); left != nil {
		return left
	}
	return err
}

// readMembers reads all members but those that wait for another.
func (f *file) readMembers(archive *members, kept *keptMembers) error {
	for found := false; ; {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			if !found {
				return ErrNoMembers
			}
			return nil
		}
		if err != nil {
			archive.err = err
			return archive.broken()
		}
		base := header.Name[strings.LastIndexByte(header.Name, '/')+1:]
		_, isEnvelope, isKept := stemOf(header.Name)
		if header.Typeflag != tar.TypeReg || !isPacketName(base) && (!isKept || !isEnvelope) {
			continue
		}
		found = true
		member := f.member(header.Name)
		if isKept {
			err = member.readKept(kept, header.Name, archive, f.name)
		} else {
			err = member.readSized(archive, header.Size)
		}
		if archive.err != nil && f.ctx.Err() == nil {
			return archive.broken()
		}
		if err := member.settle(err); err != nil {
			return err
		}
		archive.read++
	}
}

// member is a member of this archive.
func (f *file) member(name string) *file {
	m := f.inner(f.name + ":" + name)
	m.named = false
	return m
}

// readMember reads a member as if it were a file. One that can't be read does
// not keep the others from being read.
func (f *file) readMember(name string, content io.Reader, size int64) error {
	member := f.member(name)
	return member.settle(member.readSized(content, size))
}

// readKept reads a member of the archive of a raw folder.
func (f *file) readKept(kept *keptMembers, name string, content io.Reader, archive string) error {
	m, body, err := kept.match(name, content)
	if m == nil || err != nil {
		return err
	}
	return f.addKept(m, archive+":"+body)
}
