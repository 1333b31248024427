package server

import (
	"encoding/binary"

	"google.golang.org/grpc/encoding"
	"google.golang.org/grpc/encoding/proto"
	"google.golang.org/grpc/mem"
	"google.golang.org/protobuf/encoding/protowire"
)

// deliveries is a PullResponse or StreamingPullResponse (they agree in what is
// used here) that is written without copying any payload: its frame bytes and
// the payloads go to the transport as a list of slices.
type deliveries struct {
	frames []byte
	slices mem.BufferSlice
	wire   int
}

// delivery is one message on its way to a subscriber.
type delivery struct {
	msg     *stored
	ack     ackID
	attempt int32 // 0 where there is no dead letter policy
}

// frameOverhead bounds the bytes of framing around a message's meta.
const frameOverhead = ackIDLen + 48

func newDeliveries(batch []delivery) *deliveries {
	size := 0
	for i := range batch {
		size += frameOverhead + len(batch[i].msg.meta)
	}
	// The frames never grow beyond this, so slices of them stay valid.
	d := &deliveries{frames: make([]byte, 0, size), slices: make(mem.BufferSlice, 0, 2*len(batch)+1)}
	start := 0
	for i := range batch {
		d.frames = appendFrame(d.frames, &batch[i])
		data := batch[i].msg.data
		if len(data) == 0 {
			continue
		}
		d.slices = append(d.slices, mem.SliceBuffer(d.frames[start:len(d.frames):len(d.frames)]), mem.SliceBuffer(data))
		start = len(d.frames)
		d.wire += len(data)
	}
	if start < len(d.frames) {
		d.slices = append(d.slices, mem.SliceBuffer(d.frames[start:]))
	}
	d.wire += len(d.frames)
	return d
}

// appendFrame writes a ReceivedMessage but for the payload's bytes, which come
// right behind.
func appendFrame(dst []byte, d *delivery) []byte {
	inner := d.msg.wireSize()
	size := protowire.SizeTag(fieldReceivedAckID) + protowire.SizeBytes(ackIDLen) +
		protowire.SizeTag(fieldReceivedMessage) + protowire.SizeBytes(inner)
	if d.attempt > 0 {
		size += protowire.SizeTag(fieldReceivedAttempt) + protowire.SizeVarint(uint64(d.attempt))
	}
	dst = protowire.AppendTag(dst, fieldReceivedMessages, protowire.BytesType)
	dst = protowire.AppendVarint(dst, uint64(size))
	dst = protowire.AppendTag(dst, fieldReceivedAckID, protowire.BytesType)
	dst = protowire.AppendVarint(dst, ackIDLen)
	dst = d.ack.appendText(dst)
	if d.attempt > 0 {
		dst = protowire.AppendTag(dst, fieldReceivedAttempt, protowire.VarintType)
		dst = protowire.AppendVarint(dst, uint64(d.attempt))
	}
	dst = protowire.AppendTag(dst, fieldReceivedMessage, protowire.BytesType)
	dst = protowire.AppendVarint(dst, uint64(inner))
	dst = append(dst, d.msg.meta...)
	if n := len(d.msg.data); n > 0 {
		dst = protowire.AppendTag(dst, fieldData, protowire.BytesType)
		dst = protowire.AppendVarint(dst, uint64(n))
	}
	return dst
}

// codec is the usual protobuf codec, and writes deliveries as they are.
type codec struct{ encoding.CodecV2 }

func newCodec() codec { return codec{encoding.GetCodecV2(proto.Name)} }

func (c codec) Marshal(v any) (mem.BufferSlice, error) {
	if d, ok := v.(*deliveries); ok {
		return d.slices, nil
	}
	return c.CodecV2.Marshal(v)
}

// ackID names one delivery of one message to one subscription.
type ackID struct {
	subscription uint32
	entry        uint64
	delivery     uint32
}

// ackIDLen is the length of an ackID as text: 16 bytes in hexadecimal digits.
const ackIDLen = 32

const hexDigits = "0123456789abcdef"

func (a ackID) appendText(dst []byte) []byte {
	var raw [16]byte
	binary.BigEndian.PutUint32(raw[0:], a.subscription)
	binary.BigEndian.PutUint64(raw[4:], a.entry)
	binary.BigEndian.PutUint32(raw[12:], a.delivery)
	for _, b := range raw {
		dst = append(dst, hexDigits[b>>4], hexDigits[b&15])
	}
	return dst
}

func parseAckID(text string) (ackID, bool) {
	if len(text) != ackIDLen {
		return ackID{}, false
	}
	var raw [16]byte
	for i := range raw {
		hi, lo := hexValue(text[2*i]), hexValue(text[2*i+1])
		if hi > 15 || lo > 15 {
			return ackID{}, false
		}
		raw[i] = hi<<4 | lo
	}
	return ackID{
		subscription: binary.BigEndian.Uint32(raw[0:]),
		entry:        binary.BigEndian.Uint64(raw[4:]),
		delivery:     binary.BigEndian.Uint32(raw[12:]),
	}, true
}

func hexValue(c byte) byte {
	switch {
	case c >= '0' && c <= '9':
		return c - '0'
	case c >= 'a' && c <= 'f':
		return c - 'a' + 10
	}
	return 255
}
