package cutout

import (
	"testing"

	"github.com/mwvgroup/pgb/client/alert/stamp/stamptest"
	"github.com/mwvgroup/pgb/tui/cells"
)

func BenchmarkDecodeThreeOfZTF(b *testing.B) {
	cutouts := stamptest.Packet(b, stamptest.ZTF)
	b.ReportAllocs()
	for b.Loop() {
		decoded(b, cutouts, "ztf")
	}
}

func BenchmarkRenderThree(b *testing.B) {
	v := View{Theme: cells.Theme{TrueColour: true}}
	v.Set(decoded(b, stamptest.Packet(b, stamptest.ZTF), "ztf"))
	b.ReportAllocs()
	for b.Loop() {
		v.Inverted = !v.Inverted
		v.Render(200, 60)
	}
}

func BenchmarkRenderThreeUnchanged(b *testing.B) {
	v := View{Theme: cells.Theme{TrueColour: true}}
	v.Set(decoded(b, stamptest.Packet(b, stamptest.ZTF), "ztf"))
	b.ReportAllocs()
	for b.Loop() {
		v.Render(200, 60)
	}
}

func BenchmarkFullScreen(b *testing.B) {
	stamps := decoded(b, stamptest.Packet(b, stamptest.ZTF), "ztf")
	for _, g := range []Graphics{None, Kitty, Sixel, ITerm2} {
		b.Run(g.String(), func(b *testing.B) {
			for b.Loop() {
				b.SetBytes(int64(len(FullScreen(stamps, Look{}, Screen{Width: 200, Height: 60, Graphics: g}))))
			}
		})
	}
}
