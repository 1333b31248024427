package local

import (
	"context"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"github.com/mwvgroup/pgb/client/alert"
)

func TestAttributesComeBackWhateverTheyHold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var headers []alert.Header
		for range rapid.IntRange(0, 5).Draw(t, "headers") {
			headers = append(headers, alert.Header{
				Name:  rapid.OneOf(rapid.String(), rapid.Just("again")).Draw(t, "name"),
				Value: rapid.OneOf(rapid.SliceOf(rapid.Byte()), rapid.Just([]byte("\x00\"\\ \u2028"))).Draw(t, "value"),
			})
			if last := &headers[len(headers)-1]; last.Value == nil {
				last.Value = []byte{}
			}
		}
		text := appendHeaders(nil, headers)
		back, err := headersOf(text)
		if err != nil || !reflect.DeepEqual(back, headers) {
			t.Fatalf("%q became %q by %s, %v", headers, back, text, err)
		}
	})
}

func TestARecordWhoseSchemaCameFromAFileIsReadByAnotherProgram(t *testing.T) {
	a := blank(t)
	packet := packets(t, "ztf-alerts", "ztf/mixed/*")[0]
	schema, datum, err := a.reader.Datum(packet)
	if err != nil {
		t.Fatal(err)
	}
	name, err := a.reader.Learn(schema.JSON())
	if err != nil {
		t.Fatal(err)
	}
	m := &alert.Message{ID: "1", Topic: "ztf-alerts", Schema: name, Body: append([]byte(nil), datum...)}
	put(t, a, SinkOptions{}, m)
	other := opened(t, Options{Path: a.path, ReadOnly: true}) // with a reader that has learned nothing
	back := stored(t, other)
	if len(back) != 1 {
		t.Fatalf("%d messages are stored", len(back))
	}
	sameMessage(t, a.reader, m, back[0])
	if points, err := other.reader.Photometry(back[0]); err != nil || len(points) == 0 {
		t.Errorf("%d points, %v", len(points), err)
	}
	if r, err := other.Check(context.Background(), nil); err != nil || !r.Clean() {
		t.Errorf("Check gave %q, %v", r.Faults, err)
	}
}
