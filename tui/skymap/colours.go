package skymap

import (
	"slices"

	"github.com/mwvgroup/pgb/client/alert/lightcurve"
	"github.com/mwvgroup/pgb/tui/cells"
)

// ramps are the colours of few to many alerts: brighter on a dark background,
// darker on a light one.
var (
	rampDark  = []uint8{61, 67, 73, 72, 78, 114, 149, 185, 221, 229}
	rampLight = []uint8{110, 74, 68, 62, 61, 56, 55, 54, 53, 16}
)

// shades say the same in characters, where there are no colours. None of them
// is a mark of something else.
var (
	shades      = []rune("░▒▓█")
	shadesASCII = []rune(":;oO%#@")
)

// classes are the colours of classes in the order they were met.
var (
	classesDark  = []uint8{75, 214, 114, 204, 141, 228, 51, 175, 107, 173, 153, 217}
	classesLight = []uint8{26, 166, 28, 161, 91, 136, 30, 133, 64, 94, 61, 131}
)

func pick[T any](t cells.Theme, dark, light T) T {
	if t.Light {
		return light
	}
	return dark
}

// regionStyle is the background of a credible region, by how deep in it a cell
// is, of how many parts.
func regionStyle(t cells.Theme, depth uint8, parts int) cells.Style {
	inner := parts > 1 && int(depth) == parts
	switch {
	case depth == 0 || t.Plain:
		return cells.Style{}
	case inner && t.TrueColour:
		return cells.Style{Bg: pick(t, cells.RGB(92, 36, 104), cells.RGB(240, 190, 245))}
	case t.TrueColour:
		return cells.Style{Bg: pick(t, cells.RGB(50, 26, 62), cells.RGB(250, 228, 252))}
	case inner:
		return cells.Style{Bg: cells.ANSI(pick[uint8](t, 53, 219))}
	default:
		return cells.Style{Bg: cells.ANSI(pick[uint8](t, 236, 225))}
	}
}

// kind is how a class or band is shown.
type kind struct {
	name  string
	style cells.Style
	mark  rune // where there are no colours
}

// kindsOf says how the numbers of a store are shown, and in which order a
// legend lists them.
func (m *Map) kindsOf() (list [kinds]kind, order []uint8) {
	grey := m.Theme.Faint()
	of, none := &m.store.colour, "no class"
	if m.ColourBy == Band {
		of, none = &m.store.bands, "no band"
	}
	list[noKind], list[otherKind] = kind{none, grey, '?'}, kind{"others", grey, '&'}
	for i := 1; i < len(of.list); i++ {
		list[i] = m.kind(i, of.list[i])
		order = append(order, uint8(i))
	}
	if m.ColourBy == Band {
		slices.SortStableFunc(order, func(a, b uint8) int { return lightcurve.CompareBands(list[a].name, list[b].name) })
	}
	order = append(order, otherKind, noKind)
	return list, slices.DeleteFunc(order, func(i uint8) bool { return of.totals[i] == 0 })
}

func (m *Map) kind(number int, name string) kind {
	if m.ColourBy == Band {
		b := lightcurve.BandOf(name)
		return kind{name, cells.Style{Fg: cells.ANSI(pick(m.Theme, b.ANSI, b.ANSILight))}, rune(b.ASCII)}
	}
	k := kind{name, m.Theme.Faint(), rune('a' + number - 1)}
	if palette := pick(m.Theme, classesDark, classesLight); number <= len(palette) {
		k.style = cells.Style{Fg: cells.ANSI(palette[number-1])}
	}
	return k
}
