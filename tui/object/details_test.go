package object

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/client/registry"
	"github.com/mwvgroup/pgb/client/sandbox/sim"
	"github.com/mwvgroup/pgb/client/shareddata"
	"github.com/mwvgroup/pgb/tui/feed"
)

// reading makes entries of messages as the viewer does.
type reading struct {
	*alert.Reader
	view *alert.View
}

func newReading(t testing.TB) reading {
	t.Helper()
	r := alert.NewReader(registry.Default())
	view, err := r.View(nil, alert.DefaultColumns())
	if err != nil {
		t.Fatal(err)
	}
	return reading{r, view}
}

func (r reading) entry(t testing.TB, seq int64, m *alert.Message) *feed.Entry {
	t.Helper()
	row := new(alert.Row)
	if err := r.view.Read(m, row); err != nil {
		t.Fatal(err)
	}
	m.SetRow(row)
	e := feed.Of(m, r.view.Columns())
	e.Seq = seq
	return e
}

// simulated gives so many alerts of the supernova that every simulated sky has,
// newest first.
func (r reading) simulated(t testing.TB, n int) (list []*feed.Entry) {
	t.Helper()
	sky, err := sim.New(1, sim.Options{Surveys: []string{sim.SurveyZTF}})
	if err != nil {
		t.Fatal(err)
	}
	for len(list) < n {
		event, err := sky.Next()
		if err != nil {
			t.Fatal(err)
		}
		if event.ObjectID != sim.StarName {
			continue
		}
		m := &alert.Message{Topic: "ztf-alerts", ID: "7", Body: event.Body, PublishTime: event.Time}
		for name, value := range event.Attributes {
			m.Headers = append(m.Headers, alert.Header{Name: name, Value: []byte(value)})
		}
		list = append(list, r.entry(t, int64(len(list)+1), m))
	}
	slices.Reverse(list)
	return list
}

func partNames(d Details) string {
	var names []string
	for _, part := range d.Parts {
		if !json.Valid(part.JSON) {
			names = append(names, "broken:")
		}
		names = append(names, part.Name)
	}
	return strings.Join(names, " ")
}

func TestAllAlertsOfAnObjectMakeItsLightCurve(t *testing.T) {
	r := newReading(t)
	list := r.simulated(t, 3)
	one, all := Load(r.Reader, list[0], nil), Load(r.Reader, list[0], list)
	var curve alert.Curve
	for _, e := range list {
		points, err := r.Photometry(e.Message)
		if err != nil {
			t.Fatal(err)
		}
		curve.Add(points, e.MJD)
	}
	if want := len(curve.Points()); len(all.Points) != want || len(one.Points) > want || len(one.Points) == 0 {
		t.Errorf("%d epochs of one alert, %d of all, want %d", len(one.Points), len(all.Points), want)
	}
	if one.Alerts != 1 || all.Alerts != 3 {
		t.Errorf("%d and %d alerts", one.Alerts, all.Alerts)
	}
	if len(all.Stamps) != 3 || all.StampsOf != list[0] || len(all.Problems) != 0 {
		t.Errorf("%d cutouts, problems %q", len(all.Stamps), all.Problems)
	}
	if got := partNames(all); got != "message alert" {
		t.Errorf("parts %s", got)
	}
}

func TestWithoutPacketsTheRowsTellTheLightCurve(t *testing.T) {
	r := newReading(t)
	list := r.simulated(t, 3)
	whole := Load(r.Reader, list[0], list)
	for _, e := range list {
		e.Message.Body = nil
	}
	d := Load(r.Reader, list[0], list)
	if len(d.Points) != 3 || d.Points[0].Kind != alert.Detection || math.IsNaN(d.Points[0].Mag) || d.Points[0].MJD != list[2].MJD {
		t.Errorf("%+v", d.Points)
	}
	newest := func(points []alert.Point) alert.Point { return points[len(points)-1] }
	if a, b := newest(d.Points), newest(whole.Points); math.Abs(a.Mag-b.Mag) > 1e-6 || a.Band != b.Band {
		t.Errorf("the row says %+v, the packet %+v", a, b)
	}
	if !slices.Contains(d.Problems, noPacket) || partNames(d) != "message" {
		t.Errorf("problems %q, parts %s", d.Problems, partNames(d))
	}
}

func TestCutoutsAreOfTheNewestAlertThatHasThem(t *testing.T) {
	r := newReading(t)
	list := r.simulated(t, 3)
	list[0].Message.Body = nil
	d := Load(r.Reader, list[0], list)
	if d.StampsOf != list[1] || len(d.Stamps) != 3 {
		t.Errorf("%d cutouts of %v", len(d.Stamps), d.StampsOf)
	}
	if s := d.Stamps[0]; s.North.Y != 1 || s.East.X != -1 || s.PixelScale != 1.01 {
		t.Errorf("north is %v, east is %v, %v arcsec to a pixel", s.North, s.East, s.PixelScale)
	}
	p := &Panel{Theme: plain}
	p.Set(d)
	if got := text(p.Render(100, 50)); !strings.Contains(got, "of "+night(list[1].MJD)) {
		t.Errorf("it is not said which alert the cutouts are of:\n%s", got)
	}
}

