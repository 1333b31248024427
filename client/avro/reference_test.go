package avro

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"testing"
	"time"

	"github.com/mwvgroup/pgb/client/field"
)

// sameAsReference compares a decoded value with what the reference has, and
// gives the first difference.
func sameAsReference(ref, got any, path string) error {
	differ := func() error { return fmt.Errorf("%s: %v (%T), reference %v", path, got, got, ref) }
	switch got := got.(type) {
	case nil:
		if ref != nil {
			return differ()
		}
	case map[string]any:
		want, ok := ref.(map[string]any)
		if !ok || len(want) != len(got) {
			return differ()
		}
		for name, v := range got {
			if err := sameAsReference(want[name], v, path+"."+name); err != nil {
				return err
			}
		}
	case []any:
		want, ok := ref.([]any)
		if !ok || len(want) != len(got) {
			return differ()
		}
		for i, v := range got {
			if err := sameAsReference(want[i], v, path+"."+strconv.Itoa(i)); err != nil {
				return err
			}
		}
	case string, bool:
		if ref != got {
			return differ()
		}
	case []byte:
		want, _ := ref.(map[string]any)
		n, sum := digest(got)
		if want == nil || fmt.Sprint(want["bytes"]) != strconv.Itoa(n) || want["sha256"] != sum {
			return differ()
		}
	case time.Time:
		want, _ := ref.(map[string]any)
		if want == nil || fmt.Sprint(want["micros"]) != strconv.FormatInt(got.UnixMicro(), 10) {
			return differ()
		}
	default:
		if !sameNumber(ref, got) {
			return differ()
		}
	}
	return nil
}

// sameNumber compares a number with a JSON number or null.
func sameNumber(ref, got any) bool {
	text := fmt.Sprint(ref)
	switch got := got.(type) {
	case int64:
		return text == strconv.FormatInt(got, 10)
	case float32:
		if math.IsNaN(float64(got)) || math.IsInf(float64(got), 0) {
			return ref == nil
		}
		want, err := strconv.ParseFloat(text, 64)
		return err == nil && float32(want) == got
	case float64:
		if math.IsNaN(got) || math.IsInf(got, 0) {
			return ref == nil
		}
		want, err := strconv.ParseFloat(text, 64)
		return err == nil && want == got
	}
	return false
}

func TestDecodeGivesWhatTheReferenceReads(t *testing.T) {
	for _, p := range packets(t) {
		v, err := p.schema.Decode(p.datum)
		if err != nil {
			t.Errorf("%s: %v", p.name, err)
			continue
		}
		if err := sameAsReference(p.record, v, ""); err != nil {
			t.Errorf("%s: %v", p.name, err)
		}
		if n, err := p.schema.Skip(p.datum); err != nil || n != len(p.datum) {
			t.Errorf("%s: skipped %d of %d bytes, %v", p.name, n, len(p.datum), err)
		}
	}
}

// sameAsJSON compares a decoded value with JSON made of it.
func sameAsJSON(want any, got any, path string) error {
	differ := func() error { return fmt.Errorf("%s: JSON %v, decoded %v (%T)", path, got, want, want) }
	switch want := want.(type) {
	case map[string]any:
		have, ok := got.(map[string]any)
		if !ok || len(have) != len(want) {
			return differ()
		}
		for name, v := range want {
			if err := sameAsJSON(v, have[name], path+"."+name); err != nil {
				return err
			}
		}
	case []any:
		have, ok := got.([]any)
		if !ok || len(have) != len(want) {
			return differ()
		}
		for i, v := range want {
			if err := sameAsJSON(v, have[i], path+"."+strconv.Itoa(i)); err != nil {
				return err
			}
		}
	case []byte:
		if got != base64.StdEncoding.EncodeToString(want) {
			return differ()
		}
	case time.Time:
		if !sameNumber(got, float64(want.UnixMicro())/1e6) {
			return differ()
		}
	case float32:
		// The shortest decimal of a 32-bit float reads back as it.
		if math.IsNaN(float64(want)) || math.IsInf(float64(want), 0) {
			if got != nil {
				return differ()
			}
			break
		}
		f, err := strconv.ParseFloat(fmt.Sprint(got), 32)
		if err != nil || float32(f) != want || fmt.Sprint(got) != string(field.AppendFloat32(nil, want)) {
			return differ()
		}
	case int64, float64:
		if !sameNumber(got, want) {
			return differ()
		}
	default:
		if got != want {
			return differ()
		}
	}
	return nil
}

func decodeJSON(t testing.TB, text []byte) any {
	t.Helper()
	var v any
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		t.Fatalf("%v in %.200s", err, text)
	}
	return v
}

func TestTranscodedJSONHoldsWhatTheReferenceReads(t *testing.T) {
	for _, p := range packets(t) {
		v, err := p.schema.Decode(p.datum)
		if err != nil {
			t.Fatal(err)
		}
		text, err := NewTranscoder(p.schema, nil).AppendJSON([]byte("x"), p.datum)
		if err != nil {
			t.Errorf("%s: %v", p.name, err)
			continue
		}
		if err := sameAsJSON(v, decodeJSON(t, text[1:]), ""); err != nil {
			t.Errorf("%s: %v", p.name, err)
		}
	}
}

