package avro

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"

	"github.com/mwvgroup/pgb/client/field"
)

// onePerSchema gives a packet for each schema.
func onePerSchema(t testing.TB) []packet {
	var some []packet
	seen := map[*Schema]bool{}
	for _, p := range packets(t) {
		if !seen[p.schema] {
			seen[p.schema] = true
			some = append(some, p)
		}
	}
	return some
}

// readers reads data in every way.
type readers struct {
	schema *Schema
	plan   *Plan
	tr     *Transcoder
	out    field.Projection
	json   []byte
}

func newReaders(t testing.TB, s *Schema) *readers {
	plan, err := NewPlan(s, everything(s))
	if err != nil {
		t.Fatal(err)
	}
	return &readers{schema: s, plan: plan, tr: NewTranscoder(s, nil)}
}

// read reports what does not fit together; errors of the data are none.
func (r *readers) read(t testing.TB, datum []byte) {
	t.Helper()
	n, skipErr := r.schema.Skip(datum)
	planErr := r.plan.Project(datum, &r.out)
	v, err := r.schema.Decode(datum)
	var jsonErr error
	r.json, jsonErr = r.tr.AppendJSON(r.json[:0], datum)
	if (err == nil) != (jsonErr == nil) {
		t.Fatalf("decoding: %v; transcoding: %v", err, jsonErr)
	}
	for _, e := range []error{skipErr, planErr, err, jsonErr} {
		var at *Error
		if e != nil && (!errors.As(e, &at) || at.Offset < 0 || at.Offset > len(datum) || at.Reason == "") {
			t.Fatalf("an error without its place: %v", e)
		}
	}
	if err == nil {
		if v == nil || skipErr != nil || n != len(datum) || planErr != nil {
			t.Fatalf("decoded, but skipped %d of %d (%v) and projected %v", n, len(datum), skipErr, planErr)
		}
		if !json.Valid(r.json) {
			t.Fatalf("no JSON: %q", r.json)
		}
	}
}

func TestTruncatedDataIsAnErrorAtEveryByte(t *testing.T) {
	for _, p := range onePerSchema(t) {
		r := newReaders(t, p.schema)
		for n := range p.datum {
			cut := p.datum[:n:n]
			if got, err := p.schema.Skip(cut); err == nil {
				t.Fatalf("%s: skipped %d of %d bytes", p.name, got, n)
			}
			if n > 3000 && n%61 != 0 || raceEnabled && n%37 != 0 {
				continue
			}
			r.read(t, cut)
			if _, err := r.tr.AppendJSON(nil, cut); !errors.Is(err, io.ErrUnexpectedEOF) && !strings.Contains(err.Error(), reasonCount) {
				t.Fatalf("%s at %d: %v", p.name, n, err)
			}
		}
	}
}

func TestTruncatedContainersAreErrors(t *testing.T) {
	var cache Cache
	for _, p := range onePerSchema(t) {
		if !IsContainer(p.body) {
			continue
		}
		var c Container
		for n := range p.body {
			if raceEnabled && n%37 != 0 {
				continue
			}
			err := c.Reset(p.body[:n:n], &cache)
			if err == nil {
				_, err = c.Next()
			}
			if err == nil {
				t.Fatalf("%s cut at %d reads", p.name, n)
			}
			if n%511 == 0 {
				if err := drain(bytes.NewReader(p.body[:n])); err == nil && n > 0 {
					t.Fatalf("%s cut at %d streams", p.name, n)
				}
			}
		}
	}
}

func drain(in io.Reader) error {
	r, err := NewReader(in, nil)
	if err != nil {
		return err
	}
	_, err = r.Next()
	return err
}