func TestABrokenPacketIsAProblemAndNothingElse(t *testing.T) {
	r := newReading(t)
	list := r.simulated(t, 2)
	list[0].Message.Body = list[0].Message.Body[:2000]
	d := Load(r.Reader, list[0], list)
	if len(d.Problems) == 0 || len(d.Points) == 0 || len(d.Stamps) != 3 {
		t.Errorf("%d points, %d cutouts, problems %q", len(d.Points), len(d.Stamps), d.Problems)
	}
	for _, problem := range d.Problems {
		if strings.Contains(problem, "\n") || len(problem) > 120 {
			t.Errorf("%q is no line", problem)
		}
	}
	if Load(r.Reader, nil, nil).Entry != nil {
		t.Error("nothing has an alert")
	}
}

func TestTheSelectedAlertCountsOnce(t *testing.T) {
	r := newReading(t)
	list := r.simulated(t, 2)
	again := *list[0]
	if d := Load(r.Reader, list[0], []*feed.Entry{&again, list[1], nil}); d.Alerts != 2 {
		t.Errorf("%d alerts, want 2", d.Alerts)
	}
}

func TestARowOfSomethingNotDetectedIsNoPoint(t *testing.T) {
	e := entry(1, "ZTF21abc")
	e.Message.Body = nil
	if d := Load(newReading(t).Reader, e, nil); len(d.Points) != 1 {
		t.Errorf("%+v", d.Points)
	}
	row := e.Message.Row()
	row.Columns = append(row.Columns, alert.Column{Name: "detected"})
	row.Values = append(row.Values, field.OfBool(false))
	if d := Load(newReading(t).Reader, e, nil); len(d.Points) != 0 {
		t.Errorf("%+v", d.Points)
	}
}

func TestVerdictsOfAllAlertsAreShown(t *testing.T) {
	e, other := entry(5, "ZTF21abc"), entry(4, "ZTF21abc")
	e.Message.Row().Classifications = []alert.Classification{{Classifier: "SuperNNova", Class: "SN Ia"}}
	other.Message.Row().Classifications = []alert.Classification{{Classifier: "UPSILoN", Class: "RRL"}}
	d := Load(newReading(t).Reader, e, []*feed.Entry{e, other})
	if len(d.Verdicts) != 2 || d.Verdicts[1].MJD != other.MJD || d.Verdicts[1].Topic != "ztf-alerts" {
		t.Errorf("%+v", d.Verdicts)
	}
}

func TestRealPackets(t *testing.T) {
	r := newReading(t)
	for _, test := range []struct {
		file    string
		points  int
		cutouts int
	}{
		{"alerts/ztf/ztf_20250302_programid1_ZTF17aaarzyp_2982177112815010003.v4_02.avro", 15, 3},
		{"alerts/lsst/full-size.v9_0.7912941781254298.avro", 1, 3},
		{"alerts/lsst/lsst.v11_1.avro", 3, 0},
	} {
		body, err := os.ReadFile(filepath.Join(shareddata.Dir(t), test.file))
		if err != nil {
			t.Fatal(err)
		}
		e := r.entry(t, 1, &alert.Message{As: alert.Anything, Body: body})
		d := Load(r.Reader, e, nil)
		if len(d.Points) != test.points || len(d.Stamps) != test.cutouts || len(d.Problems) != 0 {
			t.Errorf("%s: %d points, %d cutouts, %q", test.file, len(d.Points), len(d.Stamps), d.Problems)
		}
		p := &Panel{Theme: plain}
		p.Set(d)
		if got := text(p.Render(100, 50)); !strings.Contains(got, e.ObjectID) {
			t.Errorf("%s:\n%s", test.file, got)
		}
	}
}

func TestWhatTravelsBesideTheBodyIsJSONWhateverItHolds(t *testing.T) {
	m := &alert.Message{
		Topic: "a\"b", ID: "\x00", Key: []byte{0xff}, Body: []byte{},
		Headers: []alert.Header{{Name: "k\n", Value: []byte("\xff")}, {Name: "", Value: nil}, {Name: "x", Value: []byte("<1>")}},
	}
	got := appendEnvelope(nil, m)
	if !json.Valid(got) {
		t.Errorf("%s", got)
	}
	if got := string(appendEnvelope(nil, new(alert.Message))); got != `{"attributes":{}}` {
		t.Error(got)
	}
}

func BenchmarkLoad(b *testing.B) {
	r := newReading(b)
	list := r.simulated(b, 3)
	for b.Loop() {
		Load(r.Reader, list[0], list)
	}
}
