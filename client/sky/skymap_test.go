package sky_test

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/mwvgroup/pgb/client/shareddata"
	"github.com/mwvgroup/pgb/client/sky"
	"pgregory.net/rapid"
)

func TestUniqNumbersArePixels(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		order, pixel := pixels(t)
		uniq := sky.Uniq(order, pixel)
		if o, p, ok := sky.FromUniq(uniq); !ok || o != order || p != pixel {
			t.Fatalf("order %d pixel %d is UNIQ %d, which is order %d pixel %d, %v", order, pixel, uniq, o, p, ok)
		}
	})
	for _, none := range []int64{math.MinInt64, -1, 0, 3, 16 << 58, math.MaxInt64} {
		if order, pixel, ok := sky.FromUniq(none); ok {
			t.Errorf("UNIQ %d is order %d pixel %d", none, order, pixel)
		}
	}
}

// notice reads UNIQ and PROBDENSITY, the first two columns of 40-byte rows, from
// the sky map of a real mock notice.
func notice(t testing.TB) (uniq []int64, density []float64) {
	body, err := os.ReadFile(filepath.Join(shareddata.Dir(t), "alerts", "lvk", "MS181101ab-initial.json"))
	if err != nil {
		t.Fatal(err)
	}
	var alert struct{ Event struct{ Skymap string } }
	if err := json.Unmarshal(body, &alert); err != nil {
		t.Fatal(err)
	}
	fits, err := base64.StdEncoding.DecodeString(alert.Event.Skymap)
	if err != nil {
		t.Fatal(err)
	}
	const rows, width, block = 19200, 40, 2880
	start := 2 * block
	for !strings.Contains(string(fits[start-block:start]), "END     ") {
		start += block
	}
	for i := range rows {
		row := fits[start+i*width:]
		uniq = append(uniq, int64(binary.BigEndian.Uint64(row)))
		density = append(density, math.Float64frombits(binary.BigEndian.Uint64(row[8:])))
	}
	return uniq, density
}

func TestCredibleRegionOfARealNotice(t *testing.T) {
	m, err := sky.NewMap(notice(t))
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(m.Total()-1) > 1e-9 {
		t.Errorf("the probabilities sum to %v", m.Total())
	}
	// Areas summed independently in decreasing order of density.
	for level, want := range map[float64]float64{0.5: 8.901102526360301, 0.9: 30.988295056778313} {
		region, err := m.Region(level)
		if err != nil || math.Abs(region.SquareDegrees-want) > 1e-9 || region.Probability < level || region.Probability > level+1e-4 {
			t.Errorf("level %v: %v square degrees with %v, %v; want %v", level, region.SquareDegrees, region.Probability, err, want)
		}
		if got := m.Probability(region.Ranges); math.Abs(got-region.Probability) > 1e-12 {
			t.Errorf("level %v: %v within the region's ranges, %v in the region", level, got, region.Probability)
		}
	}
	peak := sky.PixelCenter(11, 25541726)
	if got := m.Density(peak); math.Abs(got-256.88500373331397) > 1e-9 {
		t.Errorf("density at the peak %v: %v", peak, got)
	}
	if got := m.CredibleLevel(peak); got > 1e-3 {
		t.Errorf("credible level of the peak: %v", got)
	}
}

// maps draws a map: a few base pixels, some divided again and again.
func maps(t *rapid.T) (uniq []int64, density []float64) {
	var divide func(order int, pixel int64)
	divide = func(order int, pixel int64) {
		if order < 5 && rapid.IntRange(0, 2).Draw(t, "divide") == 0 {
			for child := range int64(4) {
				divide(order+1, 4*pixel+child)
			}
		} else if rapid.IntRange(0, 9).Draw(t, "leave out") > 0 {
			uniq = append(uniq, sky.Uniq(order, pixel))
			density = append(density, float64(rapid.IntRange(0, 20).Draw(t, "density")))
		}
	}
	for face := range int64(12) {
		divide(0, face)
	}
	return uniq, density
}