// mutate changes a copy of b in one to eight places.
func mutate(rng *rand.Rand, b []byte) []byte {
	b = append([]byte(nil), b...)
	for range 1 + rng.IntN(8) {
		// Most bytes of a packet are images; most of what can go wrong is not.
		i := rng.IntN(len(b))
		if rng.IntN(4) > 0 {
			i = rng.IntN(min(len(b), 4000))
		}
		switch rng.IntN(6) {
		case 0:
			b[i] ^= 1 << rng.IntN(8)
		case 1:
			b[i] = byte(rng.Uint32())
		case 2:
			b[i] = [...]byte{0, 1, 2, 4, 0x7f, 0x80, 0xfe, 0xff}[rng.IntN(8)]
		case 3:
			b = append(b[:i:i], b[min(len(b), i+1+rng.IntN(9)):]...)
		case 4:
			b = append(append(b[:i:i], binary.AppendVarint(nil, rng.Int64()>>rng.IntN(63))...), b[i:]...)
		case 5:
			b = b[:i]
		}
		if len(b) == 0 {
			return []byte{0}
		}
	}
	return b
}

func TestMutatedPacketsGiveAnErrorOrAValue(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 12))
	some := onePerSchema(t)
	all := make([]*readers, len(some))
	for i, p := range some {
		all[i] = newReaders(t, p.schema)
	}
	rounds := 100000
	if testing.Short() || raceEnabled {
		rounds = 5000
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	var cache Cache
	for n := range rounds {
		i := n % len(some)
		switch {
		case IsContainer(some[i].body) && n%5 == 0:
			mutateContainer(mutate(rng, some[i].body), &cache)
		case len(some[i].datum) > 20000 && n%16 != 0:
			// Large packets take their time: less often.
			mutated := mutate(rng, some[i].datum[:3000])
			all[i].read(t, mutated)
		default:
			all[i].read(t, mutate(rng, some[i].datum))
		}
	}
	runtime.ReadMemStats(&after)
	if grown := int64(after.Sys) - int64(before.Sys); grown > 256<<20 {
		t.Errorf("memory grew by %d MiB", grown>>20)
	}
}

func mutateContainer(body []byte, cache *Cache) {
	var c Container
	if c.Reset(body, cache) != nil {
		return
	}
	for {
		datum, err := c.Next()
		if err != nil {
			return
		}
		_, _ = c.Schema().Skip(datum)
	}
}

// claims is a datum that claims more than it holds.
func TestClaimsBeyondTheDataAreRefusedAtOnce(t *testing.T) {
	long := func(vs ...int64) (b []byte) {
		for _, v := range vs {
			b = binary.AppendVarint(b, v)
		}
		return b
	}
	empties := `{"type":"array","items":{"type":"record","name":"e","fields":[]}}`
	nested := `{"type":"array","items":` + empties + `}`
	tree := `{"type":"record","name":"tree","fields":[{"name":"kids","type":{"type":"array","items":"tree"}}]}`
	for _, c := range []struct {
		name, schema string
		datum        []byte
		reason       string
	}{
		{"text", `"string"`, long(1 << 40), reasonText},
		{"text of all bytes", `"bytes"`, long(1000), reasonShort},
		{"negative text", `"string"`, long(-1), reasonLength},
		{"array of longs", `{"type":"array","items":"long"}`, long(1<<20, 1, 1, 0), reasonCount},
		{"array of 2^62", `{"type":"array","items":"double"}`, long(1 << 62), reasonCount},
		{"array of -2^63", `{"type":"array","items":"null"}`, long(-1 << 63), reasonCount},
		{"empty records", empties, long(1<<40, 0), reasonList},
		{"empty records in blocks", empties, long(append(bytesOf(9, 1<<20), 0)...), reasonList},
		{"map", `{"type":"map","values":"null"}`, long(1<<30, 0), reasonCount},
		{"block size", `{"type":"array","items":"int"}`, long(-1, 1<<50, 1, 0), reasonShort},
		{"negative block size", `{"type":"array","items":"int"}`, long(-1, -5, 1, 0), reasonLength},
		{"long varint", `"long"`, bytes.Repeat([]byte{0xff}, 11), reasonVarint},
		{"int of 33 bits", `"int"`, long(1 << 32), reasonInt},
		{"branch", `["null","long"]`, long(2), reasonBranch},
		{"branch -1", `["null","long","string"]`, long(-1), reasonBranch},
		{"symbol", `{"type":"enum","name":"x","symbols":["a"]}`, long(1), reasonSymbol},
		{"boolean", `"boolean"`, []byte{2}, reasonBool},
		{"depth", tree, bytes.Repeat([]byte{2}, 200), reasonDepth},
		{"trailing", `"int"`, long(1, 1), reasonTrailing},
		{"nested empties", nested, append(bytes.Repeat(append([]byte{2}, long(1<<21, 0)...), 400), 0), ""},
	} {
		s, err := ParseSchema([]byte(c.schema))
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		if c.name == "nested empties" {
			s.limits.JSON = 1 << 20
		}
		_, err = s.Decode(c.datum)
		_, jsonErr := NewTranscoder(s, nil).AppendJSON(nil, c.datum)
		if c.reason == "" {
			c.reason = reasonValues
			if jsonErr == nil || !strings.Contains(jsonErr.Error(), reasonJSON) {
				t.Errorf("%s: to JSON: %v", c.name, jsonErr)
			}
		} else if jsonErr == nil || !strings.Contains(jsonErr.Error(), c.reason) {
			t.Errorf("%s: to JSON: %v, want %q", c.name, jsonErr, c.reason)
		}
		if err == nil || !strings.Contains(err.Error(), c.reason) && !strings.Contains(err.Error(), reasonValues) {
			t.Errorf("%s: %v, want %q", c.name, err, c.reason)
		}
	}
}

