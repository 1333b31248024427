package bigquery

import (
	"fmt"
	"testing"
	"time"

	bq "cloud.google.com/go/bigquery"

	"github.com/mwvgroup/pgb/client/archive"
	"github.com/mwvgroup/pgb/client/registry"
)

// BenchmarkRow turns a row of the service into a hit; the baseline takes it
// apart as text alone.
func BenchmarkRow(b *testing.B) {
	a, err := Open(b.Context(), Options{Project: "who-pays"})
	if err != nil {
		b.Fatal(err)
	}
	t := registry.Default().Tables["ztf.alerts"]
	columns, err := registry.Default().TableColumns(t, "v4_02")
	if err != nil {
		b.Fatal(err)
	}
	v := &version{project: "p", dataset: "ztf", table: "alerts_v4_02"}
	for _, c := range columns {
		v.columns = append(v.columns, columnOf(c))
	}
	s := &source{Table: t, versions: []*version{v}, columns: v.columns}
	q, err := a.newQuestion(archive.Query{Targets: []archive.Target{target(b, "ZTF21abiuvdk")}, Names: names})
	if err != nil {
		b.Fatal(err)
	}
	sel, err := q.selects(s, q.want)
	if err != nil {
		b.Fatal(err)
	}
	schema := bq.Schema{{Name: outVersion, Type: bq.IntegerFieldType}, {Name: outTime, Type: bq.TimestampFieldType}}
	row := []bq.Value{int64(0), time.Unix(1e9, 0)}
	for _, o := range sel.outputs {
		schema = append(schema, &bq.FieldSchema{Name: o.alias, Type: o.kind})
		var value bq.Value = 2460000.5
		switch o.kind {
		case bq.StringFieldType:
			value = "ZTF21abiuvdk"
		case bq.IntegerFieldType:
			value = int64(3000000000000000001)
		}
		row = append(row, value)
	}
	w := a.newWriter(sel, schema)
	r := &reading{question: q, source: s}
	b.Run("hit", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			f, _, err := r.read(w.raw(row))
			if err != nil {
				b.Fatal(err)
			}
			q.hit(f)
		}
	})
	b.Run("baseline text", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_ = fmt.Sprint(row)
		}
	})
}

func columnOf(c registry.TableColumn) column {
	made := column{name: c.Name, kind: bq.FieldType(c.Type), repeated: c.Mode == registry.ModeRepeated}
	for _, f := range c.Fields {
		made.fields = append(made.fields, columnOf(f))
	}
	return made
}
