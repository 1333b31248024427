package files

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/avro"
	"github.com/mwvgroup/pgb/client/jsonscan"
)

// Bounds of what is read.
const (
	maxPacket  = 256 << 20 // bytes of a packet that is read whole
	maxWindow  = 128 << 20 // bytes that zstd may keep: zstd --long needs as much
	maxNesting = 4         // archives and compressed files within such
	smallFile  = 4 << 20   // bytes of a file that is read whole at once
)

// file is one file being read, or a member of an archive.
type file struct {
	source *Source
	ctx    context.Context
	name   string // for people: the path, and the member in it
	named  bool
	piped  bool // it has no name of its own: standard input, a pipe
	depth  int
	given  *int // messages of the file, and of all that it is in
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
	ErrEmpty     = errors.New("the file is empty")
	ErrHTML      = errors.New("the file is a web page (HTML), not data")
	ErrXML       = errors.New("the file is XML, which pgb does not read")
	ErrUTF16     = errors.New("the file is text in UTF-16: save it as UTF-8")
	ErrNoMembers = errors.New("the archive has no packets in it")
	// ErrNotPacket says that the bytes do not begin as those of any packet do.
	// They may be a packet without framing: it is an [alert.ErrUnknownPayload].
	ErrNotPacket error = notPacketError{}
	// ErrBrokenJSON says that a JSON text is cut off or not valid.
	ErrBrokenJSON = errors.New("not valid JSON")
)

// RowsError says that a file is a table: columns that were picked from packets,
// of which the packets can't be had again.
type RowsError struct{ Format string } // Parquet, Arrow, FITS, ECSV or VOTable

// Error names the format.
func (e *RowsError) Error() string {
	return "the file is " + e.Format + ": it holds rows, not packets"
}

type notPacketError struct{}

func (notPacketError) Error() string { return "not a packet: the bytes do not tell what it is" }

func (notPacketError) Is(target error) bool { return target == alert.ErrUnknownPayload }

// errNesting says that archives are in archives without end.
var errNesting = errors.New("archives nested too deeply")

// readInput reads one file.
func (s *Source) readInput(in input) error {
	f := &file{source: s, ctx: s.ctx, name: in.path, named: in.named, given: new(int)}
	if in.path == stdinPath {
		f.name = "standard input"
		return f.readPatiently(func() (io.Reader, error) { return s.options.Stdin, nil })
	}
	info, err := os.Stat(in.path)
	if err != nil {
		return f.unreadable(f.name, nil, err)
	}
	if !info.Mode().IsRegular() {
		return f.readPatiently(func() (io.Reader, error) {
			opened, err := os.Open(in.path)
			return ownFile{opened}, err
		})
	}
	opened, err := os.Open(in.path)
	if err != nil {
		return f.unreadable(f.name, nil, err)
	}
	defer opened.Close()
	if m, ok, err := f.withEnvelope(in.path, opened); err != nil {
		return f.settle(err)
	} else if ok {
		return f.addKept(m, in.path)
	}
	return f.settle(f.readSized(opened, info.Size()))
}

// readPatiently reads what may keep its reader waiting.
func (f *file) readPatiently(open func() (io.Reader, error)) error {
	f.piped = true
	f.source.patient = startPatient(f.ctx, open)
	return f.settle(f.read(f.source.patient))
}

// add takes a message of this file.
func (f *file) add(m *alert.Message) error {
	*f.given++
	return f.source.add(m)
}

// addBare takes a packet that came without its attributes. One that comes from a
// sandbox by its ids is marked as all of those are.
func (f *file) addBare(m *alert.Message) error {
	if !m.Simulated() && f.source.options.Reader.SimulatedIDs(m) {
		m.Headers = append(slices.Clone(m.Headers), alert.Header{Name: alert.SimulatedAttr, Value: []byte("true")})
	}
	return f.add(m)
}

// unreadable sets aside what can't be read: it goes to quarantine, and reading
// goes on. Where it is all there is of the one file that the user named, the
// run ends.
func (f *file) unreadable(name string, body []byte, reason error) error {
	if err := f.ctx.Err(); err != nil {
		return err
	}
	if f.named && *f.given == 0 {
		return &FileError{f.name, withoutPath(reason)}
	}
	return f.add(&alert.Message{ID: name, Origin: name, Body: body, As: f.source.options.As, Broken: withoutPath(reason)})
}

// withoutPath leaves out the name that the error of a file repeats.
func withoutPath(err error) error {
	if failed := (*os.PathError)(nil); errors.As(err, &failed) {
		return failed.Err
	}
	return err
}

// settle deals with an error that reading the bytes ended with, of the disk or
// of a decompressor. One that ends the run is passed on.
func (f *file) settle(err error) error {
	if failed := (*FileError)(nil); err == nil || f.ctx.Err() != nil || errors.As(err, &failed) {
		return err
	}
	return f.unreadable(f.name, nil, err)
}

// readSized reads a file of known size, a small one at once.
func (f *file) readSized(r io.Reader, size int64) error {
	if size > smallFile {
		return f.read(r)
	}
	content := make([]byte, size)
	n, err := io.ReadFull(r, content)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("it ends after %d of %d bytes: %w", n, size, io.ErrUnexpectedEOF)
	}
	if err != nil {
		return err
	}
	return f.readAs(sniff(content, f), content, nil)
}

