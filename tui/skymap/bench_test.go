package skymap

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/mwvgroup/pgb/client/sky"
	"github.com/mwvgroup/pgb/tui/feed"
)

// scattered gives alerts all over the sky.
func scattered(n int) []*feed.Entry {
	r := rand.New(rand.NewPCG(1, 2))
	bands, classes := []string{"u", "g", "r", "i", "z", "y"}, []string{"", "SN Ia", "non-SN Ia", "RRL_ab"}
	list := make([]*feed.Entry, n)
	for i := range list {
		list[i] = &feed.Entry{
			Seq: int64(i + 1), RA: 360 * r.Float64(), Dec: math.Asin(2*r.Float64()-1) / degree,
			Band: bands[r.IntN(len(bands))], Class: classes[r.IntN(len(classes))],
		}
	}
	return list
}

func BenchmarkAdd(b *testing.B) {
	entries := scattered(20000)
	var m Map
	for i := 0; b.Loop(); i++ {
		m.Add(entries[i%len(entries)])
	}
}

// BenchmarkRender draws a full map of 200x60 thirty times a second while 10,000
// alerts come in a second.
func BenchmarkRender(b *testing.B) {
	entries := scattered(200000)
	for name, set := range map[string]func(*Map){
		"density": func(*Map) {},
		"class":   func(m *Map) { m.ColourBy = Class },
		"patch":   func(m *Map) { m.Show(60, -30, 30) },
	} {
		b.Run(name, func(b *testing.B) {
			var m Map
			set(&m)
			for _, e := range entries {
				m.Add(e)
			}
			m.Mark(150, 2)
			next := 0
			for b.Loop() {
				for range 333 {
					m.Add(entries[next%len(entries)])
					next++
				}
				m.Render(200, 60)
			}
		})
	}
}

// BenchmarkTurn draws the map anew, as after a key that moves it.
func BenchmarkTurn(b *testing.B) {
	entries := scattered(200000)
	ring := sky.Region{Level: 0.9, SquareDegrees: 1000, Ranges: sky.Cone{Center: sky.Position{RA: 60, Dec: -30}, Radius: sky.Degrees(18)}.Cover(9)}
	for name, set := range map[string]func(*Map){
		"whole":  func(*Map) {},
		"region": func(m *Map) { m.SetRegion("S1", ring) },
		"patch":  func(m *Map) { m.Show(60, -30, 30) },
	} {
		b.Run(name, func(b *testing.B) {
			var m Map
			for _, e := range entries {
				m.Add(e)
			}
			set(&m)
			for b.Loop() {
				m.Pan(1.0/12, 0)
				m.Render(200, 60)
			}
		})
	}
}
