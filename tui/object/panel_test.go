package object

import (
	"math"
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/alert/lightcurve"
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

func TestNothingSelected(t *testing.T) {
	p := &Panel{Theme: plain}
	compare(t, p.Render(44, 5), "\n\n\n    select an alert with the arrow keys\n\n")
	compare(t, p.Render(12, 5), "\n select an\n alert with\n the arrow\n    keys\n")
	if p.Keys() != nil || p.Key() != "" {
		t.Error("there is something to do with nothing")
	}
	p.Click(3, 3)
	p.Wheel(3, 3, 1)
	p.Drag(4, 4)
}

func TestASmallPanelShowsOnePartWithTabs(t *testing.T) {
	p := shown()
	compare(t, p.Render(40, 12), `
ZTF21abc  ZTF  simulated
150.10000 +2.20000  3 alerts  g 18.50
[1 Curve] 2 Class  3 Cuts  4 Raw  5 Web
● g 10  ■ r 10                difference
← → point   + - zoom   f flux   t total…
 18 ┤● ■              ● ■
    │    ● ■●             ●■ ●
    │         ■ ●■             ■● ■
 19 ┤              ● ■              ● ■
mag └┬────────────────┬────────────────
MJD 61000           61010
UTC 2025-11-21   2025-12-01`)
}

func TestInASmallPanelKeysAndTabsChangeThePart(t *testing.T) {
	p := shown()
	for _, step := range []struct {
		key, tab, shows string
	}{
		{"2", "[2 Class]", "SuperNNova: SN Ia"}, {"]", "[3 Cuts]", "template"}, {"]", "[4 Raw]", `topic: "ztf-alerts"`},
		{"]", "[5 Web]", "> ALeRCE"}, {"]", "[1 Curve]", "g 10"}, {"[", "[5 Web]", "Fink"},
	} {
		press(t, p, step.key)
		if got := text(p.Render(40, 12)); !strings.Contains(got, step.tab) || !strings.Contains(got, step.shows) {
			t.Errorf("after %s there is no %s or %s:\n%s", step.key, step.tab, step.shows, got)
		}
	}
	tabs := p.Render(40, 12).Lines()[2]
	p.Click(strings.Index(tabs, "Raw"), 2)
	if got := p.Render(40, 12).Lines()[2]; !strings.Contains(got, "[4 Raw]") {
		t.Error(got)
	}
}

func TestABigPanelShowsPartsTogether(t *testing.T) {
	p := shown()
	compare(t, p.Render(60, 40), `
ZTF21abc  ZTF  simulated
150.10000 +2.20000  10:00:24.00 +02:12:00.0
3 alerts  g 18.50  SN Ia 0.93  2025-11-24 00:00  SuperNNova
[1 Light curve] 2 Classes  3 Cutouts  4 Message  5 Pages
━ Light curve ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━ 20 epochs ━
● g 10  ■ r 10                 difference magnitude (AB mag)
← → point   + - zoom   f flux   t total   0 all

     │
18.0 ┤ ●                         ●
     │ │                         │
     │    ■                         ■
     │    ╵ ╷                       ╵  ╷
18.2 ┤      ●                          ●
     │      ╵  ╷                       ╵ ╷
     │         ■                         ■
     │            │                         │
18.4 ┤            ●                         ●
     │              ■                         ■
     │              │                         │
18.6 ┤                 ●                         ●
     │                 ╵ ╷                       ╵  ╷
     │                   ■                          ■
     │                   ╵  ╷                       ╵ ╷
18.8 ┤                      ●                         ●
     │                         │                         │
     │                         ■                         ■
19.0 ┤
 mag └─┬─────────────────────────┬─────────────────────────
 MJD 61000                     61010
 UTC 2025-11-21             2025-12-01
─ Classes ───────────────── ─ Cutouts ──────────────────────
SuperNNova: SN Ia  MJD 610… science    template   difference
* SN Ia     ████████▍ 0.930
  non-SN Ia ▋         0.070     ..         ..         ..
                               :##:       :##:       :##:
                                ..         ..         ..


`)
	compare(t, p.Render(100, 50), `
ZTF21abc  ZTF  simulated
150.10000 +2.20000  10:00:24.00 +02:12:00.0
3 alerts  g 18.50  SN Ia 0.93  2025-11-24 00:00  SuperNNova
[1 Light curve] 2 Classes  3 Cutouts  4 Message  5 Pages
━ Light curve ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━ 20 epochs ━
● g 10  ■ r 10                                                         difference magnitude (AB mag)
← → point   + - zoom   f flux   t total   0 all
     │  ╷                                             ╷
18.0 ┤  ●                                             ●
     │       ■                                             ■
     │           ●                                              ●
     │                ■                                             ■
     │                ╵    ●                                        ╵    ●
     │                     ╵   ╷                                         ╵   ╷
18.5 ┤                         ■    ╷                                        ■    ╷
     │                              ●                                             ●
     │                                  ■                                              ■
     │                                       ●                                             ●
     │                                            ■                                             ■
19.0 ┤                                            ╵                                             ╵
 mag └──┬──────────────────────┬──────────────────────┬──────────────────────┬─────────────────────
 MJD  61000                  61005                  61010                  61015
 UTC 2025-11-21           2025-11-26             2025-12-01             2025-12-06
─ Classes ───────────────────────────── ─ Cutouts ──────────────────────────────────────────────────
SuperNNova: SN Ia  MJD 61003.00000  su… science             template            difference
* SN Ia     ███████████████████▌  0.930
  non-SN Ia █▌                    0.070

                                               .---.               .---.               .---.
                                              :+#@#+:             :+#@#+:             :+#@#+:
                                              :+#@#+:             :+#@#+:             :+#@#+:
                                               .---.               .---.               .---.




─ Message ───────────────────────────────────────────────────────────────────────────── ztf-alerts ─
▾ message {2}
    topic: "ztf-alerts"
  ▾ attributes {1}
      a: "1"
▾ alert {2}
    objectId: "ZTF21abc"
  ▾ candidate {2}
      magpsf: 18.5
      fid: 1



`)
	compare(t, p.Render(110, 16), `
ZTF21abc  ZTF  simulated
150.10000 +2.20000  3 alerts  g 18.50  SN Ia 0.93  2025-11-24 00:00  SuperNNova  10:00:24.00 +02:12:00.0
[1 Light curve] 2 Classes  3 Cutouts  4 Message  5 Pages
━ Light curve ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━ 20 epochs ━ ─ Cutouts ───────────────────────────────────────
● g 10  ■ r 10                 difference magnitude (AB mag) science         template        difference
← → point   + - zoom   f flux   t total   0 all
 18 ┤ ●                          ●
    │    ■ ●                        ■ ●                            ...             ...             ...
    │      ╵  ■                       ╵  ■                        -*%*-           -*%*-           -*%*-
    │            ● ■                        ● ■                   -*%*-           -*%*-           -*%*-
    │                 ●  ╷                       ●  ╷              ...             ...             ...
    │                    ■ ●                        ■ ●
 19 ┤                         ■                          ■
mag └─┬──────────────────────────┬─────────────────────────
MJD 61000                      61010
UTC 2025-11-21              2025-12-01`)
}

func TestInASCII(t *testing.T) {
	p := shown()
	p.Theme = ascii
	press(t, p, "right")
	compare(t, p.Render(60, 30), `
ZTF21abc  ZTF  simulated
150.10000 +2.20000  10:00:24.00 +02:12:00.0
3 alerts  g 18.50  SN Ia 0.93  2025-11-24 00:00  SuperNNova
[1 Light curve] 2 Classes  3 Cutouts  4 Message  5 Pages
= Light curve ================================== 20 epochs =
G g 10  R r 10                 difference magnitude (AB mag)
G g  18.000 +- 0.050 mag  MJD 61000.00000  2025-11-21 00:00
detection  S/N 20.0  limit 20.50 mag
18.0 +.G.........................G.........................
     | |  R                      |  R
     | :  | G                       |  G
     | :       R                         R
     | :          G                         G
18.5 + :            R                         R
     | :               G                         G
     | :                 R  |                       R |
     | :                    G  |                      G  |
19.0 + :                       R                         R
 mag +-+-------------------------+-------------------------
 MJD 61000                     61010
 UTC 2025-11-21             2025-12-01
- Classes ----------------- - Cutouts ----------------------
SuperNNova: SN Ia  MJD 6... science    template   difference
* SN Ia     ########  0.930
  non-SN Ia #         0.070     ..         ..         ..
                               :##:       :##:       :##:
                                ..         ..         ..


`)
}

func TestThePartBeneathTheLightCurveIsTheLastThatHadTheKeys(t *testing.T) {
	p := shown()
	press(t, p, "4", "1")
	if got := text(p.Render(60, 36)); !strings.Contains(got, "─ Message ─") || strings.Contains(got, "Classes ─") {
		t.Error(got)
	}
	press(t, p, "3", "1")
	if got := text(p.Render(60, 36)); strings.Contains(got, "─ Message ─") || !strings.Contains(got, "Classes ─") {
		t.Error(got)
	}
}

func TestZoomingLetsThePartFillThePanel(t *testing.T) {
	p := shown()
	for _, key := range []string{"z", "enter"} {
		press(t, p, key)
		got := text(p.Render(100, 50))
		if strings.Contains(got, "─ Classes") || !strings.Contains(got, "━ Light curve ━") || !strings.Contains(got, "z: all parts") {
			t.Errorf("%s:\n%s", key, got)
		}
		press(t, p, key)
		if got := text(p.Render(100, 50)); !strings.Contains(got, "─ Classes") {
			t.Errorf("%s again:\n%s", key, got)
		}
	}
}

// TestANewAlertOfTheSameObjectChangesNothingElse: what a person is looking at
// must not move under their eyes.
func TestANewAlertOfTheSameObjectChangesNothingElse(t *testing.T) {
	p := shown()
	p.Render(60, 40)
	press(t, p, "right", "right", "+", "+", "f")
	press(t, p, "5", "down", "1")
	p.AddCurve(points(25), "the local archive")
	p.Render(60, 40)
	chosen, _ := p.Chart().Chosen()
	d := full(4)
	d.Alerts, d.Points = 4, points(21)
	p.Set(d)
	got := text(p.Render(60, 40))
	for _, want := range []string{"4 alerts", "25 epochs, 4 from the local archive", "nJy", "[1 Light curve]"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	if now, ok := p.Chart().Chosen(); !ok || now.MJD != chosen.MJD {
		t.Errorf("the cross-hair went from %v to %v", chosen.MJD, now.MJD)
	}
	if page, _ := p.Page(); page.Name != "Fink" {
		t.Errorf("the chosen page is %v", page)
	}
}

func TestAnotherObjectStartsAnewWithTheSamePart(t *testing.T) {
	p := shown()
	p.Render(60, 40)
	press(t, p, "right", "+")
	p.AddCurve(points(30), "BigQuery")
	p.AddVerdicts([]classes.Verdict{verdict("other", 1, true)}, "BigQuery")
	press(t, p, "2")
	d := full(9)
	d.Entry = entry(9, "ZTF21xyz")
	d.Verdicts = nil
	p.Set(d)
	got := text(p.Render(60, 40))
	for _, want := range []string{"ZTF21xyz", "20 epochs", "[2 Classes]", "no classifications"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	if strings.Contains(got, "BigQuery") {
		t.Errorf("what was asked of another object is still there:\n%s", got)
	}
	if _, ok := p.Chart().Chosen(); ok {
		t.Error("the cross-hair is on another object's point")
	}
}

func TestSelectingShowsWhoItIsUntilItIsRead(t *testing.T) {
	p := shown()
	p.Select(entry(9, "ZTF21xyz"))
	got := text(p.Render(60, 40))
	if !strings.Contains(got, "ZTF21xyz  ZTF") || !strings.Contains(got, "reading ...") || strings.Contains(got, "epochs") {
		t.Error(got)
	}
	d := full(9)
	d.Entry = entry(9, "ZTF21xyz")
	p.Set(d)
	p.Select(entry(10, "ZTF21xyz"))
	if got := text(p.Render(60, 40)); strings.Contains(got, "reading") || !strings.Contains(got, "20 epochs") {
		t.Error("another alert of the object hides what is known of it:\n" + got)
	}
}

func TestWhatAnArchiveSaidIsAddedAndNamed(t *testing.T) {
	p := shown()
	p.Asking = "asking BigQuery ..."
	if got := p.Render(60, 40).Lines()[0]; got != "ZTF21abc  ZTF  simulated                 asking BigQuery ..." {
		t.Errorf("%q", got)
	}
	p.Asking = ""
	p.AddCurve(append(points(20), detection(60000, "i", 19)), "BigQuery")
	p.AddVerdicts([]classes.Verdict{{Classification: alert.Classification{Classifier: "Archived", Class: "AGN", Prob: field.OfFloat64(0.5)}}}, "BigQuery")
	got := text(p.Render(60, 40))
	for _, want := range []string{"21 epochs, 1 from BigQuery", "◆ i 1", "+ BigQuery", "AGN"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	p.AddCurve(points(3), "BigQuery")
	if got := text(p.Render(60, 40)); !strings.Contains(got, "20 epochs, none more in BigQuery") {
		t.Error(got)
	}
}

func TestWhatIsMissingIsSaid(t *testing.T) {
	e := entry(1, "")
	e.Message.Body, e.RA = nil, math.NaN()
	p := &Panel{Theme: plain, Focused: true}
	p.Set(Details{Entry: e, Alerts: 1, Problems: []string{noPacket}})
	got := text(p.Render(60, 40))
	for _, want := range []string{"alert 17", "no position", "the packet is no longer in memory\n", "no photometry", "no classifications"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	press(t, p, "5")
	if got := text(p.Render(40, 12)); !strings.Contains(got, "no pages are known") {
		t.Error(got)
	}
}

func TestMinorPlanetsHaveTheirDesignation(t *testing.T) {
	p := &Panel{Theme: plain}
	e := entry(1, "21163624394469969")
	e.Survey = "lsst"
	p.Set(Details{Entry: e})
	if got := p.Render(60, 12).Lines()[0]; got != "21163624394469969  2004 JQ12  LSST  simulated" {
		t.Errorf("%q", got)
	}
}

func TestTheMouse(t *testing.T) {
	p := shown()
	lines := p.Render(60, 40).Lines()
	find := func(what string) (x, y int) {
		for y, line := range lines {
			if at := strings.Index(line, what); at >= 0 {
				return cells.Width(line[:at]), y
			}
		}
		t.Fatalf("no %q in\n%s", what, strings.Join(lines, "\n"))
		return 0, 0
	}
	x, y := find("template")
	p.Click(x, y)
	if lines = p.Render(60, 40).Lines(); !strings.Contains(strings.Join(lines, "\n"), "━ Cutouts") {
		t.Error(strings.Join(lines, "\n"))
	}
	p.Click(20, 14)
	chosen, ok := p.Chart().Chosen()
	if !ok {
		t.Fatal("no point is chosen by a click")
	}
	if lines = p.Render(60, 40).Lines(); !strings.Contains(lines[6], chosen.Band+"  ") {
		t.Errorf("%q", lines[6])
	}
	count := func() int { return strings.Count(text(p.Render(60, 40)), "■") }
	all := count()
	p.Wheel(20, 14, -3)
	if n := count(); n >= all {
		t.Errorf("%d marks after zooming in, %d before", n, all)
	}
	p.Wheel(20, 14, 3)
	if n := count(); n != all {
		t.Errorf("%d marks after zooming in and out, %d before", n, all)
	}
	p.Click(20, 14)
	p.Drag(45, 14)
	if n := count(); n >= all {
		t.Errorf("%d marks after dragging, %d before", n, all)
	}
	press(t, p, "5")
	p.Render(40, 12)
	p.Click(5, 4)
	if page, ok := p.Page(); !ok || page.Name != "Fink" {
		t.Errorf("%v", page)
	}
	p.Wheel(5, 5, 1)
	if page, _ := p.Page(); page.Name != "Finder chart (Aladin)" {
		t.Errorf("%v", page)
	}
}

func TestTheKeysOfTheLightCurveAreThereOnlyWithIt(t *testing.T) {
	p := shown()
	press(t, p, "left", "right", "+", "-", "shift+left", "shift+right", "shift+up", "shift+down", "f", "t", "t", "f", "0")
	if p.Chart().Quantity() != lightcurve.Magnitude {
		t.Error(p.Chart().Quantity())
	}
	press(t, p, "5")
	if keys.Run("f", p.Keys()) {
		t.Error("f does something beside the light curve")
	}
}

func TestEveryKeySaysWhatItDoes(t *testing.T) {
	p := shown()
	for which := range partCount {
		p.show(which)
		for _, b := range p.Keys() {
			if len(b.Keys) == 0 || b.Does == "" || b.Do == nil {
				t.Errorf("%+v", b)
			}
		}
	}
}

func TestPanelsAreRightAtAnySize(t *testing.T) {
	hostile := full(5)
	hostile.Entry = entry(5, "evil\x1b[2J星\u202e"+strings.Repeat("x", 10000))
	hostile.Entry.Class, hostile.Problems = "\x1b]0;a\a", []string{"a\nb", strings.Repeat("星", 300)}
	all := []Details{{}, full(1), hostile, {Entry: entry(1, "ZTF21abc")}}
	rapid.Check(t, func(t *rapid.T) {
		p := &Panel{
			Theme:   cells.Theme{ASCII: rapid.Bool().Draw(t, "ascii"), Plain: rapid.Bool().Draw(t, "plain"), Light: rapid.Bool().Draw(t, "light")},
			Focused: rapid.Bool().Draw(t, "focused"), Asking: rapid.SampledFrom([]string{"", "asking …"}).Draw(t, "asking"),
		}
		p.Set(all[rapid.IntRange(0, len(all)-1).Draw(t, "details")])
		p.SetPages(append(pages, Page{"星\x1b", "https://\u202e/" + strings.Repeat("y", 500)}))
		for range rapid.IntRange(1, 6).Draw(t, "frames") {
			width, height := rapid.IntRange(1, 400).Draw(t, "width"), rapid.IntRange(1, 100).Draw(t, "height")
			if rapid.Bool().Draw(t, "small") {
				width, height = width/8+1, height/8+1
			}
			b := p.Render(width, height)
			if b.Width() != width || b.Height() != height {
				t.Fatalf("%d x %d, want %d x %d", b.Width(), b.Height(), width, height)
			}
			for _, line := range b.Lines() {
				for _, r := range line {
					if !unicode.IsPrint(r) || p.Theme.ASCII && r > '~' {
						t.Fatalf("%U in %q", r, line)
					}
				}
			}
			x, y := rapid.IntRange(-2, width+2).Draw(t, "x"), rapid.IntRange(-2, height+2).Draw(t, "y")
			p.Click(x, y)
			p.Drag(x+2, y-1)
			p.Wheel(x, y, rapid.IntRange(-3, 3).Draw(t, "wheel"))
			if list := p.Keys(); len(list) > 0 {
				list[rapid.IntRange(0, len(list)-1).Draw(t, "key")].Do()
			}
		}
	})
}

func BenchmarkRender(b *testing.B) {
	p := shown()
	d := full(3)
	d.Points = points(1000)
	p.Set(d)
	p.Render(100, 58)
	press := p.Keys()
	keys.Run("right", press)
	for b.Loop() {
		p.Render(100, 58)
	}
}
