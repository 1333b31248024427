package avro

import (
	"encoding/binary"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/client/shareddata"
	twmb "github.com/twmb/avro"
)

// mixedZTF gives the packets of many kinds of object.
func mixedZTF(b *testing.B) [][]byte {
	files, err := filepath.Glob(filepath.Join(shareddata.Dir(b), "alerts", "ztf", "mixed", "*.avro"))
	if err != nil || len(files) != 50 {
		b.Fatalf("%d packets, %v", len(files), err)
	}
	var bodies [][]byte
	for _, name := range files {
		body, err := os.ReadFile(name)
		if err != nil {
			b.Fatal(err)
		}
		bodies = append(bodies, body)
	}
	return bodies
}

func scalars(paths ...string) []field.Scalar {
	var all []field.Scalar
	for _, path := range paths {
		all = append(all, field.Scalar{Path: field.ParsePath(path)})
	}
	return all
}

func under2(record string, names ...string) []string {
	var all []string
	for _, name := range names {
		all = append(all, record+"."+name)
	}
	return all
}

var ztfCutouts = []field.Path{{"cutoutScience"}, {"cutoutTemplate"}, {"cutoutDifference"}}

// plain makes a decoded value fit for encoding/json: NaN and infinities null.
func plain(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for name, inner := range v {
			v[name] = plain(inner)
		}
	case []any:
		for i, inner := range v {
			v[i] = plain(inner)
		}
	case float32:
		if math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) {
			return nil
		}
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil
		}
	}
	return v
}