func TestOmittedMembersAreNotInTheJSON(t *testing.T) {
	omit := []field.Path{
		{"cutoutScience"}, {"cutoutTemplate"}, {"cutoutDifference"}, {"nothing", "such"},
		{"candidate", "jd"}, {"prv_candidates", "fid"}, {"candid"},
		{"diaSourceId"}, {"diaSource", "glint_trail"}, {"diaObject", "u_psfFluxMean"}, {"prvDiaSources", "visit"}, {"objectId"},
	}
	for _, p := range packets(t) {
		v, _ := p.schema.Decode(p.datum)
		for _, path := range omit {
			remove(v, path)
		}
		text, err := NewTranscoder(p.schema, omit).AppendJSON(nil, p.datum)
		if err != nil {
			t.Errorf("%s: %v", p.name, err)
			continue
		}
		if err := sameAsJSON(v, decodeJSON(t, text), ""); err != nil {
			t.Errorf("%s: %v", p.name, err)
		}
	}
}

func remove(v any, path field.Path) {
	switch v := v.(type) {
	case map[string]any:
		if len(path) == 1 {
			delete(v, path[0])
			return
		}
		remove(v[path[0]], path[1:])
	case []any:
		for _, item := range v {
			remove(item, path)
		}
	}
}

// at gives what a decoded value holds at a path, nil where there is nothing.
func at(v any, path field.Path) any {
	for _, name := range path {
		m, _ := v.(map[string]any)
		v = m[name]
	}
	return v
}

func sameAsValue(want any, got field.Value) bool {
	switch want := want.(type) {
	case nil:
		return got.IsMissing()
	case int64:
		i, ok := got.Int()
		return ok && i == want
	case float32:
		f, ok := got.Float32()
		return ok && f == want || got.IsMissing() && (math.IsNaN(float64(want)) || math.IsInf(float64(want), 0))
	case float64:
		f, ok := got.Float()
		return ok && f == want && got.Kind() == field.Float64 || got.IsMissing() && (math.IsNaN(want) || math.IsInf(want, 0))
	case bool:
		b, ok := got.Bool()
		return ok && b == want
	case string:
		return got.Kind() == field.Text && string(got.Text()) == want
	case []byte:
		return got.Kind() == field.Bytes && string(got.Text()) == string(want)
	case time.Time:
		f, ok := got.Float()
		return ok && f == float64(want.UnixMicro())/1e6
	default:
		return got.Kind() == field.JSON && json.Valid(got.Text())
	}
}

// everything wants every scalar of a schema, every record and list as JSON, and
// every list of records with all fields.
func everything(s *Schema) field.Wanted {
	var w field.Wanted
	seen := map[string]bool{}
	for path, typ := range s.Fields() {
		if typ.InList {
			list := &w.Lists[len(w.Lists)-1]
			list.Fields = append(list.Fields, field.Scalar{Path: path[len(list.Path):]})
			continue
		}
		if len(path) > 1 && !seen[path[0]] {
			seen[path[0]] = true
			w.Scalars = append(w.Scalars, field.Scalar{Path: path[:1]})
		}
		w.Scalars = append(w.Scalars, field.Scalar{Path: path})
		if typ.List && typ.Record {
			w.Lists = append(w.Lists, field.List{Path: path})
		}
	}
	return w
}

func TestProjectionOfEveryFieldIsWhatTheReferenceReads(t *testing.T) {
	var out field.Projection
	for _, p := range packets(t) {
		v, _ := p.schema.Decode(p.datum)
		all := everything(p.schema)
		plan, err := NewPlan(p.schema, all)
		if err != nil {
			t.Fatalf("%s: %v", p.name, err)
		}
		if err := plan.Project(p.datum, &out); err != nil {
			t.Errorf("%s: %v", p.name, err)
			continue
		}
		for i, scalar := range all.Scalars {
			want := at(v, scalar.Path)
			if !sameAsValue(want, out.Values[i]) {
				t.Errorf("%s: %v is %v, decoded %v", p.name, scalar.Path, out.Values[i], want)
			}
			if out.Values[i].Kind() == field.JSON {
				if err := sameAsJSON(want, decodeJSON(t, out.Values[i].Text()), scalar.Path.String()); err != nil {
					t.Errorf("%s: %v", p.name, err)
				}
			}
		}
		for i, list := range all.Lists {
			rows, _ := at(v, list.Path).([]any)
			if len(out.Lists[i]) != len(rows)*len(list.Fields) {
				t.Fatalf("%s: %v has %d values, want %d rows of %d", p.name, list.Path, len(out.Lists[i]), len(rows), len(list.Fields))
			}
			for j, got := range out.Lists[i] {
				row, f := rows[j/len(list.Fields)], list.Fields[j%len(list.Fields)]
				if want := at(row, f.Path); !sameAsValue(want, got) {
					t.Errorf("%s: %v %d %v is %v, decoded %v", p.name, list.Path, j/len(list.Fields), f.Path, got, want)
				}
			}
		}
	}
}

// Each field alone: the steps around it skip the rest.
func TestEachFieldAloneIsWhatTheReferenceReads(t *testing.T) {
	done := map[*Schema]int{}
	var out field.Projection
	for _, p := range packets(t) {
		if done[p.schema]++; done[p.schema] > 2 {
			continue
		}
		v, _ := p.schema.Decode(p.datum)
		for path, typ := range p.schema.Fields() {
			if typ.InList {
				continue
			}
			plan, err := NewPlan(p.schema, field.Wanted{Scalars: []field.Scalar{{Path: path}}})
			if err != nil {
				t.Fatal(err)
			}
			if err := plan.Project(p.datum, &out); err != nil || !sameAsValue(at(v, path), out.Values[0]) {
				t.Errorf("%s: %v is %v, decoded %v (%v)", p.name, path, out.Values[0], at(v, path), err)
			}
			if got, ok := p.schema.Lookup(path); !ok || got != typ {
				t.Errorf("%s: %v looks up as %v, listed as %v", p.name, path, got, typ)
			}
		}
	}
}
