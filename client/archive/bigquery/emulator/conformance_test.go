package emulator

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
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
		Topics: kept, Columns: names(), Row: rowOf(t), Retold: toldAnew, Packet: packetOf(t),
		NoWhole: true, NoAttributes: true, ObjectsOnly: true, NoCatalog: true, OneIn: 8,
	})
}

// rowOf tells the rows of the tables of alerts apart: by the alert and, of LSST,
// by when its packet was in Kafka, which ZTF's tables do not hold. The other
// tables hold results.
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
		switch m.Topic {
		case "lvk-alerts":
			id, err := reader.Identity(m)
			if err != nil {
				t.Fatal(err)
			}
			return id.String()
		case "lsst-alerts":
			at, _ := m.Attr("kafka.timestamp")
			return m.Topic + " " + row.Values[0].String() + " " + cmp.Or(at, fmt.Sprint(m.PublishTime.UnixMicro()))
		}
		return m.Topic + " " + row.Values[0].String()
	}
}

// packetOf gives real packets for which there is a table. The examples that come
// with LSST's schemas name another source in the packet than in the source
// itself, as no alert does; the source counts, in the table as in the packet.
func packetOf(t *testing.T) func(*alert.Message) *alert.Message {
	reader := alert.NewReader(registry.Default())
	return func(m *alert.Message) *alert.Message {
		if !hasTable(t, reader, m) {
			return nil
		}
		if m.Topic != "lsst-alerts" {
			return m
		}
		schema, err := reader.Schema(m)
		if err != nil {
			t.Fatal(err)
		}
		text, err := reader.AppendAlertJSON(nil, m, false)
		if err != nil {
			t.Fatal(err)
		}
		packet, err := object(text)
		if err != nil {
			t.Fatal(err)
		}
		packet["diaSourceId"] = packet["diaSource"].(map[string]any)["diaSourceId"]
		body, err := json.Marshal(packet)
		if err != nil {
			t.Fatal(err)
		}
		version := strings.Replace("v"+strings.ReplaceAll(schema, ".", "_"), "vlsst ", "v", 1)
		return &alert.Message{
			ID: m.ID, Topic: m.Topic, As: "lsst-alerts-json", Body: body, PublishTime: m.PublishTime, Origin: m.Origin,
			Headers: []alert.Header{{Name: "schema_version", Value: []byte(version)}},
		}
	}
}

// hasTable says whether there is a table of the version of an alert's packet.
func hasTable(t *testing.T, reader *alert.Reader, m *alert.Message) bool {
	table := registry.Default().Tables[strings.Replace(m.Topic, "-", ".", 1)]
	schema, err := reader.Schema(m)
	if err != nil || table == nil {
		t.Fatal(m.Topic, err)
	}
	_, number, versioned := strings.Cut(schema, " ")
	return !versioned || slices.Contains(table.Versions, "v"+strings.ReplaceAll(number, ".", "_"))
}

// TestBothArchivesAnswerAlikeOnRealPackets asks both for all there is of packets
// that the surveys have made.
func TestBothArchivesAnswerAlikeOnRealPackets(t *testing.T) {
	packet := packetOf(t)
	var messages []*alert.Message
	for _, m := range slices.Concat(archivetest.Real(t, "ztf-alerts", "ztf/*.avro"), archivetest.Real(t, "ztf-alerts", "ztf/ZTF21abiuvdk/*.avro"),
		archivetest.Real(t, "lsst-alerts", "lsst/*.avro")) {
		if m = packet(m); m != nil {
			messages = append(messages, m)
		}
	}
	here, there := tables(t, messages), file(t, messages)
	objects, cones := sought(t, messages)
	if n := archivetest.Alike(t, here, there, archive.Query{Targets: objects, Names: names()}); n < 10 {
		t.Errorf("only %d alerts are compared", n)
	}
	archivetest.Alike(t, here, there, archive.Query{Targets: objects, Names: names(), AllRevisions: true})
	archivetest.Alike(t, here, there, archive.Query{Targets: cones, Names: names()})
	if n := archivetest.AlikeCurves(t, here, there, archive.Query{Targets: objects}); n < 50 {
		t.Errorf("only %d points are compared", n)
	}
}
