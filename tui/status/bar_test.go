package status

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/mwvgroup/pgb/tui/cells"
	"github.com/mwvgroup/pgb/tui/feed"
	"github.com/mwvgroup/pgb/tui/keys"
)

var start = time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)

// busy is a bar that has something to say of everything.
func busy() *Bar {
	return &Bar{
		Now: start, Name: "lsst-lite", State: Running, Following: true, Archive: "local archive",
		Filter: `snr > 20 && band == "r"`, Saving: "night.parquet", Saved: 312,
		Hints: []keys.Binding{{Keys: []string{"?"}, Does: "help"}, {Keys: []string{"q"}, Does: "quit"}},
		Figures: feed.Figures{
			Seen: 123456, Passed: 3120, Filtered: 120336, Rate: 1234, Spark: []float64{1, 4, 2, 5, 9, 10, 4, 0, 4, 8, 5, 3, 3},
			Newest: start, Lag: 2100 * time.Millisecond, Simulated: true, Delivered: 1234567890, USD: 0.05,
		},
	}
}

func expect(t *testing.T, b *Bar, width, height int, want ...string) {
	t.Helper()
	if got := b.Render(width, height).Lines(); !slices.Equal(got, want) {
		t.Errorf("%dx%d:\n%s\nnot\n%s", width, height, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestTheBarSaysMoreWhereThereIsMoreRoom(t *testing.T) {
	b := busy()
	expect(t, b, 40, 1, "SIM  lsst-lite  1.23k/s  3.12k of 123k")
	expect(t, b, 80, 1, "SIM  lsst-lite  running  1.23k/s  lag 2.1 s   3.12k of 123k  saved 312    ? help")
	expect(t, b, 80, 2,
		"SIM  lsst-lite  running  1.23k/s  ▅██▄▁▄▇▅▄▄  lag 2.1 s   3.12k of 123k   ? help",
		`following  /snr > 20 && band == "r"  saved 312  1.23 GB, $0.05  local archive`)
	expect(t, b, 120, 3,
		"",
		"SIMULATED  lsst-lite  running  1.23k alerts/s  ▅██▄▁▄▇▅▄▄  lag 2.1 s   3,120 of 123,456 passed (2.53 %)   q quit  ? help",
		`following  /snr > 20 && band == "r"  saving to night.parquet (312)  1.23 GB, $0.05  archive: local archive`)
}

func TestTheBarKnowsSevenBits(t *testing.T) {
	b := busy()
	b.Theme = cells.Theme{ASCII: true, Plain: true}
	b.Name = "nächtlich-und-sehr-lang"
	expect(t, b, 80, 2,
		"SIM  n?chtl...  running  1.23k/s  =##- -*=--  lag 2.1 s   3.12k of 123k   ? help",
		`following  /snr > 20 && band == "r"  saved 312  1.23 GB, $0.05  local archive`)
}

func TestAPauseAndWhatItCostsComeFirst(t *testing.T) {
	b := busy()
	b.Paused, b.Waiting = true, 20000
	b.Figures.DroppedAll, b.Figures.Dropped = 1204, []feed.TopicCount{{Name: "ztf-lite", N: 1200}, {Name: "lsst-lite", N: 4}}
	b.Figures.Unreadable = 3
	expect(t, b, 40, 1, "SIM  PAUSED  20,000 wait  dropped 1,204")
	expect(t, b, 160, 2,
		"SIMULATED  lsst-lite  PAUSED  20,000 wait  1.23k alerts/s  ▂▄▃▅██▄▁▄▇▅▄▄  lag 2.1 s   3.12k of 123k  dropped 1,200 ztf-lite, 4 lsst-lite  3 bad   q quit  ? help",
		`following  /snr > 20 && band == "r"  saving to night.parquet (312)  1.23 GB, $0.05  archive: local archive`)
}

func TestTheBarSaysWhatBecomesOfTheStream(t *testing.T) {
	for _, c := range []struct {
		state State
		retry time.Time
		want  string
	}{
		{Idle, time.Time{}, "ztf-loop"},
		{Connecting, time.Time{}, "ztf-loop  connecting      0 alerts/s"},
		{Running, time.Time{}, "ztf-loop  running      0 alerts/s"},
		{Retrying, time.Time{}, "ztf-loop  lost      0 alerts/s"},
		{Retrying, start.Add(4 * time.Second), "ztf-loop  lost, again in 4 s      0 alerts/s"},
		{Ended, time.Time{}, "ztf-loop  ended"},
		{Reconnecting, time.Time{}, "ztf-loop  reconnecting      0 alerts/s"},
		{Stopped, time.Time{}, "ztf-loop  stopped"},
	} {
		b := &Bar{Now: start, Name: "ztf-loop", State: c.state, Retry: c.retry}
		expect(t, b, 60, 1, c.want)
	}
}

func TestANarrowBarHasTheNumberOfAlertsBeforeTheirLagAndTheStateBeforeThePrice(t *testing.T) {
	b := busy()
	b.Filter, b.Saving, b.Figures.Filtered, b.Figures.Seen, b.Figures.Passed = "", "", 0, 1, 1
	expect(t, b, 40, 2, "SIMULATED  lsst-lite  1.23k/s  1 alert", "following  $0.05  local archive")
	b.Paused, b.Waiting = true, 7
	expect(t, b, 40, 2, "SIM  lsst-lite  PAUSED  7 wait  1 alert", "following  $0.05  local archive")
}

func TestSimulatedIsAlwaysSeen(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := busy()
		b.Paused = rapid.Bool().Draw(t, "paused")
		b.State = State(rapid.IntRange(0, 6).Draw(t, "state"))
		b.Name = rapid.String().Draw(t, "name")
		if rapid.Bool().Draw(t, "saying") {
			b.Say(Error, rapid.String().Draw(t, "message"), 0)
		}
		width := rapid.IntRange(20, 200).Draw(t, "width")
		lines := b.Render(width, rapid.IntRange(1, 3).Draw(t, "height")).Lines()
		if !strings.Contains(strings.Join(lines, "\n"), "SIM") {
			t.Fatalf("%d cells: %q", width, lines)
		}
	})
}

func TestAMessageGoesWhenItsTimeIsOver(t *testing.T) {
	b := &Bar{Now: start, Name: "ztf-loop"}
	b.Say(Good, "saved 312 to night.parquet", 5*time.Second)
	expect(t, b, 30, 2, "✓ saved 312 to night.parquet", "ztf-loop")
	b.Now = start.Add(5 * time.Second)
	expect(t, b, 30, 2, "ztf-loop", "")
	b.Say(Note, "stays", 0)
	b.Now = start.Add(time.Hour)
	expect(t, b, 30, 2, "stays", "ztf-loop")
	b.Hush()
	expect(t, b, 30, 1, "ztf-loop")
}

func TestAnErrorThatStaysIsThereAgainAfterANoteThatGoes(t *testing.T) {
	b := &Bar{Now: start}
	b.Say(Error, "no permission", 0)
	b.Say(Note, "copied", time.Second)
	expect(t, b, 30, 1, "✗ no permission")
	b.Now = b.Now.Add(least)
	expect(t, b, 30, 1, "copied")
	b.Now = b.Now.Add(time.Second)
	expect(t, b, 30, 1, "✗ no permission")
	b.Say(Error, "no network", time.Second)
	expect(t, b, 30, 1, "✗ no network")
	b.Say(Error, "not saved", 0)
	expect(t, b, 30, 1, "✗ not saved")
	b.Hush()
	expect(t, b, 30, 1, "")
}

func TestAnErrorIsSeenForAMomentBeforeWhatMattersLess(t *testing.T) {
	b := &Bar{Now: start}
	b.Say(Good, "copied", 8*time.Second)
	b.Say(Error, "no permission", 30*time.Second)
	b.Say(Warning, "the connection is lost", 30*time.Second)
	expect(t, b, 40, 1, "✗ no permission")
	b.Hush() // the error may still be true
	expect(t, b, 40, 1, "✗ no permission")
	b.Say(Good, "copied", 8*time.Second)
	b.Now = start.Add(least)
	expect(t, b, 40, 1, "✓ copied")
	b.Say(Warning, "the connection is lost", 30*time.Second)
	expect(t, b, 40, 1, "! the connection is lost")
	b.Unsay("the connection is lost")
	expect(t, b, 40, 1, "")
	b.Say(Error, "no permission", 30*time.Second)
	b.Clear()
	expect(t, b, 40, 1, "")
}

func TestAMurmurTakesTheLineOnlyWhereItIsFree(t *testing.T) {
	b := &Bar{Now: start}
	b.Murmur("seen again: A", 30*time.Second)
	b.Murmur("seen again: B", 30*time.Second)
	expect(t, b, 40, 1, "! seen again: B")
	b.Say(Good, "saved", 8*time.Second)
	b.Murmur("seen again: C", 30*time.Second)
	expect(t, b, 40, 1, "✓ saved")
	b.Now = start.Add(least)
	expect(t, b, 40, 1, "! seen again: C")
	b.Say(Error, "no permission", 30*time.Second)
	b.Murmur("seen again: D", 30*time.Second)
	b.Now = b.Now.Add(29 * time.Second)
	expect(t, b, 40, 1, "✗ no permission")
	b.Now = b.Now.Add(time.Second)
	expect(t, b, 40, 1, "! seen again: D")
}

func TestAMessageThatIsCutNamesTheKeyThatShowsIt(t *testing.T) {
	b := &Bar{Now: start, More: "!: in full"}
	b.Say(Error, "the connection was lost: it is tried again in 4 s", 0)
	expect(t, b, 40, 2, "✗ the connection was lost: i… !: in full", "")
	expect(t, b, 60, 2, "✗ the connection was lost: it is tried again in 4 s", "")
}

func TestAMessageInTheOnlyLineLeavesThePauseAndSimulatedSeen(t *testing.T) {
	b := busy()
	b.Paused = true
	b.Say(Error, "the connection was lost: it is tried again in 4 s", 0)
	expect(t, b, 40, 1, "✗ the connection was lost: i… PAUSED SIM")
	b.Theme.ASCII = true
	expect(t, b, 40, 1, "x the connection was lost:... PAUSED SIM")
}

func TestFiguresHaveThreeDigits(t *testing.T) {
	for rate, want := range map[float64]string{
		0: "0", -1: "0", math.NaN(): "0", 0.004: "<0.01", 0.5: "0.50", 9.994: "9.99", 9.996: "10.0", 99.96: "100", 999.4: "999", 999.6: "1.00k", 12345: "12.3k",
		999600: "1.00M", 1.5e9: "1.50G",
	} {
		if got := perSecond(rate); got != want {
			t.Errorf("%g/s is %s, not %s", rate, got, want)
		}
	}
	for n, want := range map[int64]string{0: "0", 999: "999", 1204: "1,204", 1234567: "1,234,567", -1204: "-1,204"} {
		if got := count(n); got != want {
			t.Errorf("%d is %s, not %s", n, got, want)
		}
	}
	for n, want := range map[int64]string{999: "999 B", 1500: "1.5 kB", 999_400: "999 kB", 999_600: "1 MB", 60e9: "60 GB", 2.5e12: "2.5 TB"} {
		if got := bytes(n); got != want {
			t.Errorf("%d is %s, not %s", n, got, want)
		}
	}
	for d, want := range map[time.Duration]string{
		340 * time.Millisecond: "340 ms", 2100 * time.Millisecond: "2.1 s", 4 * time.Second: "4 s", 59 * time.Second: "59 s",
		200 * time.Second: "3 min 20 s", 3 * time.Hour: "3 h 0 min", 72 * time.Hour: "3 d",
	} {
		if got := span(d); got != want {
			t.Errorf("%v is %s, not %s", d, got, want)
		}
	}
}

func TestAnySizeIsFilledExactly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := busy()
		b.Theme = cells.Theme{ASCII: rapid.Bool().Draw(t, "ascii"), Plain: rapid.Bool().Draw(t, "plain")}
		b.Name, b.Filter, b.Saving = rapid.String().Draw(t, "name"), rapid.String().Draw(t, "filter"), rapid.String().Draw(t, "saving")
		b.Figures.Seen = rapid.Int64Min(0).Draw(t, "seen")
		b.Figures.DroppedAll = rapid.Int64Min(0).Draw(t, "dropped")
		if rapid.Bool().Draw(t, "saying") {
			b.Say(Level(rapid.IntRange(0, 3).Draw(t, "level")), rapid.String().Draw(t, "message"), 0)
		}
		width, height := rapid.IntRange(0, 250).Draw(t, "width"), rapid.IntRange(0, 4).Draw(t, "height")
		block := b.Render(width, height)
		if block.Width() != width || block.Height() != height {
			t.Fatalf("%dx%d, not %dx%d", block.Width(), block.Height(), width, height)
		}
		if text := strings.Join(block.Lines(), ""); b.Theme.ASCII && cells.ASCII(text) != text {
			t.Fatalf("not of 7 bits: %q", text)
		}
	})
}

func BenchmarkRender(b *testing.B) {
	bar := busy()
	for b.Loop() {
		bar.Render(200, 3)
	}
}
