package files

import (
	"archive/tar"
	"bufio"
	"errors"
	"io"
	"strings"
)

// readTar reads the members of an archive, one after the other.
func (f *file) readTar(in *bufio.Reader) error {
	if f.depth >= maxNesting {
		return errNesting
	}
	archive := tar.NewReader(in)
	var kept keptMembers
	defer kept.close()
	for found := false; ; {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			if !found {
				return ErrNoMembers
			}
			return kept.alone(f.readMember)
		}
		if err != nil {
			return errors.Join(kept.alone(f.readMember), err)
		}
		base := header.Name[strings.LastIndexByte(header.Name, '/')+1:]
		_, isEnvelope, isKept := stemOf(header.Name)
		if header.Typeflag != tar.TypeReg || !isPacketName(base) && (!isKept || !isEnvelope) {
			continue
		}
		found = true
		if isKept {
			err = f.readKept(&kept, header.Name, archive)
		} else {
			err = f.readMember(header.Name, archive, header.Size)
		}
		if err != nil {
			return err
		}
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
func (f *file) readKept(kept *keptMembers, name string, content io.Reader) error {
	member := f.member(name)
	m, body, err := kept.match(name, content)
	if err != nil {
		return member.settle(err)
	}
	if m == nil {
		return nil
	}
	return f.addKept(m, f.name+":"+body)
}
