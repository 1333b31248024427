package files

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/format"
)

// maxEnvelope bounds the file of what travelled beside a message, in bytes.
const maxEnvelope = 16 << 20

// withEnvelope gives the message of a file in a raw folder, which has a file of
// its attributes beside it. Its bytes are the body, whatever they are.
func (f *file) withEnvelope(path string, opened io.Reader) (m *alert.Message, ok bool, err error) {
	beside := strings.TrimSuffix(path, filepath.Ext(path)) + format.HeadersSuffix
	if beside == path {
		return nil, false, nil
	}
	file, err := os.Open(beside)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	envelope, err := readEnvelope(file, beside)
	if err = errors.Join(err, file.Close()); err != nil {
		return nil, false, err
	}
	body, err := readWhole(opened)
	if err != nil {
		return nil, false, err
	}
	if m, err = envelope.Message(body); err != nil {
		return nil, false, fmt.Errorf("%s: %w", beside, err)
	}
	return m, true, nil
}

func readEnvelope(r io.Reader, name string) (*format.Envelope, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxEnvelope))
	if err != nil {
		return nil, err
	}
	envelope := new(format.Envelope)
	if err := json.Unmarshal(text, envelope); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return envelope, nil
}

// keptMembers matches the members of an archive of a raw folder: a body and its
// envelope come in any order. What waits for the other is spooled to a file, so
// that memory stays bounded.
type keptMembers struct {
	waiting map[string]keptMember // by name without ending
	order   []string
	spool   *os.File
	size    int64
}

// keptMember is a body or an envelope in the spool.
type keptMember struct {
	name     string
	from, to int64
	envelope bool
}

// stemOf gives what the names of a body and of its envelope have in common. ok is
// false for other names: those of a raw folder are identities.
func stemOf(name string) (stem string, isEnvelope, ok bool) {
	if stem, isEnvelope = strings.CutSuffix(name, format.HeadersSuffix); !isEnvelope {
		stem = strings.TrimSuffix(name, filepath.Ext(name))
	}
	base := stem[strings.LastIndexByte(stem, '/')+1:]
	if base, _, _ = strings.Cut(base, "-"); len(base) != 2*len(alert.Identity{}) {
		return "", false, false
	}
	_, err := hex.DecodeString(base)
	return stem, isEnvelope, err == nil
}

// match takes a member, and gives the message once both its parts came.
func (k *keptMembers) match(name string, content io.Reader) (m *alert.Message, body string, err error) {
	stem, isEnvelope, _ := stemOf(name)
	other, ok := k.waiting[stem]
	if !ok || other.envelope == isEnvelope {
		return nil, "", k.keep(stem, keptMember{name: name, envelope: isEnvelope}, content)
	}
	delete(k.waiting, stem)
	there := io.Reader(io.NewSectionReader(k.spool, other.from, other.to-other.from))
	body = name
	if isEnvelope {
		body, content, there = other.name, there, content
	}
	envelope, err := readEnvelope(there, stem+format.HeadersSuffix)
	if err != nil {
		return nil, body, err
	}
	bytes, err := readWhole(content)
	if err != nil {
		return nil, body, err
	}
	m, err = envelope.Message(bytes)
	return m, body, err
}

// keep spools a member until the other part comes.
func (k *keptMembers) keep(stem string, member keptMember, content io.Reader) error {
	if k.spool == nil {
		var err error
		if k.spool, err = os.CreateTemp("", "pgb-archive-*"); err != nil {
			return err
		}
		k.waiting = map[string]keptMember{}
	}
	n, err := io.Copy(io.NewOffsetWriter(k.spool, k.size), io.LimitReader(content, maxPacket+1))
	if err == nil && n > maxPacket {
		err = tooLarge(maxPacket)
	}
	if err != nil {
		return err
	}
	member.from, member.to = k.size, k.size+n
	k.size += n
	k.waiting[stem] = member
	k.order = append(k.order, stem)
	return nil
}

// alone gives the bodies that no envelope came for, in their order.
func (k *keptMembers) alone(each func(name string, content io.Reader, size int64) error) error {
	for _, stem := range k.order {
		member, ok := k.waiting[stem]
		if !ok || member.envelope {
			continue
		}
		delete(k.waiting, stem)
		size := member.to - member.from
		if err := each(member.name, io.NewSectionReader(k.spool, member.from, size), size); err != nil {
			return err
		}
	}
	return nil
}

func (k *keptMembers) close() {
	if k.spool != nil {
		k.spool.Close()
		os.Remove(k.spool.Name())
	}
}