func TestRegionsAreTheDensestPartsOfTheSky(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		uniq, density := maps(t)
		var total float64
		for i, u := range uniq {
			order, _, _ := sky.FromUniq(u)
			total += density[i] * sky.PixelSteradians(order)
		}
		if total == 0 {
			t.Skip("no probability")
		}
		for i := range density {
			density[i] /= total
		}
		m, err := sky.NewMap(uniq, density)
		if err != nil {
			t.Fatal(err)
		}
		level := rapid.Float64Range(0.01, 1).Draw(t, "level")
		region, err := m.Region(level)
		if err != nil || region.Probability < level-1e-12 {
			t.Fatalf("level %v: %v, %v", level, region, err)
		}
		lowest, highest := math.Inf(1), 0.0 // density within, without
		for i, u := range uniq {
			order, pixel, _ := sky.FromUniq(u)
			p := sky.PixelCenter(order, pixel)
			if m.Density(p) != density[i] {
				t.Fatalf("UNIQ %d: density %v, not %v", u, m.Density(p), density[i])
			}
			in := region.Contains(p)
			if in {
				lowest = min(lowest, density[i])
			} else {
				highest = max(highest, density[i])
			}
			if reached := m.CredibleLevel(p); in && reached > region.Probability+1e-12 || !in && reached < level-1e-12 {
				t.Fatalf("UNIQ %d has credible level %v; in the region of %v: %v", u, reached, level, in)
			}
		}
		if highest > lowest || lowest == 0 {
			t.Fatalf("level %v: %v outside, %v inside", level, highest, lowest)
		}
		if got := m.Probability(sky.Ranges{{Hi: sky.PixelCount(sky.MaxOrder)}}); math.Abs(got-1) > 1e-9 {
			t.Fatalf("whole sky: %v", got)
		}
		if got := m.Probability(region.Ranges); math.Abs(got-region.Probability) > 1e-9 || math.Abs(region.Ranges.SquareDegrees()-region.SquareDegrees) > 1e-9 {
			t.Fatalf("level %v: %v in the ranges of %v", level, got, region)
		}
	})
}

func TestProbabilityOfPartsOfPixels(t *testing.T) {
	m, err := sky.NewMap([]int64{sky.Uniq(0, 4), sky.Uniq(0, 2)}, []float64{0.5, 0.25})
	if err != nil {
		t.Fatal(err)
	}
	quarter := sky.Range{Lo: 2 << 58, Hi: 2<<58 + 1<<56}
	across := sky.Range{Lo: 2<<58 + 1<<57, Hi: 4<<58 + 1<<57}
	want := (0.25*0.25 + 0.5*0.25 + 0.5*0.5) * math.Pi / 3
	if got := m.Probability(sky.Ranges{quarter, across}); math.Abs(got-want) > 1e-12 {
		t.Errorf("got %v, want %v", got, want)
	}
	south := sky.Position{Dec: -90}
	if m.Density(south) != 0 || m.CredibleLevel(south) != 1 || m.Density(sky.Position{Dec: 100}) != 0 {
		t.Error("what no row covers has probability")
	}
}

func TestMapsThatAreNone(t *testing.T) {
	for want, rows := range map[string]struct {
		uniq    []int64
		density []float64
	}{
		"no rows":                    {nil, nil},
		"1 UNIQ and 2 PROBDENSITY":   {[]int64{4}, []float64{1, 2}},
		"row 1: UNIQ 3 is no pixel":  {[]int64{4, 3}, []float64{1, 2}},
		"row 0: PROBDENSITY -1":      {[]int64{4}, []float64{-1}},
		"row 0: PROBDENSITY NaN":     {[]int64{4}, []float64{math.NaN()}},
		"row 0: PROBDENSITY +Inf":    {[]int64{4}, []float64{math.Inf(1)}},
		"pixel 0 of order 0 twice":   {[]int64{5, 4, 4}, []float64{1, 1, 1}},
		"pixel 39 of order 2 twice":  {[]int64{sky.Uniq(2, 39), sky.Uniq(1, 9)}, []float64{1, 1}},
		"pixel 129 of order 3 twice": {[]int64{sky.Uniq(0, 2), sky.Uniq(3, 129)}, []float64{1, 1}},
	} {
		if _, err := sky.NewMap(rows.uniq, rows.density); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want an error with %q", err, want)
		}
	}
	m, _ := sky.NewMap([]int64{4}, []float64{1})
	for _, level := range []float64{0, -1, 1.1, math.NaN()} {
		if region, err := m.Region(level); err == nil {
			t.Errorf("level %v: %v", level, region)
		}
	}
	rowsBefore := []int64{7, 4}
	if _, err := sky.NewMap(rowsBefore, []float64{1, 2}); err != nil || !slices.Equal(rowsBefore, []int64{7, 4}) {
		t.Errorf("the caller's rows are now %v, %v", rowsBefore, err)
	}
}
