package field

import (
	"bytes"
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
)

// reference32 is what encoding/json prints.
func reference32(dst []byte, f float32) []byte {
	a := float32(math.Abs(float64(f)))
	return reference(dst, float64(f), 32, a != 0 && (a < 1e-6 || a >= 1e21))
}

func reference64(dst []byte, f float64) []byte {
	a := math.Abs(f)
	return reference(dst, f, 64, a != 0 && (a < 1e-6 || a >= 1e21))
}

func reference(dst []byte, f float64, bits int, exp bool) []byte {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return append(dst, "null"...)
	}
	if !exp {
		return strconv.AppendFloat(dst, f, 'f', -1, bits)
	}
	start := len(dst)
	dst = strconv.AppendFloat(dst, f, 'e', -1, bits)
	if n := len(dst); n-start >= 4 && dst[n-4] == 'e' && dst[n-2] == '0' {
		dst = append(dst[:n-2], dst[n-1])
	}
	return dst
}

func check32(t *testing.T, f float32) {
	if math.Float32bits(f)<<1>>1 == 0x39800000 {
		// 2^-12 lies half way between two shortest decimals. The even one is
		// right; strconv of Go 1.26 gives the other, for this float alone.
		return
	}
	var got, want [64]byte
	if g, w := AppendFloat32(got[:0], f), reference32(want[:0], f); !bytes.Equal(g, w) {
		t.Fatalf("%x prints as %s, strconv %s", math.Float32bits(f), g, w)
	}
}

func check64(t *testing.T, f float64) {
	var got, want [64]byte
	if g, w := AppendFloat64(got[:0], f), reference64(want[:0], f); !bytes.Equal(g, w) {
		t.Fatalf("%x prints as %s, strconv %s", math.Float64bits(f), g, w)
	}
}

// edges are the mantissas where intervals and rounding are special.
func edges(width int) []uint64 {
	top := uint64(1) << width
	all := []uint64{0, 1, 2, 3, top - 1, top - 2, top / 2, top/2 - 1, top/2 + 1}
	for i := range width {
		all = append(all, 1<<i, 1<<i-1, top-1<<i)
	}
	return all
}

func TestFloat32PrintsAsStrconv(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	random := 2000
	if testing.Short() {
		random = 100
	}
	for e := range uint32(256) {
		for _, m := range edges(23) {
			check32(t, math.Float32frombits(e<<23|uint32(m)))
			check32(t, math.Float32frombits(1<<31|e<<23|uint32(m)))
		}
		for range random {
			check32(t, math.Float32frombits(e<<23|rng.Uint32()>>9))
		}
	}
	for m := range uint32(1 << 12) {
		check32(t, math.Float32frombits(m)) // subnormals
	}
	for i := range 100000 {
		check32(t, float32(i))
		check32(t, float32(i)/1000)
		check32(t, float32(rng.Float64()*30))
	}
}

func TestFloat64PrintsAsStrconv(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	random := 200
	if testing.Short() {
		random = 10
	}
	for e := range uint64(2048) {
		for _, m := range edges(52) {
			check64(t, math.Float64frombits(e<<52|m))
		}
		for range random {
			check64(t, math.Float64frombits(rng.Uint64()&(1<<63|1<<52-1)|e<<52))
		}
	}
	for m := range uint64(1 << 10) {
		check64(t, math.Float64frombits(m)) // subnormals
	}
	for i := -400; i <= 400; i++ {
		f, _ := strconv.ParseFloat("1e"+strconv.Itoa(i), 64)
		for range 4 {
			check64(t, f)
			check32(t, float32(f))
			f = math.Nextafter(f, math.Inf(1))
		}
	}
	for range 100000 {
		check64(t, rng.Float64()*360)
		check64(t, 2459000+rng.Float64()*1000)
		check64(t, float64(rng.Int64N(1e16))/1e6)
		check64(t, float64(rng.Int64()))
	}
}

// The whole of the 32-bit floats takes some minutes: run with -run AllFloat32
// and PGB_TEST_LONG=1.
func TestAllFloat32PrintAsStrconv(t *testing.T) {
	if os.Getenv("PGB_TEST_LONG") == "" {
		t.Skip("set PGB_TEST_LONG=1 to try all 2^32 floats")
	}
	for b := uint32(0); b < 0x7f800000; b++ {
		check32(t, math.Float32frombits(b))
	}
}

