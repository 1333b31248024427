package format_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/client/format"
)

// rowsOfANight makes messages with rows of the generic columns that differ as
// those of a night do.
func rowsOfANight(t testing.TB, n int) ([]alert.Column, []*alert.Message) {
	t.Helper()
	columns, like := withRows(t, alert.DefaultColumns(), message(t, "ztf-alerts", ztfFile))
	messages := make([]*alert.Message, n)
	for i := range messages {
		row := &alert.Row{Classifications: []alert.Classification{
			{Classifier: "SuperNNova", Class: "SN Ia", Code: "0", Prob: field.OfFloat64(float64(i%997) / 997), Primary: true},
			{Classifier: "SuperNNova", Class: "non-SN Ia", Code: "1", Prob: field.OfFloat64(1 - float64(i%997)/997)},
		}}
		for j, column := range columns {
			v := like[0].Row().Values[j]
			switch {
			case column.Name == "object_id" || column.Name == "source_id" || column.Name == "message_id":
				v = field.OfString(fmt.Sprintf("%d", 3<<60+int64(i)*7919))
			case column.Kind == field.Float64:
				v = field.OfFloat64(20 + float64((i*7919)%100003)/997)
			case v.IsMissing() && column.Kind == field.Text:
				v = field.OfString("SN Ia")
			}
			row.Values = append(row.Values, v.Clone())
		}
		messages[i] = &alert.Message{}
		messages[i].SetRow(row)
	}
	return columns, messages
}

// BenchmarkRows writes the generic columns of rows. CSV is what the typed formats
// are held against.
func BenchmarkRows(b *testing.B) {
	columns, messages := rowsOfANight(b, 20000)
	for _, name := range []format.Name{format.CSV, format.JSONLines, format.Arrow, format.Feather, format.Parquet, format.VOTable, format.FITS, format.ECSV} {
		b.Run(string(name), func(b *testing.B) {
			path := filepath.Join(b.TempDir(), "night."+string(name))
			out := open(b, format.Options{Format: name, Path: path, Finite: true}, columns)
			rows := 0
			for b.Loop() {
				for at := 0; at < len(messages); at += 1000 {
					if err := out.Put(b.Context(), messages[at:at+1000]); err != nil {
						b.Fatal(err)
					}
				}
				rows += len(messages)
			}
			b.StartTimer() // some write most at the end
			if err := out.Close(true); err != nil {
				b.Fatal(err)
			}
			b.StopTimer()
			info, err := os.Stat(path)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(rows)/b.Elapsed().Seconds(), "rows/s")
			b.ReportMetric(float64(info.Size())/float64(rows), "bytes/row")
			b.ReportMetric(0, "ns/op")
		})
	}
}
