package pubsub

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"cloud.google.com/go/pubsub/v2/apiv1/pubsubpb"
	"google.golang.org/grpc/mem"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// answer makes a response of the service.
func answer(random *rand.Rand) *pubsubpb.StreamingPullResponse {
	r := &pubsubpb.StreamingPullResponse{
		SubscriptionProperties: &pubsubpb.StreamingPullResponse_SubscriptionProperties{MessageOrderingEnabled: true},
	}
	for i := range random.IntN(5) {
		body := make([]byte, random.IntN(300))
		for j := range body {
			body[j] = byte(random.Uint32())
		}
		m := &pubsubpb.PubsubMessage{Data: body, MessageId: fmt.Sprint(random.Uint64()), Attributes: map[string]string{}}
		for k := range random.IntN(4) {
			m.Attributes[fmt.Sprint("name ", k)] = fmt.Sprint(random.Uint32())
		}
		if i%2 == 0 {
			m.OrderingKey = "key"
			m.PublishTime = timestamppb.New(time.Unix(random.Int64N(1<<33)-1<<32, random.Int64N(1e9)))
		}
		r.ReceivedMessages = append(r.ReceivedMessages, &pubsubpb.ReceivedMessage{
			AckId: fmt.Sprint("ack ", i), Message: m, DeliveryAttempt: int32(i),
		})
	}
	return r
}

// pieces cuts a text as a transport may deliver it.
func pieces(random *rand.Rand, text []byte) (cut mem.BufferSlice) {
	for len(text) > 0 {
		n := 1 + random.IntN(min(len(text), 40))
		cut = append(cut, mem.SliceBuffer(text[:n]))
		text = text[n:]
	}
	return cut
}

func TestCodecReadsWhatTheLibraryReads(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		want := answer(random)
		text, err := proto.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		var got response
		if err := newCodec().Unmarshal(pieces(random, text), &got); err != nil {
			t.Fatal(err)
		}
		if len(got.arrivals) != len(want.ReceivedMessages) {
			t.Fatalf("%d messages, want %d", len(got.arrivals), len(want.ReceivedMessages))
		}
		for i, a := range got.arrivals {
			compare(t, a, want.ReceivedMessages[i])
		}
	}
}

func compare(t *testing.T, a *arrival, r *pubsubpb.ReceivedMessage) {
	t.Helper()
	m, want := &a.message, r.Message
	if a.lease.ackID != r.AckId || m.ID != want.MessageId || !bytes.Equal(m.Body, want.Data) || string(m.Key) != want.OrderingKey {
		t.Fatalf("got %+v, want %v", m, r)
	}
	if want.PublishTime == nil != m.PublishTime.IsZero() || want.PublishTime != nil && !m.PublishTime.Equal(want.PublishTime.AsTime()) {
		t.Fatalf("published %v, want %v", m.PublishTime, want.PublishTime)
	}
	size := int64(len(m.Body) + len(m.Key))
	for i, h := range m.Headers {
		size += int64(len(h.Name) + len(h.Value))
		if want.Attributes[h.Name] != string(h.Value) || i > 0 && m.Headers[i-1].Name >= h.Name {
			t.Fatalf("headers %q, want %q in order", m.Headers, want.Attributes)
		}
	}
	if len(m.Headers) != len(want.Attributes) || a.lease.bytes != size {
		t.Fatalf("%d headers, want %d; %d bytes, want %d", len(m.Headers), len(want.Attributes), a.lease.bytes, size)
	}
}

func FuzzCodec(f *testing.F) {
	random := rand.New(rand.NewPCG(3, 4))
	for range 5 {
		text, err := proto.Marshal(answer(random))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text, uint64(1))
		f.Add(text[:len(text)/2], uint64(2))
	}
	f.Add([]byte{0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01}, uint64(3))
	f.Fuzz(func(t *testing.T, text []byte, seed uint64) {
		var got response
		if newCodec().Unmarshal(pieces(rand.New(rand.NewPCG(seed, 0)), text), &got) != nil {
			return
		}
		total := 0
		for _, a := range got.arrivals {
			total += len(a.message.Body)
		}
		if total > len(text) {
			t.Errorf("%d bytes of bodies in %d bytes", total, len(text))
		}
	})
}
