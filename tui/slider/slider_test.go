package slider

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/mwvgroup/pgb/tui/cells"
	"github.com/mwvgroup/pgb/tui/keys"
)

// The range of most tests: 1 to 31 March 2024.
const from, to = 60370, 60400

func expect(t *testing.T, s *Slider, width, height int, want ...string) {
	t.Helper()
	if got := s.Render(width, height).Lines(); !slices.Equal(got, want) {
		t.Errorf("%dx%d:\n%s\nnot\n%s", width, height, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func press(t *testing.T, s *Slider, names ...string) {
	t.Helper()
	for _, name := range names {
		if !keys.Run(name, s.Keys()) {
			t.Fatalf("%s does nothing", name)
		}
	}
}

func at(t *testing.T, s *Slider, want float64) {
	t.Helper()
	if got := s.At(); math.Abs(got-want) > 1e-9 {
		t.Errorf("at %v, not %v", got, want)
	}
}

func TestTheSliderSaysMoreWhereThereIsMoreRoom(t *testing.T) {
	s := &Slider{}
	s.Set(from, to)
	s.SetAt(60380.5)
	s.SetCounts([]int{1, 4, 9, 16, 25, 0, 0, 100, 81, 64, 49, 36})
	expect(t, s, 8, 1, "‖ ━━●───")
	expect(t, s, 30, 1, "‖ 2024-03-11 12:00 ━━━━●──────")
	expect(t, s, 60, 2,
		"2024-03-11 12:00    ▁▁▁▂▂▂▂▃▃▄▄     ██▇▇▆▆▆▆▅▅ MJD 60380.500",
		"‖ 1 d/s  2024-03-01 ━━━━━━━━━●──────────────── 2024-03-31")
	expect(t, s, 100, 2,
		"2024-03-11 12:00    ▁▁▁▁▁▁▂▂▂▂▂▂▂▂▂▂▂▃▃▃▃▃▄▄▄▄▄▄           █████▇▇▇▇▇▇▆▆▆▆▆▆▆▆▆▆▆▅▅▅▅▅ MJD 60380.500",
		"‖ 1 d/s  2024-03-01 ━━━━━━━━━━━━━━━━━━━━━━━●────────────────────────────────────────── 2024-03-31")
	expect(t, s, 100, 4,
		"2024-03-11 12:00    ▁▁▁▁▁▁▂▂▂▂▂▂▂▂▂▂▂▃▃▃▃▃▄▄▄▄▄▄           █████▇▇▇▇▇▇▆▆▆▆▆▆▆▆▆▆▆▅▅▅▅▅ MJD 60380.500",
		"‖ 1 d/s  2024-03-01 ━━━━━━━━━━━━━━━━━━━━━━━●────────────────────────────────────────── 2024-03-31",
		"",
		"")
	s.Theme.ASCII = true
	expect(t, s, 100, 2,
		"2024-03-11 12:00    ......:::::::::::-----======           ###########***********+++++ MJD 60380.500",
		"= 1 d/s  2024-03-01 =======================O------------------------------------------ 2024-03-31")
	s.Play()
	expect(t, s, 60, 2,
		"2024-03-11 12:00    ...::::--==     ####****++ MJD 60380.500",
		"> 1 d/s  2024-03-01 =========O---------------- 2024-03-31")
}

func TestASliderWithoutARangeSaysSo(t *testing.T) {
	s := &Slider{}
	expect(t, s, 40, 2, "no times to slide over yet", "")
	press(t, s, "space", "left", "home", "+")
	for _, r := range [][2]float64{{5, 5}, {6, 5}, {math.NaN(), 5}, {5, math.NaN()}, {math.Inf(-1), 5}} {
		s.Set(from, to)
		s.Set(r[0], r[1])
		s.Play()
		if _, _, ok := s.Range(); ok || s.Playing() || !math.IsNaN(s.At()) || s.Advance(time.Second) || s.Click(3, 0) {
			t.Errorf("%v is a range", r)
		}
	}
}

func TestTheSliderStaysAtTheEndOfAGrowingRange(t *testing.T) {
	s := &Slider{}
	s.Set(from, to)
	at(t, s, to)
	s.Set(from, to+5)
	at(t, s, to+5)
	s.SetAt(60380)
	s.Set(from, to+10)
	at(t, s, 60380)
	s.Set(60390, to+10)
	at(t, s, 60390)
}

func TestKeysMoveByPartsOfTheRange(t *testing.T) {
	s := &Slider{}
	s.Set(from, to)
	press(t, s, "left")
	at(t, s, to-0.3)
	press(t, s, "shift+left", "shift+left")
	at(t, s, to-0.36)
	press(t, s, "shift+right")
	at(t, s, to-0.33)
	press(t, s, "right", "right")
	at(t, s, to)
	press(t, s, "home", "left")
	at(t, s, from)
	press(t, s, "right")
	at(t, s, from+0.3)
	press(t, s, "end")
	at(t, s, to)
}

func TestPlayingGoesToTheEndAndBeginsAgain(t *testing.T) {
	s := &Slider{}
	s.Set(from, to)
	if s.Speed() != 1 {
		t.Errorf("%g days a second for 30 days", s.Speed())
	}
	press(t, s, "space")
	at(t, s, from)
	if !s.Playing() || !s.Advance(1500*time.Millisecond) {
		t.Error("does not play")
	}
	at(t, s, from+1.5)
	press(t, s, "+", "=", "-", "+")
	s.Advance(time.Second)
	at(t, s, from+5.5)
	s.Set(from, to+1) // more of the file was read
	at(t, s, from+5.5)
	press(t, s, "space")
	if s.Playing() || s.Advance(time.Second) {
		t.Error("goes on after a pause")
	}
	press(t, s, "space")
	at(t, s, from+5.5)
	if !s.Advance(time.Hour) || s.Playing() || s.Advance(time.Second) {
		t.Error("does not stop at the end")
	}
	at(t, s, to+1)
}

func TestTheSpeedHasLimits(t *testing.T) {
	s := &Slider{}
	s.Set(from, to)
	for range 100 {
		press(t, s, "+")
	}
	if s.Speed() != fastest {
		t.Errorf("%g days a second", s.Speed())
	}
	for range 100 {
		press(t, s, "-")
	}
	if s.Speed() != slowest {
		t.Errorf("%g days a second", s.Speed())
	}
	for days, want := range map[float64]string{65536: "65536 d/s", 2: "2 d/s", 0.5: "0.5 d/s", 0.25: "6 h/s", 1.0 / 24: "1 h/s", 1.0 / 1440: "1 min/s", 1.0 / 86400: "1 s/s"} {
		if got := speed(days); got != want {
			t.Errorf("%g days a second are %s, not %s", days, got, want)
		}
	}
}

func TestAClickOnTheTrackMovesThere(t *testing.T) {
	s := &Slider{}
	s.Set(from, to)
	lines := s.Render(100, 2).Lines()
	left := cells.Width(lines[1][:strings.IndexRune(lines[1], '━')])
	right := cells.Width(lines[1][:strings.IndexRune(lines[1], '●')])
	if !s.Click(left, 1) {
		t.Error("no track where it begins")
	}
	at(t, s, from)
	if !s.Click(right, 0) {
		t.Error("the bars are no part of the track")
	}
	at(t, s, to)
	if s.Click(left-1, 1) || s.Click(right+1, 1) || s.Click(left, 2) || s.Click(left, -1) {
		t.Error("takes what is beside the track")
	}
	at(t, s, to)
}

func TestAShortRangeHasTimesOfTheDay(t *testing.T) {
	s := &Slider{}
	s.Set(60370.25, 60370.5)
	s.SetAt(60370.375)
	expect(t, s, 110, 1, "‖ 2024-03-01 09:00   03-01 06:00 ━━━━━━━━━━━━━━━━━━━●─────────────────── 03-01 12:00   MJD 60370.375  11 min/s")
}

func TestAnySizeIsFilledExactly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := &Slider{Theme: cells.Theme{ASCII: rapid.Bool().Draw(t, "ascii")}, Focused: rapid.Bool().Draw(t, "focused")}
		s.Set(rapid.Float64().Draw(t, "from"), rapid.Float64().Draw(t, "to"))
		s.SetAt(rapid.Float64().Draw(t, "at"))
		s.SetCounts(rapid.SliceOf(rapid.Int()).Draw(t, "counts"))
		if rapid.Bool().Draw(t, "playing") {
			s.Play()
			s.Advance(time.Second)
		}
		width, height := rapid.IntRange(0, 250).Draw(t, "width"), rapid.IntRange(0, 5).Draw(t, "height")
		block := s.Render(width, height)
		if block.Width() != width || block.Height() != height {
			t.Fatalf("%dx%d, not %dx%d", block.Width(), block.Height(), width, height)
		}
		if text := strings.Join(block.Lines(), ""); s.Theme.ASCII && cells.ASCII(text) != text {
			t.Fatalf("not of 7 bits: %q", text)
		}
		s.Click(rapid.IntRange(-1, width).Draw(t, "x"), 0)
		if low, high, ok := s.Range(); ok && !(s.At() >= low && s.At() <= high) {
			t.Fatalf("at %v, beyond %v to %v", s.At(), low, high)
		}
	})
}

func BenchmarkRender(b *testing.B) {
	s := &Slider{}
	s.Set(from, to)
	s.SetCounts(make([]int, 1000))
	for b.Loop() {
		s.Render(200, 2)
	}
}

func TestTheSliderSaysHowMuchIsShownAndWhyThereIsNothingToSlideOver(t *testing.T) {
	s := &Slider{Empty: "no alert has a time", Shown: "3 of 12 alerts"}
	expect(t, s, 40, 1, "no alert has a time")
	s.Set(from, to)
	s.SetAt(60380.5)
	expect(t, s, 50, 1, "‖ 2024-03-11 12:00  3 of 12 alerts ━━━━━●─────────")
	expect(t, s, 30, 1, "‖ 2024-03-11 12:00 ━━━━●──────")
}