func bytesOf(n int, v int64) []int64 {
	all := make([]int64, n)
	for i := range all {
		all[i] = v
	}
	return all
}

func TestProjectedListsAreBounded(t *testing.T) {
	s, err := ParseSchema([]byte(`{"type":"record","name":"r","fields":[{"name":"l","type":{"type":"array","items":["null",{"type":"record","name":"i","fields":[{"name":"a","type":"int"}]}]}}]}`))
	if err != nil {
		t.Fatal(err)
	}
	datum := binary.AppendVarint(nil, 1<<20)
	datum = append(datum, make([]byte, 1<<20+1)...)
	plan, err := NewPlan(s, field.Wanted{Lists: []field.List{{Path: field.Path{"l"}, Fields: scalars("a", "b")}}})
	if err != nil {
		t.Fatal(err)
	}
	var out field.Projection
	if err := plan.Project(datum, &out); err == nil || !strings.Contains(err.Error(), reasonList) {
		t.Error(err)
	}
}

func TestErrorsNameOffsetAndField(t *testing.T) {
	s, err := ParseSchema([]byte(`{"type":"record","name":"alert","fields":[
		{"name":"id","type":"long"},
		{"name":"source","type":{"type":"record","name":"source","fields":[
			{"name":"ra","type":"double"},{"name":"flux","type":["null","float"]},{"name":"band","type":"string"}]}},
		{"name":"history","type":["null",{"type":"array","items":"source"}]}]}`))
	if err != nil {
		t.Fatal(err)
	}
	good := append([]byte{2}, make([]byte, 8)...)
	good = append(good, 2, 0, 0, 0, 0, 2, 'r', 2, 2)
	good = append(good, good[1:16]...)
	good = append(good, 0)
	if _, err := s.Decode(good); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		offset int
		value  byte
		want   string
	}{
		{9, 7, "at offset 9, source.flux: no such branch of the union"},
		{14, 1, "at offset 14, source.band: a negative length"},
		{16, 4, "at offset 16, history: no such branch of the union"},
		{26, 9, "at offset 26, history.flux: no such branch of the union"},
	} {
		bad := append([]byte(nil), good...)
		bad[c.offset] = c.value
		if _, err := s.Decode(bad); err == nil || err.Error() != c.want {
			t.Errorf("decode: %v, want %s", err, c.want)
		}
		if _, err := NewTranscoder(s, nil).AppendJSON(nil, bad); err == nil || err.Error() != c.want {
			t.Errorf("JSON: %v, want %s", err, c.want)
		}
		if _, err := s.Skip(bad); err == nil || err.Error() != c.want {
			t.Errorf("skip: %v, want %s", err, c.want)
		}
	}
}
