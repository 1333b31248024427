package object

import (
	"strings"
	"testing"

	"github.com/mwvgroup/pgb/client/alert/lightcurve"
	"github.com/mwvgroup/pgb/tui/cells"
	"github.com/mwvgroup/pgb/tui/classes"
	"github.com/mwvgroup/pgb/tui/keys"
)

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

func TestALongListOfPagesScrolls(t *testing.T) {
	l := &pageList{Theme: plain}
	for _, name := range strings.Fields("a b c d e f") {
		l.list = append(l.list, Page{Name: name, URL: "https://" + name})
	}
	names := func() (list string) {
		for _, line := range l.Render(20, 3).Lines() {
			list += strings.Fields(strings.TrimPrefix(line, ">"))[0]
		}
		return list
	}
	for _, step := range []struct {
		key, want string
	}{{"down", "abc"}, {"end", "def"}, {"up", "def"}, {"k", "def"}, {"k", "cde"}, {"home", "abc"}, {"up", "abc"}} {
		keys.Run(step.key, l.Keys())
		if got := names(); got != step.want {
			t.Errorf("after %s %s is seen, want %s", step.key, got, step.want)
		}
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

func TestTheWheelScrollsTheMessage(t *testing.T) {
	p := shown()
	press(t, p, "4")
	if got := text(p.Render(40, 9)); strings.Contains(got, "fid: 1") {
		t.Fatal(got)
	}
	p.Wheel(5, 5, 2)
	if got := text(p.Render(40, 9)); !strings.Contains(got, "fid: 1") {
		t.Error(got)
	}
}
