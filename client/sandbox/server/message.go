package server

import (
	"sort"
	"strconv"
	"time"
	"unicode/utf8"

	"cloud.google.com/go/pubsub/v2/apiv1/pubsubpb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protowire"
)

// The service's limits on what is published, in bytes and counts; see
// https://cloud.google.com/pubsub/quotas#resource_limits.
const (
	MaxMessageBytes     = 10_000_000
	MaxRequestBytes     = 10 << 20
	MaxRequestMessages  = 1000
	MaxAttributes       = 100
	MaxAttributeKey     = 256
	MaxAttributeValue   = 1024
	MaxOrderingKeyBytes = 1024
)

// Message is a message to publish.
type Message struct {
	// Data is the payload. The server keeps it without copying: it must not
	// change afterwards.
	Data        []byte
	Attributes  map[string]string
	OrderingKey string
}

// stored is a published message as all its subscriptions share it: the payload
// and everything else already encoded, so that a delivery copies neither.
type stored struct {
	id      uint64
	time    time.Time
	data    []byte
	meta    []byte // the other fields of a PubsubMessage, on the wire
	size    int64
	holders int // subscriptions that hold it; guarded by Server.mu
}

// storedOverhead is what a held message costs beside its bytes.
const storedOverhead = 256

// Field numbers of google.pubsub.v1.PubsubMessage and ReceivedMessage.
const (
	fieldData        = 1
	fieldAttributes  = 2
	fieldMessageID   = 3
	fieldPublishTime = 4
	fieldOrderingKey = 5

	fieldReceivedAckID   = 1
	fieldReceivedMessage = 2
	fieldReceivedAttempt = 3

	fieldReceivedMessages = 1 // of PullResponse and StreamingPullResponse
)

func newStored(id uint64, at time.Time, m Message) *stored {
	meta := make([]byte, 0, 64+40*len(m.Attributes))
	keys := make([]string, 0, len(m.Attributes))
	for key := range m.Attributes {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	for _, key := range keys {
		value := m.Attributes[key]
		n := protowire.SizeTag(1) + protowire.SizeBytes(len(key)) + protowire.SizeTag(2) + protowire.SizeBytes(len(value))
		meta = protowire.AppendTag(meta, fieldAttributes, protowire.BytesType)
		meta = protowire.AppendVarint(meta, uint64(n))
		meta = appendText(meta, 1, key)
		meta = appendText(meta, 2, value)
	}
	meta = appendText(meta, fieldMessageID, strconv.FormatUint(id, 10))
	meta = protowire.AppendTag(meta, fieldPublishTime, protowire.BytesType)
	meta = protowire.AppendBytes(meta, appendTimestamp(make([]byte, 0, 16), at))
	if m.OrderingKey != "" {
		meta = appendText(meta, fieldOrderingKey, m.OrderingKey)
	}
	return &stored{
		id: id, time: at, data: m.Data, meta: meta,
		size: int64(len(m.Data)+cap(meta)) + storedOverhead,
	}
}

func appendText(dst []byte, field protowire.Number, text string) []byte {
	dst = protowire.AppendTag(dst, field, protowire.BytesType)
	return protowire.AppendString(dst, text)
}

// appendTimestamp writes a google.protobuf.Timestamp.
func appendTimestamp(dst []byte, at time.Time) []byte {
	dst = protowire.AppendTag(dst, 1, protowire.VarintType)
	dst = protowire.AppendVarint(dst, uint64(at.Unix()))
	dst = protowire.AppendTag(dst, 2, protowire.VarintType)
	return protowire.AppendVarint(dst, uint64(at.Nanosecond()))
}

// wireSize is the size of the message as a PubsubMessage on the wire.
func (m *stored) wireSize() int {
	n := len(m.meta)
	if len(m.data) > 0 {
		n += protowire.SizeTag(fieldData) + protowire.SizeBytes(len(m.data))
	}
	return n
}

// check holds a message to the service's limits.
func (m *Message) check() error {
	if len(m.Data) == 0 && len(m.Attributes) == 0 {
		return invalid("One or more messages in the publish request is empty. Each message must contain either non-empty data, or at least one attribute.")
	}
	if len(m.Data) > MaxMessageBytes {
		return invalid("A message in the publish request is too large: %d bytes, the limit is %d.", len(m.Data), MaxMessageBytes)
	}
	if len(m.Attributes) > MaxAttributes {
		return invalid("A message in the publish request has %d attributes, the limit is %d.", len(m.Attributes), MaxAttributes)
	}
	for key, value := range m.Attributes {
		switch {
		case key == "" || len(key) > MaxAttributeKey:
			return invalid("An attribute key in the publish request has %d bytes, it must have 1 to %d.", len(key), MaxAttributeKey)
		case len(value) > MaxAttributeValue:
			return invalid("The value of the attribute %q in the publish request has %d bytes, the limit is %d.", key, len(value), MaxAttributeValue)
		case len(key) >= 4 && key[:4] == "goog":
			return invalid("An attribute key in the publish request begins with goog, which is reserved (key=%s).", key)
		case !utf8.ValidString(key) || !utf8.ValidString(value):
			return invalid("The attribute %q in the publish request is not UTF-8.", key)
		}
	}
	if len(m.OrderingKey) > MaxOrderingKeyBytes {
		return invalid("An ordering key in the publish request has %d bytes, the limit is %d.", len(m.OrderingKey), MaxOrderingKeyBytes)
	}
	return nil
}

// checkRequest holds a publish request to the service's limits.
func checkRequest(msgs []*pubsubpb.PubsubMessage) ([]Message, error) {
	if len(msgs) == 0 {
		return nil, invalid("The publish request holds no messages.")
	}
	if len(msgs) > MaxRequestMessages {
		return nil, invalid("The publish request holds %d messages, the limit is %d.", len(msgs), MaxRequestMessages)
	}
	total := 0
	out := make([]Message, len(msgs))
	for i, m := range msgs {
		if m == nil {
			return nil, status.Error(codes.InvalidArgument, "The publish request holds an empty entry.")
		}
		out[i] = Message{Data: m.Data, Attributes: m.Attributes, OrderingKey: m.OrderingKey}
		if err := out[i].check(); err != nil {
			return nil, err
		}
		total += len(m.Data)
		for key, value := range m.Attributes {
			total += len(key) + len(value)
		}
	}
	if total > MaxRequestBytes {
		return nil, invalid("Request payload size exceeds the limit: %d bytes.", MaxRequestBytes)
	}
	return out, nil
}
