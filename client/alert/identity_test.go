package alert

import (
	"bytes"
	"maps"
	"strings"
	"testing"
)

func identity(t testing.TB, r *Reader, m *Message) Identity {
	t.Helper()
	id, err := r.Identity(m)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func TestACopyIsTheSameMessageAndASecondOpinionIsNot(t *testing.T) {
	r := testReader()
	body := object{"alert_lite": lsstLite(lsstRecord(t)), "SuperNNova": superNNova}
	first := jsonMessage(t, "lsst-supernnova", body, Header{"kafka.offset", []byte("1")})
	again := jsonMessage(t, "lsst-supernnova", body)
	again.ID = "another"
	if identity(t, r, first) != identity(t, r, again) {
		t.Error("a copy is another message")
	}
	second := maps.Clone(body)
	second["SuperNNova"] = object{"prob_class0": 0.1, "prob_class1": 0.9, "predicted_class": 1}
	if identity(t, r, first) == identity(t, r, jsonMessage(t, "lsst-supernnova", second)) {
		t.Error("a second opinion is the same message")
	}
	elsewhere := jsonMessage(t, "lsst-lite", body)
	if identity(t, r, first) == identity(t, r, elsewhere) {
		t.Error("another topic's message is the same")
	}
}

func TestLoopsAreToldApartByMessageId(t *testing.T) {
	r := testReader()
	m := packetMessage(t, "ztf-loop", decodes(t, "ztf-mixed")[0].File)
	one := identity(t, r, m)
	m.ID = "another"
	if one == identity(t, r, m) {
		t.Error("the second round of a loop is a duplicate")
	}
	m.ID = "9876543210"
	if one != identity(t, r, m) {
		t.Error("the same message twice")
	}
}

func TestNoticesAreToldApartByTypeAndTime(t *testing.T) {
	r := testReader()
	m := &Message{Topic: "lvk-alerts", Body: shared(t, "lvk/MS181101ab-update.json")}
	one := identity(t, r, m)
	line := lineOf(t, r, m)
	if identity(t, r, line) != one {
		t.Error("a line read back is another notice")
	}
	spaced := &Message{Topic: m.Topic, Body: bytes.ReplaceAll(m.Body, []byte("    "), []byte("  "))}
	if identity(t, r, spaced) != one {
		t.Error("white space makes another notice")
	}
	later := &Message{Topic: m.Topic, Body: bytes.Replace(m.Body, []byte("22:36:25Z"), []byte("22:36:26Z"), 1)}
	if bytes.Equal(later.Body, m.Body) || identity(t, r, later) == one {
		t.Error("a later update is the same notice")
	}
	if len(one.String()) != 32 || strings.Trim(one.String(), "0123456789abcdef") != "" {
		t.Error(one.String())
	}
}

func TestEveryBitOfABodyCounts(t *testing.T) {
	body := bytes.Repeat([]byte("abcdefg"), 40)
	seen := map[Identity]bool{}
	for i := range len(body) * 8 {
		changed := bytes.Clone(body)
		changed[i/8] ^= 1 << (i % 8)
		seen[contentIdentity(&Message{Body: changed})] = true
	}
	for n := range body {
		seen[contentIdentity(&Message{Body: body[:n]})] = true
		seen[contentIdentity(&Message{Body: append(bytes.Clone(body), make([]byte, n)...)})] = true
	}
	if want := len(body)*8 + 2*len(body); len(seen) != want {
		t.Errorf("%d identities of %d bodies", len(seen), want)
	}
}

func TestCutoutsAreFITSFiles(t *testing.T) {
	r := testReader()
	for _, m := range []*Message{
		packetMessage(t, "ztf-alerts", decodes(t, "ztf-mixed")[0].File),
		packetMessage(t, "lsst-alerts", "lsst/full-size.v9_0.7912941781254298.avro"),
	} {
		cutouts, err := r.Cutouts(m)
		if err != nil || len(cutouts) != 3 {
			t.Fatalf("%s: %d cutouts, %v", m.Topic, len(cutouts), err)
		}
		kinds := map[string]bool{}
		for _, c := range cutouts {
			kinds[c.Kind] = true
			if !bytes.HasPrefix(c.FITS, []byte("SIMPLE  =")) || len(c.FITS)%2880 != 0 {
				t.Errorf("%s: %s is no FITS file of %d bytes", m.Topic, c.Kind, len(c.FITS))
			}
		}
		if !kinds["science"] || !kinds["template"] || !kinds["difference"] {
			t.Errorf("%v", kinds)
		}
		packed, err := r.PackedCutouts(m)
		if err != nil || len(packed) != len(cutouts) {
			t.Fatalf("%s: %d packed cutouts, %v", m.Topic, len(packed), err)
		}
		for i, c := range packed {
			if gzipped := bytes.HasPrefix(c.FITS, []byte{0x1f, 0x8b}); gzipped != (m.Topic == "ztf-alerts") || !bytes.Contains(m.Body, c.FITS) {
				t.Errorf("%s: %s is not as it stands in the packet", m.Topic, packed[i].Kind)
			}
		}
	}
}