func TestDecimalIsTheShortestDecimal(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for range 200000 {
		b := rng.Uint32()
		v := OfFloat32(math.Float32frombits(b))
		if v.IsMissing() {
			continue
		}
		got, ok := v.Decimal()
		f, _ := v.Float32()
		want, _ := strconv.ParseFloat(strconv.FormatFloat(float64(f), 'e', -1, 32), 64)
		if !ok || got != want {
			t.Fatalf("%x is %v, want %v", b, got, want)
		}
	}
	for _, f := range []float32{0.1, -0.1, 0, 16.5, 1e-45, 3.4e38, 1 << 24, 1<<24 + 2, 8388608.5} {
		got, _ := OfFloat32(f).Decimal()
		want, _ := strconv.ParseFloat(strconv.FormatFloat(float64(f), 'e', -1, 32), 64)
		if got != want {
			t.Errorf("%v is %v, want %v", f, got, want)
		}
	}
}

func TestIntegersPrintAsStrconv(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	check := func(i int64) {
		if got, want := string(AppendInt([]byte("x"), i)), "x"+strconv.FormatInt(i, 10); got != want {
			t.Fatalf("%s, want %s", got, want)
		}
	}
	for _, i := range []int64{0, math.MinInt64, math.MaxInt64, math.MinInt64 + 1} {
		check(i)
	}
	for p := int64(1); p > 0 && p <= 1e18; p *= 10 {
		for _, d := range []int64{-1, 0, 1} {
			check(p + d)
			check(-p + d)
		}
	}
	for range 200000 {
		check(rng.Int64() >> rng.UintN(63))
		check(-rng.Int64() >> rng.UintN(63))
	}
}

func TestTextPrintsAsValidJSON(t *testing.T) {
	var every []byte
	for c := range 256 {
		every = append(every, byte(c))
	}
	for _, text := range []string{
		"", "plain", "exactly8", "a\"b\\c\n\r\t", "\x00\x1f\x7f", "héllo ∆ 𝛼", "\u0080\u009b\u00a0",
		"\xff\xfe", "cut \xe2\x88", "longer than a word, with a \" near the end", "\ufffd", string(every),
	} {
		got := AppendJSONText(nil, text)
		var back string
		if err := json.Unmarshal(got, &back); err != nil {
			t.Errorf("%q: %s: %v", text, got, err)
			continue
		}
		if want := string([]rune(text)); back != want {
			t.Errorf("%q reads back as %q", text, back)
		}
		if !bytes.Equal(got, AppendJSONText(nil, []byte(text))) {
			t.Errorf("%q: bytes print otherwise than text", text)
		}
		if bytes.ContainsFunc(got, func(r rune) bool { return r < ' ' || 0x7f <= r && r < 0xa0 }) {
			t.Errorf("%q: control characters in %q", text, got)
		}
	}
}

func FuzzFloat(f *testing.F) {
	f.Add(uint64(0x3ff0000000000000))
	f.Add(uint64(1))
	f.Fuzz(func(t *testing.T, b uint64) {
		check64(t, math.Float64frombits(b))
		check32(t, math.Float32frombits(uint32(b)))
	})
}

func floats32() []float32 {
	rng := rand.New(rand.NewPCG(9, 10))
	all := make([]float32, 4096)
	for i := range all {
		all[i] = float32(rng.Float64() * 30)
	}
	return all
}

func BenchmarkFloat32(b *testing.B) {
	all := floats32()
	var buf [64]byte
	b.Run("shortest", func(b *testing.B) {
		for i := range b.N {
			AppendFloat32(buf[:0], all[i&4095])
		}
	})
	b.Run("strconv", func(b *testing.B) {
		for i := range b.N {
			strconv.AppendFloat(buf[:0], float64(all[i&4095]), 'f', -1, 32)
		}
	})
}

func BenchmarkFloat64(b *testing.B) {
	rng := rand.New(rand.NewPCG(9, 10))
	all := make([]float64, 4096)
	for i := range all {
		all[i] = rng.Float64() * 360
	}
	var buf [64]byte
	b.Run("shortest", func(b *testing.B) {
		for i := range b.N {
			AppendFloat64(buf[:0], all[i&4095])
		}
	})
	b.Run("strconv", func(b *testing.B) {
		for i := range b.N {
			strconv.AppendFloat(buf[:0], all[i&4095], 'f', -1, 64)
		}
	})
}
