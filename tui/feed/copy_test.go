package feed

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/client/registry"
	"github.com/mwvgroup/pgb/client/shareddata"
)

func TestAnEntryStandsByItself(t *testing.T) {
	f := New(Options{})
	m := message("ztf", "ZTF21abc", 0)
	row := m.Row()
	row.Values = append(row.Values, field.OfJSON([]byte(`[1,2]`)), field.OfBytes([]byte{1, 2}), field.OfBool(true), field.OfText([]byte("")))
	row.Classifications = []alert.Classification{{Classifier: "a", Class: "b", Prob: field.OfFloat32(0.5)}}
	want := fmt.Sprint(row.Values, row.Classifications)
	f.Put([]*alert.Message{m})

	body := m.Body
	for _, v := range row.Values { // as when the row is read again and the body's memory used again
		copy(v.Text(), "????????????????????")
	}
	clear(body)
	clear(row.Values)
	clear(row.Classifications)
	e := f.Take()[0]
	got := e.Message.Row()
	equal(t, "the row", fmt.Sprint(got.Values, got.Classifications), want)
	equal(t, "a value", e.Value(2).String(), "ZTF21abc")
	if !e.Value(-1).IsMissing() || !e.Value(99).IsMissing() || !new(Entry).Value(0).IsMissing() {
		t.Error("there are values where no column is")
	}
	equal(t, "the object", e.Key(), "ztf ZTF21abc")
	if m.Row() != row || m.Row() == got || len(m.Body) != len(body) {
		t.Error("the stream's message was changed")
	}
}

type settled struct{ n int }

func (s *settled) Done(*alert.Message)   { s.n++ }
func (s *settled) Return(*alert.Message) { s.n++ }

func TestAnEntrysMessageSaysAllButWhoDeliveredIt(t *testing.T) {
	s := &settled{}
	m := message("ztf", "ZTF1", 0)
	m.SetDelivery(s)
	m.As, m.Key, m.Headers, m.Form, m.Schema, m.Origin = "ztf.alert", []byte("k"), []alert.Header{{Name: "a", Value: []byte("b")}}, alert.Line, "ztf 4.02", "file"
	m.PublishTime, m.Position = time.Unix(1, 0), "place"
	got := Of(m, nil).Message
	show := func(m *alert.Message) string {
		return fmt.Sprint(m.ID, m.Topic, m.As, m.Key, m.Headers, m.Body, m.Form, m.Schema, m.PublishTime, m.Origin, m.Broken)
	}
	equal(t, "the message", show(got), show(m))
	if got.Position != nil {
		t.Error("its place in the source was copied")
	}
	got.Done()
	equal(t, "settled by the copy", s.n, 0)
	m.Done()
	equal(t, "settled by the message", s.n, 1)
}

func TestAnEntryTellsWhatItsRowDoes(t *testing.T) {
	m := &alert.Message{Topic: "t"}
	columns := columnsOf("simulated", "mjd", "dec", "ra", "classifier", "class", "band", "source_id", "object_id", "survey", "more")
	m.SetRow(&alert.Row{Values: []field.Value{
		field.OfBool(true), field.OfFloat64(60000.5), field.OfFloat32(-0.1), field.OfInt(150), field.OfString("SuperNNova"), field.OfString("SN Ia"),
		field.OfString("r"), field.OfInt(-3), field.OfInt(169298433), field.OfString("lsst"), {},
	}})
	e := Of(m, columns)
	equal(t, "what it tells", fmt.Sprint(e.Topic, e.Survey, e.ObjectID, e.SourceID, e.Band, e.Class, e.Classifier, e.RA, e.Dec, e.MJD, e.Simulated),
		fmt.Sprint("t", "lsst", "169298433", "-3", "r", "SN Ia", "SuperNNova", 150., -0.1, 60000.5, true))
	equal(t, "the object", e.Key(), "lsst 169298433")
	equal(t, "columns", len(e.Message.Row().Columns), len(columns))
}

func TestWhatARowDoesNotTellIsTakenFromTheMessage(t *testing.T) {
	m := &alert.Message{As: "fink.alert", Headers: []alert.Header{{Name: alert.SimulatedAttr, Value: []byte("1")}}}
	m.SetRow(&alert.Row{Columns: columnsOf("mag"), Values: make([]field.Value, 1), Classifications: []alert.Classification{
		{Classifier: "x", Class: "AGN"}, {Classifier: "y", Class: "SN II", Primary: true},
	}})
	e := Of(m, nil)
	equal(t, "what it tells", fmt.Sprint(e.Topic, e.Class, e.Classifier, e.Simulated), fmt.Sprint("fink.alert", "SN II", "y", true))
	if e.Key() != "" || !math.IsNaN(e.RA) || !math.IsNaN(e.Dec) || !math.IsNaN(e.MJD) {
		t.Errorf("an entry tells what nobody knows: %+v", e)
	}
	m.SetRow(nil)
	if e := Of(m, nil); e.Topic != "fink.alert" || e.Message.Row() != nil || !e.Value(0).IsMissing() {
		t.Errorf("an entry without a row tells %+v", e)
	}
	m.SetRow(&alert.Row{Columns: columnsOf("survey", "object_id", "topic"), Values: []field.Value{field.OfString("ztf")}})
	if e := Of(m, nil); e.Survey != "ztf" || e.Key() != "" {
		t.Errorf("an entry of a short row tells %+v", e)
	}
}

// Rows of two views may come in one batch: of a group of topics.
func TestRowsMayHaveDifferentColumns(t *testing.T) {
	f := New(Options{})
	var batch []*alert.Message
	for i := range 40 {
		m := message("ztf", fmt.Sprint("ZTF", i), 0)
		if i%2 == 1 {
			row := m.Row()
			row.Columns = slices.Clone(row.Columns)
			slices.Reverse(row.Columns)
			slices.Reverse(row.Values)
		}
		batch = append(batch, m)
	}
	f.Put(batch)
	for i, e := range f.Take() {
		if want := fmt.Sprint("ZTF", i); e.ObjectID != want || e.Survey != "ztf" || e.SourceID != want+"-1" || e.Class != "SN Ia" {
			t.Errorf("alert %d has become %+v", i, e)
		}
	}
}

// The rows of real packets are read over and over into one, as a stream does.
func TestRowsOfRealPacketsStandByThemselves(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(shareddata.Dir(t), "alerts", "ztf", "*.avro"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no packets: %v", err)
	}
	view, err := alert.NewReader(registry.Default()).View(nil, alert.DefaultColumns())
	if err != nil {
		t.Fatal(err)
	}
	f, row := New(Options{}), new(alert.Row)
	var want []string
	for _, file := range files[:min(len(files), 100)] {
		body, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		m := &alert.Message{Topic: "ztf-alerts", Body: body}
		if err := view.Read(m, row); err != nil {
			t.Fatal(err)
		}
		m.SetRow(row)
		want = append(want, fmt.Sprint(row.Values, row.Classifications))
		f.Put([]*alert.Message{m})
		clear(body)
	}
	for i, e := range f.Take() {
		row := e.Message.Row()
		equal(t, files[i], fmt.Sprint(row.Values, row.Classifications), want[i])
		if e.ObjectID != row.Get("object_id").String() || e.ObjectID == "" || e.Survey != "ztf" || math.IsNaN(e.RA) {
			t.Errorf("%s tells %+v", files[i], e)
		}
	}
}
