package table

import (
	"fmt"
	"testing"
)

// fullTable is a table of 20,000 alerts, as a viewer has it after some minutes.
func fullTable(b testing.TB) (*Table, *kept) {
	k := &kept{most: 20_000}
	for i := range 20_000 {
		k.put(someAlert(i))
	}
	t := New(columns, nil)
	t.Focused = true
	t.Watched = func(key string) bool { return key == "lsst 170032882200000777" }
	t.SetRows(k)
	t.Render(200, 60)
	return t, k
}

// someAlert gives alerts whose values are in no order.
func someAlert(i int) observed {
	mixed := uint32(i) * 2654435761
	return observed{
		object: fmt.Sprintf("1700328822%08d", i%5000), class: []string{"SN Ia", "AGN", "RR Lyrae", "SN II"}[i%4],
		mag: 16 + float64(mixed%6000)/1000, count: int64(mixed % 100), mjd: 61000 + float64(i)/1e5,
	}
}

// 400 alerts at a time, 25 times a second, are 10,000 a second.
func BenchmarkSetRowsOf400NewAmong20000(b *testing.B) {
	for _, column := range []string{"", "mag", "object_id"} {
		b.Run("sorted by "+column, func(b *testing.B) {
			t, k := fullTable(b)
			if column != "" {
				t.Sort(columnOf(b, column), true)
				t.Select(k.At(500).Seq)
			}
			n := 0
			for b.Loop() {
				b.StopTimer()
				for range 400 {
					k.put(someAlert(n))
					n++
				}
				b.StartTimer()
				t.SetRows(k)
			}
		})
	}
}

func BenchmarkSortOf20000(b *testing.B) {
	t, _ := fullTable(b)
	columns := []int{columnOf(b, "mag"), columnOf(b, "object_id")}
	for i := 0; b.Loop(); i++ {
		t.Sort(columns[i%2], i%4 < 2)
	}
}

// The slider moves on: which alerts are shown is found out anew.
func BenchmarkUntil(b *testing.B) {
	t, _ := fullTable(b)
	t.Sort(columnOf(b, "mag"), false)
	for i := 0; b.Loop(); i++ {
		t.Until = 61000.05 + float64(i%1000)/1e4
		t.Render(200, 60)
	}
}

func BenchmarkRender200x60(b *testing.B) {
	t, _ := fullTable(b)
	b.ReportAllocs()
	for b.Loop() {
		t.Render(200, 60)
	}
}
