package object

import (
	"math"
	"strings"
	"testing"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/tui/cells"
	"github.com/mwvgroup/pgb/tui/classes"
	"github.com/mwvgroup/pgb/tui/cutout"
	"github.com/mwvgroup/pgb/tui/feed"
	"github.com/mwvgroup/pgb/tui/keys"
	"github.com/mwvgroup/pgb/tui/tree"
)

var (
	plain = cells.Theme{Plain: true}
	ascii = cells.Theme{Plain: true, ASCII: true}
)

// detection makes a point of a light curve.
func detection(mjd float64, band string, mag float64) alert.Point {
	nan := math.NaN()
	flux := math.Pow(10, -0.4*(mag-31.4))
	return alert.Point{
		MJD: mjd, Band: band, Mag: mag, MagErr: 0.05, Flux: flux, FluxErr: flux / 20, FluxTotal: nan, MagTotal: nan,
		LimMag: 20.5, SNR: 20, RA: nan, Dec: nan,
	}
}

// points makes a light curve of so many epochs, one a day.
func points(n int) (list []alert.Point) {
	for i := range n {
		list = append(list, detection(61000+float64(i), string("gr"[i%2]), 18+0.1*float64(i%10)))
	}
	return list
}

// entry makes an alert of an object.
func entry(seq int64, object string) *feed.Entry {
	row := &alert.Row{
		Columns: []alert.Column{{Name: "mag"}, {Name: "prob"}},
		Values:  []field.Value{field.OfFloat64(18.5), field.OfFloat64(0.93)},
	}
	m := &alert.Message{Topic: "ztf-alerts", ID: "1", Body: []byte("{}")}
	m.SetRow(row)
	return &feed.Entry{
		Seq: seq, Message: m, Topic: "ztf-alerts", Survey: "ztf", ObjectID: object, SourceID: "17", Band: "g",
		Class: "SN Ia", Classifier: "SuperNNova", RA: 150.1, Dec: 2.2, MJD: 61000 + float64(seq), Simulated: true,
	}
}

// verdict is what a classifier says.
func verdict(class string, prob float64, primary bool) classes.Verdict {
	return classes.Verdict{
		Classification: alert.Classification{Classifier: "SuperNNova", Class: class, Prob: field.OfFloat64(prob), Primary: primary},
		Topic:          "supernnova", MJD: 61003,
	}
}

// stamp makes an image with a star in the middle.
func stamp(kind string) cutout.Stamp {
	const side = 21
	s := cutout.Stamp{Kind: kind, Width: side, Height: side, Pixels: make([]float32, side*side)}
	for i := range s.Pixels {
		x, y := float64(i%side-side/2), float64(i/side-side/2)
		s.Pixels[i] = float32(1000 * math.Exp(-(x*x+y*y)/8))
	}
	return s
}

// full is everything that can be known of an object.
func full(seq int64) Details {
	e := entry(seq, "ZTF21abc")
	return Details{
		Entry: e, Alerts: 3, Points: points(20), StampsOf: e,
		Verdicts: []classes.Verdict{verdict("SN Ia", 0.93, true), verdict("non-SN Ia", 0.07, false)},
		Stamps:   []cutout.Stamp{stamp("science"), stamp("template"), stamp("difference")},
		Parts: []tree.Part{
			{Name: "message", JSON: []byte(`{"topic":"ztf-alerts","attributes":{"a":"1"}}`)},
			{Name: "alert", JSON: []byte(`{"objectId":"ZTF21abc","candidate":{"magpsf":18.5,"fid":1}}`)},
		},
	}
}

var pages = []Page{
	{"ALeRCE", "https://alerce.online/object/ZTF21abc"}, {"Fink", "https://ztf.fink-portal.org/ZTF21abc"},
	{"Finder chart (Aladin)", "https://aladin.cds.unistra.fr/AladinLite/?target=150.1%202.2&fov=0.05"},
}

// shown is a panel with a full object that has the keys.
func shown() *Panel {
	p := &Panel{Theme: plain, Focused: true}
	p.Set(full(3))
	p.SetPages(pages)
	return p
}

// press presses keys, each of which has to do something.
func press(t *testing.T, p *Panel, names ...string) {
	t.Helper()
	for _, name := range names {
		if !keys.Run(name, p.Keys()) {
			t.Fatalf("%s does nothing", name)
		}
	}
}

func text(b *cells.Block) string { return strings.Join(b.Lines(), "\n") }

// compare compares a panel with the lines it should have.
func compare(t *testing.T, b *cells.Block, want string) {
	t.Helper()
	if got := text(b); got != strings.TrimPrefix(want, "\n") {
		t.Errorf("got\n%s\nwant%s", got, want)
	}
}
