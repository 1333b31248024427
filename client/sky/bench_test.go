package sky_test

import (
	"testing"

	"github.com/mwvgroup/pgb/client/sky"
)

func BenchmarkAng2PixNested29(b *testing.B) {
	for i := 0; b.Loop(); i++ {
		sky.Ang2PixNested(29, float64(i%360), float64(i%179)-89)
	}
}

func BenchmarkPix2AngNested29(b *testing.B) {
	for i := int64(0); b.Loop(); i++ {
		sky.Pix2AngNested(29, i*0x1e3779b97f4a7c15&(1<<61-1))
	}
}

func BenchmarkSeparation(b *testing.B) {
	for i := 0; b.Loop(); i++ {
		sky.Separation(10, 20, 10.001, 20+float64(i&7)/1000)
	}
}

func BenchmarkCover(b *testing.B) {
	for _, size := range []struct {
		name   string
		radius sky.Angle
		finer  int // than CoverOrder
	}{
		{"5arcsec", sky.Arcseconds(5), 0},
		{"1arcmin", sky.Arcminutes(1), 0},
		{"1arcmin-4xfiner", sky.Arcminutes(1), 2},
		{"1deg", sky.Degrees(1), 0},
	} {
		b.Run(size.name, func(b *testing.B) {
			order := sky.CoverOrder(size.radius) + size.finer
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				cone := sky.Cone{Center: sky.Position{RA: float64(i % 360), Dec: float64(i%179) - 89}, Radius: size.radius}
				cone.Cover(order)
			}
		})
	}
}

func BenchmarkAtMost32(b *testing.B) {
	cone := sky.Cone{Center: sky.Position{RA: 83.6, Dec: 22}, Radius: sky.Degrees(1)}
	cover := cone.Cover(sky.CoverOrder(cone.Radius) + 2)
	buffer := make(sky.Ranges, len(cover))
	for b.Loop() {
		copy(buffer, cover)
		buffer[:len(cover)].AtMost(32)
	}
}

func BenchmarkParsePosition(b *testing.B) {
	for b.Loop() {
		if _, err := sky.ParsePosition("18:00:24.123 -30:12:00.45"); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSkyMap(b *testing.B) {
	uniq, density := notice(b)
	b.ReportAllocs()
	for b.Loop() {
		m, err := sky.NewMap(uniq, density)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := m.Region(0.9); err != nil {
			b.Fatal(err)
		}
	}
}
