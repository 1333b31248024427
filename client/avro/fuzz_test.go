package avro

import (
	"bytes"
	"encoding/json"
	"io"
	"testing"

	"github.com/mwvgroup/pgb/client/field"
)

const fuzzSchema = `{"type":"record","name":"alert","fields":[
	{"name":"id","type":"long"},{"name":"flux","type":["null","float"]},{"name":"band","type":["string","null"]},
	{"name":"history","type":["null",{"type":"array","items":{"type":"record","name":"point","fields":[
		{"name":"mjd","type":"double"},{"name":"flag","type":["null","boolean"]},{"name":"kids","type":{"type":"array","items":"point"}}]}}]},
	{"name":"extra","type":{"type":"map","values":["null","int","bytes"]}},
	{"name":"kind","type":{"type":"enum","name":"kind","symbols":["a","b"]}},
	{"name":"none","type":{"type":"array","items":"null"}},
	{"name":"when","type":{"type":"long","logicalType":"timestamp-micros"}}]}`

func fuzzLimits() Limits {
	return Limits{Packet: 1 << 20, Block: 1 << 20, Schema: 1 << 16, JSON: 1 << 22, List: 1 << 16, Cells: 1 << 16}
}

func FuzzDatum(f *testing.F) {
	f.Add([]byte{2, 2, 0, 0, 0x80, 0x3f, 0, 2, 'r', 2, 2, 0, 0, 0, 0, 0, 0, 0, 0, 2, 1, 0, 0, 2, 2, 'k', 2, 4, 0, 2, 8, 0, 0})
	f.Add([]byte{2, 0, 2, 0, 0, 0, 0, 0})
	f.Add([]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01, 0, 2, 2, 1, 2, 0})
	s, err := parseSchema([]byte(fuzzSchema), fuzzLimits().withDefaults())
	if err != nil {
		f.Fatal(err)
	}
	r := newReaders(f, s)
	f.Fuzz(func(t *testing.T, datum []byte) { r.read(t, datum) })
}

func FuzzContainer(f *testing.F) {
	f.Add(container(`"long"`, "null", blockOf(2, []byte{2, 4}), blockOf(1, []byte{6})))
	f.Add(container(fuzzSchema, "null", blockOf(1, []byte{2, 0, 2, 0, 0, 0, 0, 0})))
	for _, codec := range Codecs() {
		p, _ := newPacker(codec)
		packed, _ := p.pack([]byte{2, 4, 6})
		f.Add(container(`"long"`, codec, blockOf(3, packed)))
	}
	one := container(`"long"`, "null", blockOf(2, []byte{2, 4}))
	f.Add(append(one[:len(one):len(one)], one...))
	f.Fuzz(func(t *testing.T, file []byte) {
		cache := &Cache{Limits: fuzzLimits()}
		c, err := OpenContainer(file, cache)
		r, streamErr := NewReader(bytes.NewReader(file), cache)
		if err != nil {
			return
		}
		if streamErr != nil {
			t.Fatalf("opens in memory, but as a stream %v", streamErr)
		}
		for range 1 << 18 {
			datum, err := c.Next()
			again, streamErr := r.Next()
			if _, another := r.Rest(); another && streamErr == io.EOF && err != nil {
				return // a stream goes on with the next file; a packet is one file
			}
			if (err == nil) != (streamErr == nil) || (err == io.EOF) != (streamErr == io.EOF) || !bytes.Equal(datum, again) {
				t.Fatalf("in memory %x %v, as a stream %x %v", datum, err, again, streamErr)
			}
			if err != nil {
				return
			}
			_, _ = c.Schema().Skip(datum)
		}
	})
}

func FuzzSchema(f *testing.F) {
	f.Add([]byte(fuzzSchema), []byte{2, 0, 2, 0, 0, 0, 0, 0})
	f.Add([]byte(`["null",{"type":"fixed","name":"a.b","size":3}]`), []byte{2, 1, 2, 3})
	f.Add([]byte(`{"type":"record","name":"r","fields":[{"name":"r","type":["null","r"]}]}`), []byte{2, 2, 0})
	f.Fuzz(func(t *testing.T, text, datum []byte) {
		s, err := parseSchema(text, fuzzLimits().withDefaults())
		if err != nil {
			return
		}
		if !json.Valid(s.JSON()) {
			t.Fatal("a schema that is no JSON was taken")
		}
		count := 0
		for path := range s.Fields() {
			if count++; count > 1000 {
				break
			}
			if _, ok := s.Lookup(path); !ok {
				t.Fatalf("%v is listed but not found", path)
			}
		}
		_, _ = s.Skip(datum)
		_, _ = s.Decode(datum)
		_, _ = NewTranscoder(s, nil).AppendJSON(nil, datum)
		if plan, err := NewPlan(s, field.Wanted{Scalars: scalars("", "r", "id", "r.r.r")}); err == nil {
			var out field.Projection
			_ = plan.Project(datum, &out)
		}
	})
}
