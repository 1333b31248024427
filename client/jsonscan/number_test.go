package jsonscan

import (
	"math"
	"math/rand/v2"
	"strconv"
	"testing"
)

// decimals are numbers of every length and size, among them those between two
// floats and those that widened 32-bit floats print as.
func decimals(r *rand.Rand) string {
	switch r.IntN(7) {
	case 0:
		return strconv.FormatFloat(math.Float64frombits(r.Uint64()), 'g', -1, 64)
	case 1:
		return strconv.FormatFloat(float64(math.Float32frombits(r.Uint32())), "gf"[r.IntN(2)], -1, 64)
	case 2: // between two 32-bit floats, and next to there
		f := float64(math.Float32frombits(r.Uint32()))
		b := math.Float64bits(f) | 1<<28
		return strconv.FormatFloat(math.Float64frombits(b+uint64(r.IntN(3))-1), 'g', []int{-1, 17, 25}[r.IntN(3)], 64)
	case 3: // between two 64-bit floats
		b := r.Uint64N(1<<53) | 1<<52
		return strconv.FormatUint(b, 10) + []string{".5", ".50000000000000000000001", ".49999"}[r.IntN(3)]
	case 4:
		digits := strconv.FormatUint(r.Uint64()>>r.IntN(64), 10)
		at := r.IntN(len(digits))
		return "0" + digits[:at] + "." + digits[at:]
	case 5:
		return strconv.FormatUint(r.Uint64()>>r.IntN(64), 10) + "e" + strconv.Itoa(r.IntN(700)-350)
	default:
		return "-0." + "00000000000000000000000000"[:r.IntN(26)] + strconv.FormatUint(r.Uint64()>>r.IntN(64), 10)
	}
}

func TestFloatsAreTheNearest(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 9))
	for range 200_000 {
		text := decimals(r)
		if text == "NaN" || text == "+Inf" || text == "-Inf" {
			continue
		}
		want, _ := strconv.ParseFloat(text, 64)
		if got := parseFloat64([]byte(text)); math.Float64bits(got) != math.Float64bits(want) {
			t.Fatalf("%s: got %v, want %v", text, got, want)
		}
		want32, _ := strconv.ParseFloat(text, 32)
		if got := parseFloat32([]byte(text)); math.Float32bits(got) != math.Float32bits(float32(want32)) {
			t.Fatalf("%s in 32 bits: got %v, want %v", text, got, want32)
		}
	}
}
