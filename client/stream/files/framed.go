package files

import (
	"fmt"
	"io"
	"slices"

	"github.com/mwvgroup/pgb/client/alert"
)

// maxUnknown bounds what is read of bytes that do not begin as a known packet
// does, in bytes: far more than any survey's packet has.
const maxUnknown = 16 << 20

// BytesBehindError says that bytes follow a packet that are no packet.
type BytesBehindError struct {
	Bytes int
	more  bool // there are more than that
}

// Error says how many bytes there are.
func (e *BytesBehindError) Error() string {
	switch {
	case e.more:
		return fmt.Sprintf("more than %d bytes behind the record", e.Bytes)
	case e.Bytes == 1:
		return "1 byte behind the record"
	}
	return fmt.Sprintf("%d bytes behind the record", e.Bytes)
}

// held is what was read of a stream and is not used up.
type held struct {
	bytes []byte
	in    io.Reader // nil at the end of the stream
}

// fill reads until there are n bytes or there is no more.
func (h *held) fill(n int) error {
	for len(h.bytes) < n && h.in != nil {
		step := min(n-len(h.bytes), 1<<20)
		from := len(h.bytes)
		h.bytes = slices.Grow(h.bytes, step)[:from+step]
		got, err := readFull(h.in, h.bytes[from:])
		h.bytes = h.bytes[:from+got]
		if err == io.EOF {
			h.in = nil
		} else if err != nil {
			return err
		}
	}
	return nil
}

// readFull is io.ReadFull, but for an end of the stream that is proper: a stream
// that breaks off has the same error as io.ReadFull has for one that is short.
func readFull(in io.Reader, into []byte) (n int, err error) {
	for n < len(into) && err == nil {
		var got int
		got, err = in.Read(into[n:])
		n += got
	}
	return n, err
}

// readPackets reads packets without a container around them, one behind the
// other: of those the schema says where they end. Anything else is one packet.
func (f *file) readPackets(h *held) error {
	for n := 1; ; n++ {
		name := f.name
		if n > 1 {
			name = fmt.Sprintf("%s:%d", f.name, n)
		}
		end, err := f.endOfPacket(h)
		if err != nil {
			return err
		}
		if end == len(h.bytes) && h.in == nil {
			return f.addPacket(h.bytes, name)
		}
		if err := h.fill(end + confluentHeader); err != nil {
			return err
		}
		if !f.beginsPacket(h.bytes[end:]) {
			return f.addWithRest(h, end, name)
		}
		if err := f.addPacket(slices.Clone(h.bytes[:end]), name); err != nil {
			return err
		}
		h.bytes = h.bytes[end:]
	}
}

// confluentHeader is the length of what stands before a framed datum, in bytes.
const confluentHeader = 5

// endOfPacket gives where the first packet of what is held ends: behind all
// that there is where its bytes do not tell.
func (f *file) endOfPacket(h *held) (int, error) {
	for want := 1 << 16; ; want *= 4 {
		if err := h.fill(want); err != nil {
			return 0, err
		}
		bound := maxUnknown
		if end, known := f.measure(f.packet(h.bytes)); end > 0 {
			return end, nil
		} else if known {
			bound = maxPacket
		}
		switch {
		case len(h.bytes) > bound:
			return 0, tooLarge(bound)
		case h.in == nil:
			return len(h.bytes), nil
		}
		want = min(want, bound/4+1)
	}
}

// packet gives the message of bytes that may be a packet.
func (f *file) packet(body []byte) *alert.Message {
	m := &alert.Message{Body: body, As: f.source.options.As}
	if m.As == "" {
		m.As, _, _ = f.source.options.Reader.Detect(body)
	}
	return m
}

// measure gives the length of the packet that a body begins with, where its
// schema is known and it stands bare or framed by a schema id; 0 where it has no
// end. A container knows its end itself.
func (f *file) measure(m *alert.Message) (end int, known bool) {
	if len(m.Body) == 0 || m.Form != alert.Packet || m.Body[0] != 0 && !f.source.bare {
		return 0, false
	}
	schema, datum, err := f.source.options.Reader.Datum(m)
	if err != nil || len(datum) > len(m.Body) {
		return 0, false
	}
	n, err := schema.Skip(datum)
	if err != nil {
		return 0, true
	}
	return len(m.Body) - len(datum) + n, true
}

// beginsPacket says whether bytes begin as a framed packet of a known schema.
func (f *file) beginsPacket(body []byte) bool {
	if len(body) < confluentHeader || body[0] != 0 || f.source.bare {
		return false
	}
	_, _, err := f.source.options.Reader.Datum(f.packet(slices.Concat(body, make([]byte, 1))))
	return err == nil
}

// addWithRest sets a packet aside that something follows which is none: it may
// be a packet that lost its first bytes.
func (f *file) addWithRest(h *held, end int, name string) error {
	if err := h.fill(end + maxUnknown); err != nil {
		return err
	}
	behind := &BytesBehindError{Bytes: len(h.bytes) - end, more: h.in != nil}
	return f.unreadable(name, h.bytes, behind)
}
