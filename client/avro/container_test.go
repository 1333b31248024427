package avro

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	"github.com/klauspost/compress/flate"
	"github.com/mwvgroup/pgb/client/field"
	"github.com/twmb/avro/ocf"
)

// write makes a container of all data.
func write(t testing.TB, s *Schema, codec string, data [][]byte) []byte {
	t.Helper()
	var file bytes.Buffer
	w, err := NewWriter(&file, s, codec, map[string][]byte{"survey": []byte("ztf"), "a": {0, 1}})
	if err != nil {
		t.Fatal(err)
	}
	for _, datum := range data {
		if err := w.Append(datum); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

// nexter is what Container and Reader have in common.
type nexter interface {
	Next() ([]byte, error)
	Meta(string) ([]byte, bool)
	Schema() *Schema
	Codec() string
}

// sameData reads everything and compares.
func sameData(t *testing.T, c nexter, want [][]byte) {
	t.Helper()
	for i, datum := range want {
		got, err := c.Next()
		if err != nil || !bytes.Equal(got, datum) {
			t.Fatalf("datum %d of %d: %d bytes of %d, %v", i, len(want), len(got), len(datum), err)
		}
	}
	for range 2 {
		if _, err := c.Next(); err != io.EOF {
			t.Fatalf("behind the last: %v", err)
		}
	}
}

func TestWrittenContainersReadBackEqual(t *testing.T) {
	byschema := map[*Schema][][]byte{}
	for _, p := range packets(t) {
		byschema[p.schema] = append(byschema[p.schema], p.datum)
	}
	for s, data := range byschema {
		for _, codec := range Codecs() {
			file := write(t, s, codec, data)
			c, err := OpenContainer(file, nil)
			if err != nil {
				t.Fatalf("%s: %v", codec, err)
			}
			if c.Codec() != codec || !bytes.Equal(c.Schema().JSON(), s.JSON()) {
				t.Errorf("%s: codec %s, schema %s", codec, c.Codec(), c.Schema().Name())
			}
			if v, ok := c.Meta("survey"); !ok || string(v) != "ztf" {
				t.Errorf("%s: metadata %q %v", codec, v, ok)
			}
			if _, ok := c.Meta("nothing"); ok {
				t.Errorf("%s: metadata that is not there", codec)
			}
			sameData(t, c, data)
			for _, in := range []io.Reader{bytes.NewReader(file), iotest.OneByteReader(bytes.NewReader(file)), iotest.DataErrReader(bytes.NewReader(file))} {
				r, err := NewReader(in, nil)
				if err != nil {
					t.Fatalf("%s: %v", codec, err)
				}
				sameData(t, r, data)
			}
		}
	}
}

func TestAnotherLibraryReadsWhatTheWriterWrote(t *testing.T) {
	byschema := map[*Schema][]packet{}
	for _, p := range packets(t) {
		byschema[p.schema] = append(byschema[p.schema], p)
	}
	for s, list := range byschema {
		var data [][]byte
		for _, p := range list {
			data = append(data, p.datum)
		}
		for _, codec := range Codecs() {
			r, err := ocf.NewReader(bytes.NewReader(write(t, s, codec, data)))
			if err != nil {
				t.Fatalf("%s: %v", codec, err)
			}
			for _, p := range list {
				var v any
				if err := r.Decode(&v); err != nil {
					t.Fatalf("%s: %v", codec, err)
				}
				if err := sameAsReference(p.record, int64s(v), ""); err != nil {
					t.Errorf("%s %s: %v", p.name, codec, err)
				}
			}
			var v any
			if err := r.Decode(&v); !errors.Is(err, io.EOF) {
				t.Errorf("%s: behind the last: %v", codec, err)
			}
		}
	}
}

// int64s widens the 32-bit integers of another library's values.
func int64s(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for name, inner := range v {
			v[name] = int64s(inner)
		}
	case []any:
		for i, inner := range v {
			v[i] = int64s(inner)
		}
	case int32:
		return int64(v)
	case int:
		return int64(v)
	}
	return v
}

func TestAnEmptyContainerHasNoData(t *testing.T) {
	s, _ := ParseSchema([]byte(`"long"`))
	c, err := OpenContainer(write(t, s, "", nil), nil)
	if err != nil {
		t.Fatal(err)
	}
	sameData(t, c, nil)
}

func TestContainersAreReusedWithoutAllocation(t *testing.T) {
	for _, p := range packets(t) {
		if !IsContainer(p.body) {
			continue
		}
		var cache Cache
		var c Container
		read := func() {
			if err := c.Reset(p.body, &cache); err != nil {
				t.Fatal(err)
			}
			if _, err := c.Next(); err != nil {
				t.Fatal(err)
			}
		}
		read()
		if n := testing.AllocsPerRun(10, read); n != 0 && !raceEnabled {
			t.Fatalf("%s: %v allocations", p.name, n)
		}
	}
}

func TestManyBlocksOfManyRecords(t *testing.T) {
	s, _ := ParseSchema([]byte(`{"type":"record","name":"r","fields":[{"name":"a","type":"long"},{"name":"b","type":"string"}]}`))
	var data [][]byte
	for i := range 30000 {
		text := strings.Repeat("x", i%37)
		datum := binary.AppendVarint(nil, int64(i)*1e12)
		datum = binary.AppendVarint(datum, int64(len(text)))
		data = append(data, append(datum, text...))
	}
	for _, codec := range Codecs() {
		file := write(t, s, codec, data)
		c, err := OpenContainer(file, nil)
		if err != nil {
			t.Fatal(err)
		}
		sameData(t, c, data)
		r, err := NewReader(bytes.NewReader(file), nil)
		if err != nil {
			t.Fatal(err)
		}
		sameData(t, r, data)
	}
}

// container puts one together by hand.
func container(schema, codec string, blocks ...[]byte) []byte {
	file := append([]byte{}, magic...)
	file = binary.AppendVarint(file, 2)
	file = appendEntry(file, "avro.schema", []byte(schema))
	file = appendEntry(file, "avro.codec", []byte(codec))
	file = append(file, 0)
	file = append(file, marker...)
	for _, b := range blocks {
		file = append(file, b...)
	}
	return file
}

const marker = "0123456789abcdef"

func blockOf(count int, packed []byte) []byte {
	b := binary.AppendVarint(nil, int64(count))
	b = binary.AppendVarint(b, int64(len(packed)))
	return append(append(b, packed...), marker...)
}

func TestDamagedContainersAreErrors(t *testing.T) {
	var deflated bytes.Buffer
	z, _ := flate.NewWriter(&deflated, 9)
	_, _ = z.Write(make([]byte, 8<<20))
	_ = z.Close()
	cache := &Cache{Limits: Limits{Block: 1 << 20}}
	good := blockOf(1, []byte{2})
	wrongMarker := append([]byte(nil), good...)
	wrongMarker[len(wrongMarker)-1] ^= 1
	snappy, _ := newPacker(CodecSnappy)
	packed, _ := snappy.pack([]byte{2})
	sum := append([]byte(nil), packed...)
	sum[len(sum)-1] ^= 1
	for _, c := range []struct {
		name string
		file []byte
		want string
	}{
		{"not a container", []byte("{}"), "not an Avro object container file"},
		{"empty", nil, "not an Avro object container file"},
		{"html", []byte("<!DOCTYPE html>"), "not an Avro object container file"},
		{"codec", container(`"long"`, "bzip2"), `the codec "bzip2" is not known`},
		{"schema", container(`"lung"`, "null"), `unknown type "lung"`},
		{"no schema", append(append([]byte(nil), magic...), append([]byte{0}, marker...)...), "without a schema"},
		{"marker", container(`"long"`, "null", good, wrongMarker), reasonSync},
		{"sum", container(`"long"`, "snappy", blockOf(1, sum)), errChecksum.Error()},
		{"short snappy", container(`"long"`, "snappy", blockOf(1, []byte{1})), "codec snappy"},
		{"deflate", container(`"long"`, "deflate", blockOf(1, []byte{0xff, 0xff})), "codec deflate"},
		{"zstandard", container(`"long"`, "zstandard", blockOf(1, []byte{1, 2, 3, 4, 5, 6, 7, 8, 9})), "codec zstandard"},
		{"bomb", container(`"long"`, "deflate", blockOf(1, deflated.Bytes())), errBlockSize.Error()},
		{"count", container(`"long"`, "null", blockOf(1000, []byte{2})), reasonCount},
		{"empties", container(`"null"`, "null", blockOf(1<<20, nil)), reasonCount},
		{"none but bytes", container(`"long"`, "null", blockOf(0, []byte{2})), reasonTrailing},
		{"second datum", container(`"string"`, "null", blockOf(3, []byte{2, 'a', 1, 2, 'b'})), reasonLength},
		{"negative count", container(`"long"`, "null", blockOf(-1, []byte{2})), reasonLength},
	} {
		for how, open := range map[string]func() (nexter, error){
			"memory": func() (nexter, error) { return OpenContainer(c.file, cache) },
			"stream": func() (nexter, error) { return NewReader(bytes.NewReader(c.file), cache) },
		} {
			r, err := open()
			for err == nil {
				_, err = r.Next()
			}
			if err == io.EOF || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s from %s: %v, want %s", c.name, how, err, c.want)
			}
		}
	}
}

