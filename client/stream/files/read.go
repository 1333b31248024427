package files

import (
	"archive/tar"
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/klauspost/compress/zstd"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/format"
)

// maxPacket bounds a packet that is read whole, in bytes.
const maxPacket = 256 << 20

// maxNesting bounds archives within archives.
const maxNesting = 4

// file is one file being read, or a member of an archive.
type file struct {
	source *Source
	ctx    context.Context
	name   string // for people: the path, and the member in it
	path   string // of the file on disk, empty for members of archives
	named  bool
	depth  int
}

// FileError says that a file that was named is not what was expected.
type FileError struct {
	Name string
	Err  error
}

// Error names the file and says what is wrong with it.
func (e *FileError) Error() string { return fmt.Sprintf("%s: %v", e.Name, e.Err) }

// Unwrap gives what is wrong.
func (e *FileError) Unwrap() error { return e.Err }

// What a file turns out to be that holds no packets.
var (
	ErrEmpty = errors.New("the file is empty")
	ErrHTML  = errors.New("the file is a web page (HTML), not data")
)

// sniffLength is how many bytes tell what a file is: the mark of a tar archive
// ends there.
const sniffLength = 262

// read finds out what a file is and reads its messages.
func (f *file) read(r io.Reader) error {
	in := bufio.NewReaderSize(r, 1<<16)
	head, err := in.Peek(sniffLength)
	if err != nil && !errors.Is(err, io.EOF) {
		return &FileError{f.name, err}
	}
	text := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n")
	switch {
	case len(head) == 0:
		return f.unreadable(nil, ErrEmpty)
	case bytes.HasPrefix(head, []byte("\x1f\x8b")):
		return f.readGzip(in)
	case bytes.HasPrefix(head, []byte("\x28\xb5\x2f\xfd")):
		return f.readZstd(in)
	case len(head) == sniffLength && string(head[257:]) == "ustar":
		return f.readTar(in)
	case bytes.HasPrefix(head, []byte("Obj\x01")):
		return f.readContainer(in)
	case len(text) > 0 && (text[0] == '{' || text[0] == '['):
		return f.readJSON(in)
	case len(text) > 0 && text[0] == '<':
		return f.unreadable(head, ErrHTML)
	}
	return f.readPacket(in)
}

// unreadable ends the run where the user named the file; one among many goes
// to quarantine.
func (f *file) unreadable(body []byte, reason error) error {
	if f.named {
		return &FileError{f.name, reason}
	}
	return f.source.add(f.ctx, &alert.Message{
		ID: f.name, Origin: f.name, Body: bytes.Clone(body), As: f.source.options.As, Broken: reason,
	})
}

func (f *file) readGzip(in *bufio.Reader) error {
	unzipped, err := gzip.NewReader(in)
	if err != nil {
		return f.unreadable(nil, err)
	}
	return f.inner(strings.TrimSuffix(f.name, ".gz")).read(unzipped)
}

func (f *file) readZstd(in *bufio.Reader) error {
	unzipped, err := zstd.NewReader(in, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(1<<30))
	if err != nil {
		return f.unreadable(nil, err)
	}
	defer unzipped.Close()
	return f.inner(strings.TrimSuffix(f.name, ".zst")).read(unzipped)
}

// inner is what is inside a compressed file or an archive.
func (f *file) inner(name string) *file {
	g := *f
	g.name, g.path, g.depth = name, "", f.depth+1
	return &g
}

func (f *file) readTar(in *bufio.Reader) error {
	if f.depth > maxNesting {
		return f.unreadable(nil, errors.New("archives nested too deeply"))
	}
	archive := tar.NewReader(in)
	for {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return &FileError{f.name, err}
		}
		base := header.Name[strings.LastIndexByte(header.Name, '/')+1:]
		if header.Typeflag != tar.TypeReg || !isPacketName(base) {
			continue
		}
		member := f.inner(f.name + ":" + header.Name)
		member.named = false
		if err := member.read(archive); err != nil {
			return err
		}
		if err := f.ctx.Err(); err != nil {
			return err
		}
	}
}

// readWhole reads a packet that is a file of its own.
func (f *file) readWhole(in io.Reader) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(in, maxPacket+1))
	if err == nil && len(body) > maxPacket {
		err = fmt.Errorf("larger than %d bytes", maxPacket)
	}
	return body, err
}

// readPacket reads a framed or bare packet: the whole file.
func (f *file) readPacket(in io.Reader) error {
	body, err := f.readWhole(in)
	if err != nil {
		return f.unreadable(nil, err)
	}
	return f.addPacket(body, f.name)
}

// addPacket takes a packet as it was published, with the envelope that a raw
// folder keeps beside it.
func (f *file) addPacket(body []byte, name string) error {
	m := &alert.Message{Body: body, ID: name, As: f.source.options.As}
	if f.path != "" && name == f.name {
		if kept, ok, err := readEnvelope(f.path, body); err != nil {
			return &FileError{f.name, err}
		} else if ok {
			m = kept
		}
	}
	m.Origin = name
	if m.Topic == "" && m.As == "" {
		if as, _, ok := f.source.options.Reader.Detect(body); ok {
			m.As = as
		}
	}
	return f.source.add(f.ctx, m)
}

// readEnvelope reads what a raw folder keeps beside a packet, where there is
// such a file.
func readEnvelope(path string, body []byte) (m *alert.Message, ok bool, err error) {
	stem := path[:len(path)-len(extension(path))]
	text, err := os.ReadFile(stem + format.HeadersSuffix)
	if errors.Is(err, os.ErrNotExist) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	var envelope format.Envelope
	if err := json.Unmarshal(text, &envelope); err != nil {
		return nil, false, fmt.Errorf("%s: %w", stem+format.HeadersSuffix, err)
	}
	m, err = envelope.Message(body)
	return m, err == nil, err
}

// extension is the last ending of a name, with its dot.
func extension(path string) string {
	base := path[strings.LastIndexAny(path, `/\`)+1:]
	if i := strings.LastIndexByte(base, '.'); i >= 0 {
		return base[i:]
	}
	return ""
}
