package local

import (
	"bytes"
	"context"
	"errors"
	"reflect"
	"testing"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/sandbox/sim"
)

// everyKind gives messages of all surveys and topics, real and simulated apart.
func everyKind(t *testing.T) map[string][]*alert.Message {
	t.Helper()
	var survey []*alert.Message
	for _, of := range [][2]string{
		{"ztf-alerts", "ztf/*"}, {"ztf-alerts", "ztf/mixed/*"}, {"ztf-alerts", "ztf/ZTF21abiuvdk/*"},
		{"lvk-alerts", "lvk/*"},
	} {
		survey = append(survey, packets(t, of[0], of[1])...)
	}
	for _, m := range packets(t, "", "lsst/*") {
		m.As = alert.Anything
		survey = append(survey, m)
	}
	for _, m := range packets(t, "", "rapid/*") {
		m.As = "rapid"
		survey = append(survey, m)
	}
	return map[string][]*alert.Message{
		"real":      survey,
		"simulated": simulated(t, 20, sim.Options{Objects: 60}),
	}
}

func TestAStoredMessageIsTheSameButForItsCutouts(t *testing.T) {
	for kind, messages := range everyKind(t) {
		t.Run(kind, func(t *testing.T) {
			a := blank(t)
			good := readable(t, a, messages)
			first := len(good) / 4 // of which dictionaries are made
			put(t, a, SinkOptions{}, good[:first]...)
			put(t, a, SinkOptions{}, good[first:]...)
			back := stored(t, a)
			if len(back) != len(good) {
				t.Fatalf("%d messages are stored of %d", len(back), len(good))
			}
			for i, m := range good {
				sameMessage(t, a.reader, m, back[i])
				if cutouts, err := a.reader.Cutouts(back[i]); err != nil || len(cutouts) > 0 {
					t.Errorf("%s: %d cutouts are left, %v", named(m), len(cutouts), err)
				}
			}
		})
	}
}

func TestAMessageStoredWithCutoutsIsTheSameByteForByte(t *testing.T) {
	for kind, messages := range everyKind(t) {
		t.Run(kind, func(t *testing.T) {
			a := blank(t)
			good := readable(t, a, messages)
			put(t, a, SinkOptions{Cutouts: true}, good...)
			for i, m := range stored(t, a) {
				if !bytes.Equal(m.Body, good[i].Body) {
					t.Fatalf("%s: %d bytes came back of %d", named(good[i]), len(m.Body), len(good[i].Body))
				}
				if m.Schema != good[i].Schema || m.Form != good[i].Form || m.As != good[i].As {
					t.Errorf("%s is read otherwise: %q %v %q", named(good[i]), m.Schema, m.Form, m.As)
				}
			}
		})
	}
}

func TestAStoredMessageHasTheIdentityUnderWhichItWasSaved(t *testing.T) {
	for kind, messages := range everyKind(t) {
		t.Run(kind, func(t *testing.T) {
			a := blank(t)
			good := readable(t, a, messages)
			put(t, a, SinkOptions{}, good...)
			s := put(t, a, SinkOptions{}, stored(t, a)...)
			if saved := s.Saved(); saved.Messages != 0 || saved.Known != int64(len(good)) {
				t.Errorf("saved again: %+v", saved)
			}
			s = put(t, a, SinkOptions{Cutouts: true}, good...)
			if saved := s.Saved(); saved.Messages != 0 {
				t.Errorf("saved again with cutouts: %+v", saved)
			}
		})
	}
}

// readable gives the messages that can be read, each once.
func readable(t *testing.T, a *Archive, messages []*alert.Message) []*alert.Message {
	t.Helper()
	seen := map[alert.Identity]bool{}
	var good []*alert.Message
	for _, m := range messages {
		bare, err := a.reader.WithoutCutouts(m)
		if err != nil {
			t.Logf("left out: %v", err)
			continue
		}
		id, err := a.identity(m, bare)
		if err != nil {
			t.Fatal(err)
		}
		if !seen[id] {
			seen[id] = true
			good = append(good, m)
		}
	}
	if len(good) < len(messages)*8/10 {
		t.Fatalf("only %d of %d messages can be read", len(good), len(messages))
	}
	return good
}