func TestAReadersOwnErrorComesThrough(t *testing.T) {
	s, _ := ParseSchema([]byte(`"long"`))
	file := write(t, s, "", [][]byte{{2}, {4}})
	broken := errors.New("the disk is on fire")
	for _, n := range []int{2, 10, 60, len(file) - 8} {
		in := io.MultiReader(bytes.NewReader(file[:n]), iotest.ErrReader(broken))
		r, err := NewReader(in, nil)
		for err == nil {
			_, err = r.Next()
		}
		if !errors.Is(err, broken) {
			t.Errorf("after %d bytes: %v", n, err)
		}
	}
}

func TestTheWriterRefusesWhatItCannotDo(t *testing.T) {
	s, _ := ParseSchema([]byte(`"long"`))
	if _, err := NewWriter(io.Discard, s, "lzma", nil); err == nil || !strings.Contains(err.Error(), "lzma") {
		t.Error(err)
	}
	if _, err := NewWriter(io.Discard, s, "", map[string][]byte{"avro.schema": nil}); err == nil {
		t.Error("a reserved entry was taken")
	}
	w, err := NewWriter(io.Discard, s, "", nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(w.Append([]byte{2}), w.Close(), w.Close()); err != nil {
		t.Error(err)
	}
	if err := w.Append([]byte{2}); err == nil {
		t.Error("a closed writer took a datum")
	}
}

func TestASetMarkerMakesFilesRepeatable(t *testing.T) {
	s, _ := ParseSchema([]byte(`"long"`))
	files := map[string]bool{}
	for range 2 {
		var file bytes.Buffer
		w, _ := NewWriter(&file, s, CodecZstandard, map[string][]byte{"b": nil, "a": nil, "c": nil})
		w.SetSync([16]byte{1, 2, 3})
		if err := errors.Join(w.Append([]byte{2}), w.Close()); err != nil {
			t.Fatal(err)
		}
		files[file.String()] = true
	}
	if len(files) != 1 {
		t.Error("two files with one marker differ")
	}
}

func TestConfluentHeaders(t *testing.T) {
	for _, c := range []struct {
		body string
		id   int
		ok   bool
	}{
		{"\x00\x00\x00\x04\x4dX", 1101, true}, {"\x00\x00\x00\x00\x64", 100, true},
		{"\x00\x00\x00\x04", 0, false}, {"Obj\x01.", 0, false}, {"", 0, false},
	} {
		id, datum, ok := ConfluentID([]byte(c.body))
		if id != c.id || ok != c.ok || ok && string(datum) != c.body[5:] {
			t.Errorf("%q: %d %q %v", c.body, id, datum, ok)
		}
	}
}

func TestTheCacheKeepsNoMoreThanItMay(t *testing.T) {
	var cache Cache
	schema := func(i int) []byte { return fmt.Appendf(nil, `{"type":"fixed","name":"f","size":%d}`, i) }
	first, err := cache.Schema(schema(0))
	if err != nil {
		t.Fatal(err)
	}
	if again, _ := cache.Schema(schema(0)); again != first {
		t.Error("parsed again")
	}
	text := schema(0)
	if n := testing.AllocsPerRun(100, func() { _, _ = cache.Schema(text) }); n != 0 {
		t.Errorf("%v allocations for a schema it has", n)
	}
	for i := range 10 * cachedSchemas {
		if s, err := cache.Schema(schema(i)); err != nil || s.root.size != i {
			t.Fatal(s, err)
		}
	}
	if n := len(*cache.known.Load()); n > cachedSchemas {
		t.Errorf("%d schemas kept", n)
	}
	if again, _ := cache.Schema(schema(0)); again == first {
		t.Error("the oldest schema was kept")
	}
	if _, err := cache.Schema([]byte("nonsense")); err == nil {
		t.Error("nonsense was kept")
	}
}

func TestOneCachePlanAndTranscoderServeManyGoroutines(t *testing.T) {
	var cache Cache
	const text = `{"type":"record","name":"r","fields":[{"name":"a","type":"long"},{"name":"b","type":"float"}]}`
	s, err := cache.Schema([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	plan, err := NewPlan(s, field.Wanted{Scalars: scalars("b", "a")})
	if err != nil {
		t.Fatal(err)
	}
	tr := NewTranscoder(s, nil)
	var wait sync.WaitGroup
	for g := range 8 {
		wait.Go(func() {
			var out field.Projection
			for i := range 200 {
				datum := append(binary.AppendVarint(nil, int64(i)), 0, 0, 0x80, 0x3f)
				file := container(text, "null", blockOf(1, datum))
				if g%2 == 0 {
					file = container(fmt.Sprintf(`{"type":"fixed","name":"f","size":%d}`, len(datum)+i%70), "deflate")
				}
				if _, err := OpenContainer(file, &cache); err != nil {
					t.Error(err)
				}
				text, err := tr.AppendJSON(nil, datum)
				if want := fmt.Sprintf(`{"a":%d,"b":1}`, i); err != nil || string(text) != want {
					t.Errorf("%s %v", text, err)
				}
				if err := plan.Project(datum, &out); err != nil || show(out.Values) != fmt.Sprintf("1 %d", i) {
					t.Error(show(out.Values), err)
				}
				if n, err := s.Skip(datum); err != nil || n != len(datum) {
					t.Error(n, err)
				}
			}
		})
	}
	wait.Wait()
}

func TestFilesBehindEachOtherAreReadOneByOne(t *testing.T) {
	first, second := parse(t, `"long"`), parse(t, `"string"`)
	whole := write(t, first, CodecDeflate, [][]byte{{2}, {4}})
	stream := bytes.NewReader(append(bytes.Clone(whole), write(t, second, CodecNull, [][]byte{{2, 'a'}})...))
	r, err := NewReader(iotest.OneByteReader(stream), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := r.Rest(); ok {
		t.Error("a rest before the end")
	}
	sameData(t, r, [][]byte{{2}, {4}})
	rest, ok := r.Rest()
	if !ok {
		t.Fatal("no rest")
	}
	if r, err = NewReader(rest, nil); err != nil {
		t.Fatal(err)
	}
	sameData(t, r, [][]byte{{2, 'a'}})
	if _, ok := r.Rest(); ok {
		t.Error("a rest behind the last")
	}
}
