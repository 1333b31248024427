package object

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/tui/cells"
	"github.com/mwvgroup/pgb/tui/classes"
)

func TestNothingSelected(t *testing.T) {
	p := &Panel{Theme: plain}
	compare(t, p.Render(44, 5), "\n\n\n    select an alert with the arrow keys\n\n")
	compare(t, p.Render(12, 5), "\n select an\n alert with\n the arrow\n    keys\n")
	if p.Keys() != nil {
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

// titles gives the titles of the parts and where they stand.
func titles(b *cells.Block) (list []string) {
	for y, line := range b.Lines() {
		for _, name := range []string{"Light curve", "Classes", "Cutouts", "Message", "Pages"} {
			if before, _, ok := strings.Cut(line, "─ "+name+" "); ok {
				list = append(list, fmt.Sprintf("%s %d,%d", name, cells.Width(before), y))
			}
		}
	}
	return list
}

func TestPartsStandWhereThereIsRoom(t *testing.T) {
	bare := Details{Entry: entry(1, "MS1"), Alerts: 1, Verdicts: full(1).Verdicts}
	for _, test := range []struct {
		details       Details
		part          string
		width, height int
		want          string
	}{
		{full(1), "1", 55, 40, "Light curve 0,4"},
		{full(1), "1", 60, 27, "Light curve 0,4"},
		{full(1), "1", 60, 30, "Light curve 0,4 Classes 0,21 Cutouts 28,21"},
		{full(1), "5", 60, 30, "Light curve 0,4 Pages 0,17"},
		{full(1), "1", 60, 60, "Light curve 0,4 Classes 0,32 Cutouts 28,32 Message 0,41"},
		{full(1), "5", 60, 60, "Light curve 0,4 Classes 0,32 Cutouts 28,32 Pages 0,41"},
		{full(1), "1", 120, 16, "Light curve 0,3 Cutouts 67,3"},
		{full(1), "2", 120, 16, "Light curve 0,3 Classes 67,3"},
		{full(1), "1", 170, 16, "Light curve 0,3 Classes 94,3 Cutouts 125,3"},
		{full(1), "4", 170, 16, "Light curve 0,3 Message 94,3"},
		// Nothing measured: the rest gets the room.
		{bare, "1", 60, 30, "Light curve 0,4 Classes 0,7 Cutouts 45,7"},
		{bare, "4", 60, 30, "Light curve 0,4 Message 0,7"},
		{bare, "1", 60, 60, "Light curve 0,4 Classes 0,7 Cutouts 45,7 Message 0,16"},
		{bare, "1", 120, 16, "Light curve 0,3 Classes 31,3"},
	} {
		p := &Panel{Theme: plain}
		p.Set(test.details)
		p.SetPages(pages)
		press(t, p, test.part)
		if got := strings.Join(titles(p.Render(test.width, test.height)), " "); got != test.want {
			t.Errorf("%s of %d x %d: %s, want %s", test.part, test.width, test.height, got, test.want)
		}
	}
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

// TestANewAlertOfTheSameObjectChangesNothingElse: what a person is looking at
// must not move under their eyes.
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
