package classes

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/tui/cells"
	"github.com/mwvgroup/pgb/tui/keys"
)

func expect(t *testing.T, b *cells.Block, want ...string) {
	t.Helper()
	if got := b.Lines(); !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// said is what a classifier says of a class.
func said(classifier, class string, prob, mjd float64) Verdict {
	return Verdict{
		Classification: alert.Classification{Classifier: classifier, Version: "1.3", Class: class, Prob: field.OfFloat64(prob)},
		Topic:          "supernnova", MJD: mjd,
	}
}

// predicted marks the classifier's own class.
func predicted(v Verdict) Verdict {
	v.Primary = true
	return v
}

func TestTheClassesOfAClassifierStandByProbabilityWithItsOwnMarked(t *testing.T) {
	b := &Bars{}
	b.Set([]Verdict{
		said("SuperNNova", "non-Ia", 0.4375, 61000.5), predicted(said("SuperNNova", "SN Ia", 0.5, 61000.5)),
		said("SuperNNova", "other", 0.001, 61000.5), said("Oracle", "AGN", 1, math.NaN()),
	})
	expect(t, b.Render(60, 8),
		"Oracle  1.3  supernnova",
		"  AGN    "+strings.Repeat("█", 45)+" 1.000",
		"",
		"SuperNNova: SN Ia  1.3  MJD 61000.50000  supernnova",
		"* SN Ia  "+strings.Repeat("█", 22)+"▌"+strings.Repeat(" ", 23)+"0.500",
		"  non-Ia "+strings.Repeat("█", 19)+"▊"+strings.Repeat(" ", 26)+"0.438",
		"  other  ▏"+strings.Repeat(" ", 45)+"0.001",
		"")
	b.Theme.ASCII = true
	expect(t, b.Render(30, 4),
		"Oracle  1.3  supernnova      #",
		"  AGN    ############# 1.000 #",
		"                             |",
		"SuperNNova: SN Ia  1.3  M... |")
	expect(t, b.Render(12, 3), "Oracle  1...", "  AGN  1.000", "")
	expect(t, b.Render(3, 1), "Ora")
}

func TestOnlyTheNewestVerdictOfAClassifierCounts(t *testing.T) {
	b := &Bars{}
	band := said("SuperNNova", "SN Ia", 0.25, 61001)
	band.Band = "g"
	b.Set([]Verdict{
		said("SuperNNova", "SN Ia", 0.5, 61000), said("SuperNNova", "SN Ia", 0.75, 61002), said("SuperNNova", "SN II", 0.25, 61002),
		said("SuperNNova", "SN Ib", 0.5, 61001), said("SuperNNova", "SN Ic", 0.5, math.NaN()), band,
		said("SuperNNova", "SN Ia", 0.75, 61002),
	})
	b.Theme.ASCII = true
	expect(t, b.Render(60, 6),
		"SuperNNova  1.3  MJD 61002.00000  supernnova",
		"  SN Ia "+strings.Repeat("#", 35)+strings.Repeat(" ", 12)+"0.750",
		"  SN II "+strings.Repeat("#", 12)+strings.Repeat(" ", 35)+"0.250",
		"",
		"SuperNNova  1.3  band g  MJD 61001.00000  supernnova",
		"  SN Ia "+strings.Repeat("#", 12)+strings.Repeat(" ", 35)+"0.250")
}

func TestALongListScrolls(t *testing.T) {
	b := &Bars{}
	var list []Verdict
	for i := range 20 {
		list = append(list, said("ELAsTiCC", string(rune('a'+i)), 1-float64(i)/20, 61000))
	}
	b.Set(list)
	b.Theme.ASCII = true
	first := func() string { return strings.Fields(b.Render(40, 5).Lines()[0])[0] }
	for _, step := range []struct{ key, first string }{
		{"down", "a"}, {"j", "b"}, {"pgdown", "f"}, {"up", "e"}, {"pgup", "a"}, {"end", "p"}, {"home", "ELAsTiCC"},
	} {
		b.Render(40, 5)
		if !keys.Run(step.key, b.Keys()) {
			t.Fatalf("%s does nothing", step.key)
		}
		if got := first(); got != step.first {
			t.Errorf("%s: %s is first, not %s", step.key, got, step.first)
		}
	}
	b.Wheel(3)
	if got := first(); got != "c" {
		t.Errorf("%s is first", got)
	}
	b.Set(list[:1])
	if got := first(); got != "ELAsTiCC" {
		t.Errorf("%s is first of a short list", got)
	}
}

func TestWithoutVerdictsTheBarsSaySo(t *testing.T) {
	b := &Bars{}
	expect(t, b.Render(30, 3), "", "      no classifications", "")
	b.Set([]Verdict{said("A", "b", 1, 1)})
	b.Set(nil)
	expect(t, b.Render(5, 1), "no c…")
}

func TestOddVerdictsStayInTheirColumns(t *testing.T) {
	b := &Bars{}
	missing := said("A", "c", 0, 1)
	missing.Prob = field.Value{}
	b.Set([]Verdict{said("A\x1b[31m", "星\n星", 1e9, 1), said("A\x1b[31m", strings.Repeat("x", 10_000), -2, 1), missing})
	expect(t, b.Render(60, 7),
		"A  1.3  MJD 1.00000  supernnova",
		"  c"+strings.Repeat(" ", 56)+"-",
		"",
		"A[31m  1.3  MJD 1.00000  supernnova",
		"  星 星                        "+strings.Repeat("█", 23)+" 1e+09",
		"  "+strings.Repeat("x", 27)+"… "+strings.Repeat(" ", 23)+"-2e+00",
		"")
	for width := range 80 {
		for height := range 12 {
			if block := b.Render(width, height); block.Width() != width || block.Height() != height {
				t.Fatalf("%dx%d, not %dx%d", block.Width(), block.Height(), width, height)
			}
		}
	}
}

func BenchmarkRender200x60(b *testing.B) {
	bars := &Bars{}
	var list []Verdict
	for i := range 100 {
		list = append(list, said("ELAsTiCC", strings.Repeat("x", i%20), float64(i)/100, 61000), said("B", strings.Repeat("y", i), 0.5, 1))
	}
	bars.Set(list)
	b.ReportAllocs()
	for b.Loop() {
		bars.Render(200, 60)
	}
}