// read finds out what a stream of bytes is and reads its messages.
func (f *file) read(r io.Reader) error {
	in := bufio.NewReaderSize(r, 1<<16)
	head, err := in.Peek(sniffLength)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	return f.readAs(sniff(head, f), nil, in)
}

// readAs reads content, or where that is nil a stream, of which it is known what
// it is.
func (f *file) readAs(what kind, content []byte, in *bufio.Reader) error {
	if content != nil && in == nil && what.streamed() {
		in = bufio.NewReaderSize(bytes.NewReader(content), min(len(content)+1, 1<<16))
	}
	switch what {
	case isEmpty:
		if f.piped {
			return nil // what was before in the pipe found nothing
		}
		return f.unreadable(f.name, content, ErrEmpty)
	case isGzip:
		return f.readGzip(in)
	case isZstd:
		return f.readZstd(in)
	case isTar:
		return f.readTar(in)
	case isContainer:
		return f.readContainer(content, in)
	case isJSON:
		return f.readJSON(in)
	}
	h := &held{bytes: content}
	if content == nil {
		h.in = in
	}
	if what == isPacket {
		return f.readPackets(h)
	}
	if err := h.fill(maxUnknown); err != nil {
		return err
	}
	reason := map[kind]error{isHTML: ErrHTML, isXML: ErrXML, isUTF16: ErrUTF16}[what]
	if what == isRows {
		reason = &RowsError{Format: rowsFormat(h.bytes[:min(len(h.bytes), sniffLength)])}
	}
	return f.unreadable(f.name, h.bytes, reason)
}

// tooLarge says that a packet has more bytes than are read of one.
func tooLarge(bound int) error {
	if bound == maxUnknown {
		return fmt.Errorf("no packet of a known kind within %d MiB", bound>>20)
	}
	return fmt.Errorf("a packet larger than %d MiB", bound>>20)
}

// readWhole reads a packet that is a file of its own.
func readWhole(in io.Reader) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(in, maxPacket+1))
	if err == nil && len(body) > maxPacket {
		err = tooLarge(maxPacket)
	}
	return body, err
}

func (f *file) readGzip(in *bufio.Reader) error {
	if f.depth >= maxNesting {
		return errNesting
	}
	unzipped, err := gzip.NewReader(in)
	if err != nil {
		return err
	}
	return f.inner(withoutEnding(f.name, ".gz")).read(unzipped)
}

func (f *file) readZstd(in *bufio.Reader) error {
	if f.depth >= maxNesting {
		return errNesting
	}
	unzipped, err := zstd.NewReader(in, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxWindow))
	if err != nil {
		return err
	}
	defer unzipped.Close()
	return f.inner(withoutEnding(f.name, ".zst")).read(unzipped)
}

// withoutEnding takes the ending of a compressed file off its name.
func withoutEnding(name, ending string) string {
	if n := len(name) - len(ending); n > 0 && strings.EqualFold(name[n:], ending) {
		return name[:n]
	}
	return name
}

// inner is what is inside a compressed file or an archive.
func (f *file) inner(name string) *file {
	g := *f
	g.name, g.piped, g.depth = name, false, f.depth+1
	return &g
}

// addPacket takes a packet as it was published.
func (f *file) addPacket(body []byte, name string) error { return f.addMarked(body, name, nil) }

// addMarked takes a packet with headers that its file has for it.
func (f *file) addMarked(body []byte, name string, headers []alert.Header) error {
	as := f.source.options.As
	if as == "" {
		var known bool
		if as, _, known = f.source.options.Reader.Detect(body); !known {
			switch reason := noPacket(body); {
			case errors.Is(reason, ErrNotPacket): // kept: whoever knows what it is may say so
				return f.add(&alert.Message{ID: name, Origin: name, Body: body, Broken: reason})
			case reason != nil:
				return f.unreadable(name, body, reason)
			}
		}
	}
	return f.addBare(&alert.Message{Body: body, ID: name, Origin: name, As: as, Headers: headers})
}

// noPacket says why bytes of which it is not known what they are can't be a
// packet; nil for what a reader that knows more may make something of.
func noPacket(body []byte) error {
	switch text := bytes.TrimLeft(bytes.TrimPrefix(body, []byte(byteOrderMark)), " \t\r\n"); {
	case avro.IsContainer(body), len(body) > 0 && body[0] == 0:
		return nil
	case len(text) > 0 && (text[0] == '{' || text[0] == '['):
		if err := jsonscan.Valid(text); err != nil {
			return fmt.Errorf("%w: %w", ErrBrokenJSON, err)
		}
		return nil
	}
	return ErrNotPacket
}

// addKept takes a message that pgb kept with all that belongs to it. How the
// user says that packets are to be read counts where the message can't be read
// by what it says itself.
func (f *file) addKept(m *alert.Message, origin string) error {
	m.Origin = origin
	if end, _ := f.measure(m); m.Broken == nil && end > 0 && end < len(m.Body) {
		m.Broken = &BytesBehindError{Bytes: len(m.Body) - end}
	}
	if as := f.source.options.As; as != "" && m.Broken == nil {
		if found, err := f.source.options.Reader.ReadAs(m); err != nil || found == "" {
			m.As = as
		}
	}
	return f.add(m)
}
