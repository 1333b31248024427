package pubsub

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unsafe"

	"google.golang.org/grpc/encoding"
	"google.golang.org/grpc/encoding/proto"
	"google.golang.org/grpc/mem"
	"google.golang.org/protobuf/encoding/protowire"

	"github.com/mwvgroup/pgb/client/alert"
)

// codec reads responses of a streaming pull straight into messages: a packet is
// copied once, from the transport's buffers, where the library copies it three
// times. Everything else is left to the library.
type codec struct{ encoding.CodecV2 }

func newCodec() codec { return codec{encoding.GetCodecV2(proto.Name)} }

// response is a StreamingPullResponse.
type response struct{ arrivals []*arrival }

// Unmarshal reads a response.
func (c codec) Unmarshal(data mem.BufferSlice, v any) error {
	r, ok := v.(*response)
	if !ok {
		return c.CodecV2.Unmarshal(data, v)
	}
	w := wire{rest: data, length: data.Len()}
	return w.each(w.length, func(number protowire.Number, end int) error {
		if number != 1 { // received_messages
			return w.skipTo(end)
		}
		a := new(arrival)
		r.arrivals = append(r.arrivals, a)
		return w.received(a, end)
	})
}

// wire reads protocol buffers that lie in pieces.
type wire struct {
	rest   mem.BufferSlice
	head   []byte // what is left of the piece being read
	pos    int
	length int
}

var errWire = errors.New("malformed response")

// each reads the fields up to end. It calls field for those with a length,
// which must read to their end, and skips the others.
func (w *wire) each(end int, field func(number protowire.Number, end int) error) error {
	for w.pos < end {
		tag, err := w.varint()
		if err != nil {
			return err
		}
		number, kind := protowire.DecodeTag(tag)
		size := uint64(0)
		switch kind {
		case protowire.BytesType:
			size, err = w.varint()
		case protowire.VarintType:
			_, err = w.varint()
		case protowire.Fixed32Type:
			size = 4
		case protowire.Fixed64Type:
			size = 8
		default:
			err = errWire
		}
		if err != nil {
			return err
		}
		if w.pos > end || size > uint64(end-w.pos) {
			return fmt.Errorf("%w: a field of %d bytes at %d of %d", errWire, size, w.pos, end)
		}
		to := w.pos + int(size)
		if kind == protowire.BytesType {
			err = field(number, to)
		} else {
			err = w.skipTo(to)
		}
		if err == nil && w.pos != to {
			err = errWire
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// received reads a ReceivedMessage.
func (w *wire) received(a *arrival, end int) error {
	return w.each(end, func(number protowire.Number, end int) error {
		switch number {
		case 1: // ack_id
			text, err := w.text(end)
			a.lease.ackID = text
			return err
		case 2: // message
			err := w.message(&a.message, end)
			slices.SortStableFunc(a.message.Headers, func(a, b alert.Header) int { return strings.Compare(a.Name, b.Name) })
			a.lease.bytes = int64(len(a.message.Body) + len(a.message.Key))
			for _, h := range a.message.Headers {
				a.lease.bytes += int64(len(h.Name) + len(h.Value))
			}
			return err
		}
		return w.skipTo(end)
	})
}

// message reads a PubsubMessage. Attributes come in the order of their names:
// the service keeps none.
func (w *wire) message(m *alert.Message, end int) error {
	return w.each(end, func(number protowire.Number, end int) (err error) {
		switch number {
		case 1: // data
			m.Body, err = w.bytes(end)
		case 2: // attributes
			var h alert.Header
			h, err = w.attribute(end)
			m.Headers = append(m.Headers, h)
		case 3: // message_id
			m.ID, err = w.text(end)
		case 4: // publish_time
			m.PublishTime, err = w.timestamp(end)
		case 5: // ordering_key
			m.Key, err = w.bytes(end)
		default:
			err = w.skipTo(end)
		}
		return err
	})
}

func (w *wire) attribute(end int) (h alert.Header, err error) {
	err = w.each(end, func(number protowire.Number, end int) (err error) {
		switch number {
		case 1:
			h.Name, err = w.text(end)
		case 2:
			h.Value, err = w.bytes(end)
		default:
			err = w.skipTo(end)
		}
		return err
	})
	return h, err
}

// timestamp reads a Timestamp, whose fields have no length.
func (w *wire) timestamp(end int) (time.Time, error) {
	var seconds, nanos int64
	for w.pos < end {
		tag, err := w.varint()
		if err != nil {
			return time.Time{}, err
		}
		number, kind := protowire.DecodeTag(tag)
		if kind != protowire.VarintType {
			return time.Time{}, errWire
		}
		value, err := w.varint()
		if err != nil {
			return time.Time{}, err
		}
		switch number {
		case 1:
			seconds = int64(value)
		case 2:
			nanos = int64(value)
		}
	}
	return time.Unix(seconds, nanos).UTC(), nil
}

// fill sees to it that there is something in head.
func (w *wire) fill() bool {
	for len(w.head) == 0 {
		if len(w.rest) == 0 {
			return false
		}
		w.head = w.rest[0].ReadOnlyData()
		w.rest = w.rest[1:]
	}
	return true
}

func (w *wire) varint() (uint64, error) {
	value, shift := uint64(0), 0
	for shift < 70 && w.fill() {
		c := w.head[0]
		w.head = w.head[1:]
		w.pos++
		value |= uint64(c&0x7f) << shift
		if c < 0x80 {
			return value, nil
		}
		shift += 7
	}
	return 0, fmt.Errorf("%w: a number at %d", errWire, w.pos)
}

// pieces gives all that lies before end, piece by piece.
func (w *wire) pieces(end int, take func(piece []byte)) error {
	for w.pos < end {
		if !w.fill() {
			return errWire
		}
		n := min(len(w.head), end-w.pos)
		take(w.head[:n])
		w.head = w.head[n:]
		w.pos += n
	}
	return nil
}

func (w *wire) skipTo(end int) error { return w.pieces(end, func([]byte) {}) }

// text reads what lies before end into memory of its own, which is not cleared
// first.
func (w *wire) text(end int) (string, error) {
	var b strings.Builder
	b.Grow(end - w.pos)
	err := w.pieces(end, func(piece []byte) { b.Write(piece) })
	return b.String(), err
}

// bytes reads what lies before end into memory of its own; nil if nothing does.
func (w *wire) bytes(end int) ([]byte, error) {
	text, err := w.text(end)
	return unsafe.Slice(unsafe.StringData(text), len(text)), err
}