// sameMessage compares all that can be read of two messages, but cutouts.
func sameMessage(t *testing.T, r *alert.Reader, want, got *alert.Message) {
	t.Helper()
	name := named(want)
	if got.ID != want.ID || got.Topic != want.Topic || !bytes.Equal(got.Key, want.Key) || got.Form != want.Form ||
		!got.PublishTime.Equal(want.PublishTime) || got.Origin != want.Origin || got.As != want.As {
		t.Errorf("%s came back as %+v", name, got)
	}
	if len(got.Headers)+len(want.Headers) > 0 && !reflect.DeepEqual(got.Headers, want.Headers) {
		t.Errorf("%s: attributes %q became %q", name, want.Headers, got.Headers)
	}
	for what, read := range map[string]func(*alert.Message) (any, error){
		"schema": func(m *alert.Message) (any, error) { return r.Schema(m) },
		"alert": func(m *alert.Message) (any, error) {
			text, err := r.AppendAlertJSON(nil, m, false)
			return string(text), err
		},
		"parts": func(m *alert.Message) (any, error) {
			text, err := r.AppendPartsJSON(nil, m, false)
			return string(text), err
		},
		"classes": func(m *alert.Message) (any, error) { return r.Classifications(m) },
		"row":     func(m *alert.Message) (any, error) { return rowText(r, m) },
	} {
		w, err := read(want)
		if err != nil {
			t.Fatalf("%s: %s: %v", name, what, err)
		}
		g, err := read(got)
		if err != nil || !reflect.DeepEqual(w, g) {
			t.Fatalf("%s: %s was\n%.500v\nand is\n%.500v\n%v", name, what, w, g, err)
		}
	}
	w, err := r.Photometry(want)
	if err != nil {
		t.Fatal(err)
	}
	g, err := r.Photometry(got)
	if err != nil || len(w) != len(g) {
		t.Fatalf("%s: %d points became %d, %v", name, len(w), len(g), err)
	}
	for i := range w {
		if !samePoint(&w[i], &g[i]) {
			t.Fatalf("%s: point %d was %+v and is %+v", name, i, w[i], g[i])
		}
	}
}

func rowText(r *alert.Reader, m *alert.Message) (string, error) {
	view, err := r.View(nil, alert.DefaultColumns())
	if err != nil {
		return "", err
	}
	var row alert.Row
	if err := view.Read(m, &row); err != nil {
		return "", err
	}
	var text []byte
	for i := range row.Values {
		text = append(row.Values[i].AppendJSON(text), ' ')
	}
	return string(text), nil
}

func TestAMessageThatCannotBeDecodedIsRejectedAndTheRestIsSaved(t *testing.T) {
	a := blank(t)
	good := simulated(t, 3, sim.Options{Objects: 20})
	bad := &alert.Message{ID: "1", Topic: "ztf-alerts", Body: []byte("no packet")}
	torn := &alert.Message{ID: "2", Topic: "ztf-alerts", Broken: errors.New("torn")}
	err := a.Sink(SinkOptions{}).Put(context.Background(), append([]*alert.Message{bad, torn}, good...))
	rejection, ok := err.(*Rejection)
	if !ok {
		t.Fatalf("Put gave %v", err)
	}
	messages, reasons := rejection.Rejected()
	if len(messages) != 2 || messages[0] != bad || messages[1] != torn || len(reasons) != 2 {
		t.Errorf("rejected %v for %v", messages, reasons)
	}
	var decode *alert.DecodeError
	if !errors.As(err, &decode) {
		t.Errorf("the reasons are %v", reasons)
	}
	if n := counted(t, a, "SELECT count(*) FROM message"); n != int64(len(good)) {
		t.Errorf("%d messages are saved of %d", n, len(good))
	}
}

func TestBodiesArePackedByTheFirstOfTheirKind(t *testing.T) {
	a := blank(t)
	messages := packets(t, "ztf-alerts", "ztf/mixed/*")
	put(t, a, SinkOptions{}, messages[:5]...)
	put(t, a, SinkOptions{}, messages[5:]...)
	if n := counted(t, a, "SELECT count(*) FROM dictionary"); n != 1 {
		t.Fatalf("%d dictionaries of one kind", n)
	}
	alone := blank(t)
	put(t, alone, SinkOptions{}, messages...)
	const size = "SELECT sum(length(body)) FROM message"
	if by, without := counted(t, a, size), counted(t, alone, size); by > without*95/100 {
		t.Errorf("%d bytes of bodies, %d without a dictionary", by, without)
	}
	again := opened(t, Options{Path: a.path}) // who has not seen the dictionary made
	for i, m := range stored(t, again) {
		sameMessage(t, a.reader, messages[i], m)
	}
	clean(t, again)
	script(t, a.path, "DELETE FROM dictionary")
	lost := opened(t, Options{Path: a.path})
	if r, err := lost.Check(context.Background(), nil); err != nil || r.Clean() {
		t.Errorf("without its dictionary the archive is clean, %v", err)
	}
}
