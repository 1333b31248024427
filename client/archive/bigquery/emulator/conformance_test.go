package emulator

import (
	"cmp"
	"fmt"
	"slices"
	"testing"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/archive"
	"github.com/mwvgroup/pgb/client/archive/archivetest"
	"github.com/mwvgroup/pgb/client/registry"
)

// TestTheTablesAnswerLikeEveryArchive asks what the local archive is asked, too.
// What tables can't have is not compared: the messages themselves with their
// attributes, topics and ids, and revisions that differ in nothing that is a
// column.
func TestTheTablesAnswerLikeEveryArchive(t *testing.T) {
	if testing.Short() {
		t.Skip("many statements")
	}
	archivetest.Test(t, func(t *testing.T, messages []*alert.Message) archive.Archive { return tables(t, messages) }, archivetest.Options{
		Topics: kept, Columns: names(), Row: rowOf(t), Retold: toldAnew,
		NoWhole: true, NoAttributes: true, ObjectsOnly: true, NoCatalog: true, OneIn: 5,
	})
}

// rowOf tells the rows of the tables of alerts apart: by the alert, and by when
// its packet was in Kafka. The other tables hold results.
func rowOf(t *testing.T) func(*alert.Message) string {
	reader := alert.NewReader(registry.Default())
	view, err := reader.View(nil, []string{"source_id"})
	if err != nil {
		t.Fatal(err)
	}
	return func(m *alert.Message) string {
		if !slices.Contains([]string{"lsst-alerts", "ztf-alerts", "lvk-alerts"}, m.Topic) {
			return ""
		}
		var row alert.Row
		if err := view.Read(m, &row); err != nil {
			t.Fatal(err)
		}
		at, _ := m.Attr("kafka.timestamp")
		if m.Topic == "lvk-alerts" {
			id, err := reader.Identity(m)
			if err != nil {
				t.Fatal(err)
			}
			return id.String()
		}
		return m.Topic + " " + row.Values[0].String() + " " + cmp.Or(at, fmt.Sprint(m.PublishTime.UnixMicro()))
	}
}
