package jsonscan_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/client/jsonscan"
)

// messages are 200 kB messages of lsst-supernnova as Python writes them, with
// indentation, and without white space.
func messages() map[string][]byte {
	python := supernnova(120, 400)
	compact, err := jsonscan.AppendCompact(nil, python, nil)
	if err != nil {
		panic(err)
	}
	return map[string][]byte{"python": python, "indented": indented(python), "compact": compact}
}

func BenchmarkRow(b *testing.B) {
	plan, err := jsonscan.NewPlan(rowOf())
	if err != nil {
		b.Fatal(err)
	}
	for name, body := range messages() {
		b.Run("project/"+name, func(b *testing.B) {
			b.SetBytes(int64(len(body)))
			b.ReportAllocs()
			var out field.Projection
			for b.Loop() {
				if err := plan.Project(body, &out); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run("encoding-json/"+name, func(b *testing.B) {
			b.SetBytes(int64(len(body)))
			b.ReportAllocs()
			for b.Loop() {
				var v any
				if err := json.Unmarshal(body, &v); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkHistory(b *testing.B) {
	fields := []field.Scalar{
		{Path: field.Path{"midpointMjdTai"}}, {Path: field.Path{"band"}}, {Path: field.Path{"visit"}}, {Path: field.Path{"detector"}},
		{Path: field.Path{"psfFlux"}, Hint: field.Float32}, {Path: field.Path{"psfFluxErr"}, Hint: field.Float32},
	}
	plan, err := jsonscan.NewPlan(field.Wanted{Lists: []field.List{
		{Path: field.ParsePath("alert_lite.prvDiaSources"), Fields: fields},
		{Path: field.ParsePath("alert_lite.prvDiaForcedSources"), Fields: fields},
	}})
	if err != nil {
		b.Fatal(err)
	}
	body := messages()["python"]
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	var out field.Projection
	for b.Loop() {
		if err := plan.Project(body, &out); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCompact(b *testing.B) {
	for name, body := range messages() {
		b.Run("append/"+name, func(b *testing.B) {
			b.SetBytes(int64(len(body)))
			b.ReportAllocs()
			var dst []byte
			for b.Loop() {
				var err error
				if dst, err = jsonscan.AppendCompact(dst[:0], body, nil); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run("encoding-json/"+name, func(b *testing.B) {
			b.SetBytes(int64(len(body)))
			b.ReportAllocs()
			var dst bytes.Buffer
			for b.Loop() {
				dst.Reset()
				if err := json.Compact(&dst, body); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