func BenchmarkZTFToJSON(b *testing.B) {
	bodies := mixedZTF(b)
	var cache Cache
	b.Run("transcoder", func(b *testing.B) {
		var c Container
		if err := c.Reset(bodies[0], &cache); err != nil {
			b.Fatal(err)
		}
		tr := NewTranscoder(c.Schema(), ztfCutouts)
		var dst []byte
		for _, body := range bodies { // grow the buffer once
			dst = appendZTF(b, &c, &cache, tr, dst[:0], body)
		}
		b.ReportAllocs()
		b.ResetTimer()
		total := 0
		for i := range b.N {
			dst = appendZTF(b, &c, &cache, tr, dst[:0], bodies[i%len(bodies)])
			total += len(dst)
		}
		b.ReportMetric(float64(total)/float64(b.N), "JSON-bytes/op")
	})
	b.Run("baseline", func(b *testing.B) {
		var c Container
		if err := c.Reset(bodies[0], &cache); err != nil {
			b.Fatal(err)
		}
		s := twmb.MustParse(string(c.Schema().JSON()))
		b.ReportAllocs()
		b.ResetTimer()
		for i := range b.N {
			if err := c.Reset(bodies[i%len(bodies)], &cache); err != nil {
				b.Fatal(err)
			}
			datum, err := c.Next()
			if err != nil {
				b.Fatal(err)
			}
			var v any
			if _, err := s.Decode(datum, &v); err != nil {
				b.Fatal(err)
			}
			record := v.(map[string]any)
			for _, cutout := range ztfCutouts {
				delete(record, cutout[0])
			}
			if _, err := json.Marshal(plain(record)); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func appendZTF(b *testing.B, c *Container, cache *Cache, tr *Transcoder, dst, body []byte) []byte {
	if err := c.Reset(body, cache); err != nil {
		b.Fatal(err)
	}
	datum, err := c.Next()
	if err != nil {
		b.Fatal(err)
	}
	if dst, err = tr.AppendJSON(dst, datum); err != nil {
		b.Fatal(err)
	}
	return dst
}

func BenchmarkZTFProjection(b *testing.B) {
	bodies := mixedZTF(b)
	wanted := field.Wanted{Scalars: append(scalars("objectId", "candid"), scalars(under2("candidate",
		"jd", "fid", "programid", "isdiffpos", "ra", "dec", "magpsf", "sigmapsf", "diffmaglim", "rb", "drb",
		"distnr", "magnr", "ssnamenr", "ssdistnr", "sgscore1", "distpsnr1", "ndethist", "fwhm", "exptime")...)...)}
	var cache Cache
	var c Container
	if err := c.Reset(bodies[0], &cache); err != nil {
		b.Fatal(err)
	}
	plan, err := NewPlan(c.Schema(), wanted)
	if err != nil {
		b.Fatal(err)
	}
	var out field.Projection
	b.Run("container", func(b *testing.B) {
		b.ReportAllocs()
		for i := range b.N {
			if err := c.Reset(bodies[i%len(bodies)], &cache); err != nil {
				b.Fatal(err)
			}
			datum, err := c.Next()
			if err != nil {
				b.Fatal(err)
			}
			if err := plan.Project(datum, &out); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("header-alone", func(b *testing.B) {
		b.ReportAllocs()
		for i := range b.N {
			if err := c.Reset(bodies[i%len(bodies)], &cache); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("baseline-twmb-decode", func(b *testing.B) {
		s := twmb.MustParse(string(c.Schema().JSON()))
		for i := range b.N {
			if err := c.Reset(bodies[i%len(bodies)], &cache); err != nil {
				b.Fatal(err)
			}
			datum, err := c.Next()
			if err != nil {
				b.Fatal(err)
			}
			var v any
			if _, err := s.Decode(datum, &v); err != nil {
				b.Fatal(err)
			}
		}
	})
}

var lsstColumns = under2("diaSource", "diaSourceId", "visit", "detector", "diaObjectId", "ssObjectId", "midpointMjdTai",
	"ra", "dec", "psfFlux", "psfFluxErr", "snr", "scienceFlux", "scienceFluxErr", "reliability", "band", "isNegative")

func project(b *testing.B, s *Schema, datum []byte, wanted field.Wanted) {
	b.Helper()
	plan, err := NewPlan(s, wanted)
	if err != nil {
		b.Fatal(err)
	}
	var out field.Projection
	b.ReportAllocs()
	b.SetBytes(int64(len(datum)))
	for range b.N {
		if err := plan.Project(datum, &out); err != nil {
			b.Fatal(err)
		}
	}
	if out.Values[0].IsMissing() {
		b.Fatal("nothing read")
	}
}

func BenchmarkLSSTFullSizeProjection(b *testing.B) {
	for _, p := range packets(b) {
		if !strings.Contains(p.name, "full-size") {
			continue
		}
		b.Run("diaSource", func(b *testing.B) { project(b, p.schema, p.datum, field.Wanted{Scalars: scalars(lsstColumns...)}) })
		b.Run("light-curve", func(b *testing.B) {
			project(b, p.schema, p.datum, field.Wanted{Scalars: scalars(lsstColumns...), Lists: lsstHistory})
		})
		b.Run("to-JSON", func(b *testing.B) {
			tr := NewTranscoder(p.schema, ztfCutouts)
			dst, _ := tr.AppendJSON(nil, p.datum)
			b.ReportAllocs()
			b.ResetTimer()
			for range b.N {
				dst, _ = tr.AppendJSON(dst[:0], p.datum)
			}
		})
		b.Run("baseline-twmb-decode", func(b *testing.B) { decodeTwmb(b, p.schema, p.datum) })
	}
}

func decodeTwmb(b *testing.B, s *Schema, datum []byte) {
	t := twmb.MustParse(string(s.JSON()))
	b.SetBytes(int64(len(datum)))
	for range b.N {
		var v any
		if _, err := t.Decode(datum, &v); err != nil {
			b.Fatal(err)
		}
	}
}

var lsstHistory = []field.List{
	{Path: field.Path{"prvDiaSources"}, Fields: scalars("diaSourceId", "visit", "detector", "midpointMjdTai", "ra", "dec", "psfFlux", "psfFluxErr", "snr", "band", "scienceFlux")},
	{Path: field.Path{"prvDiaForcedSources"}, Fields: scalars("visit", "detector", "midpointMjdTai", "psfFlux", "psfFluxErr", "scienceFlux", "band")},
}

// The object's id stands in diaSource too, so that a plan which wants the first
// of the two need not walk the history between them.
func BenchmarkLSSTLongHistory(b *testing.B) {
	s, datum := longHistory(b)
	columns := scalars(append(lsstColumns[:len(lsstColumns):len(lsstColumns)], "diaObject.diaObjectId", "ssSource.ssObjectId")...)
	n := len(columns)
	b.Run("stops-early", func(b *testing.B) {
		project(b, s, datum, field.Wanted{Scalars: columns, FirstOf: [][]int{{3, n - 2, 4, n - 1}}})
	})
	b.Run("walks-to-the-end", func(b *testing.B) { project(b, s, datum, field.Wanted{Scalars: columns}) })
	b.Run("light-curve", func(b *testing.B) {
		project(b, s, datum, field.Wanted{Scalars: columns, Lists: lsstHistory})
	})
	b.Run("baseline-twmb-decode", func(b *testing.B) { decodeTwmb(b, s, datum) })
}

// longHistory makes an LSST 11.1 datum with 300 earlier detections and 400
// forced measurements, all fields present as in real packets, one block a list.
func longHistory(t testing.TB) (*Schema, []byte) {
	text, err := os.ReadFile(filepath.Join(schemaDir, "lsst.11.1.json"))
	if err != nil {
		t.Skip("no schema: ", err)
	}
	s, err := ParseSchema(text)
	if err != nil {
		t.Fatal(err)
	}
	f := filler{items: 300}
	datum := f.value(nil, s.root, "")
	if n, err := s.Skip(datum); err != nil || n != len(datum) {
		t.Fatal(n, err)
	}
	return s, datum
}

// filler writes values for every field of a schema, null for some.
type filler struct {
	n     int64
	items int
}

func (f *filler) value(dst []byte, n *node, name string) []byte {
	f.n++
	switch n.kind {
	case kindRecord:
		for _, m := range n.fields {
			dst = f.value(dst, m.node, m.name)
		}
	case kindUnion:
		null := strings.HasPrefix(name, "cutout") || name == "ssSource" || name == "mpc_orbits" ||
			strings.HasPrefix(name, "ssObjectId") || name == "reliabilityVersion"
		i := 1
		if null == (n.branches[0].kind == kindNull) {
			i = 0
		}
		dst = binary.AppendVarint(dst, int64(i))
		dst = f.value(dst, n.branches[i], name)
	case kindArray:
		count := f.items
		f.items += 100
		dst = binary.AppendVarint(dst, int64(count))
		for range count {
			dst = f.value(dst, n.items, name)
		}
		dst = append(dst, 0)
	case kindLong:
		dst = binary.AppendVarint(dst, 170032915988086813+f.n)
	case kindInt:
		dst = binary.AppendVarint(dst, f.n%3000)
	case kindBool:
		dst = append(dst, byte(f.n&1))
	case kindFloat:
		v := float32(math.NaN())
		if f.n%5 != 0 {
			v = float32(f.n%100000) / 97
		}
		dst = binary.LittleEndian.AppendUint32(dst, math.Float32bits(v))
	case kindDouble:
		dst = binary.LittleEndian.AppendUint64(dst, math.Float64bits(61000+float64(f.n)/7))
	case kindString, kindBytes:
		dst = append(dst, 2, 'r')
	}
	return dst
}
