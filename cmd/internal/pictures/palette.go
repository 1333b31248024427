package main

import (
	"cmp"
	"image"
	"image/color"
	"maps"
	"slices"
)

// paletted gives a picture with at most 256 colours. Colours that large parts
// are made of stay as they are; of the others, the rarer ones become the
// nearest that is left.
func paletted(img *image.RGBA) *image.Paletted {
	counts := map[color.RGBA]int{}
	for y := range img.Rect.Dy() {
		for x := range img.Rect.Dx() {
			counts[img.RGBAAt(x, y)]++
		}
	}
	all := slices.SortedFunc(maps.Keys(counts), func(a, b color.RGBA) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(number(a), number(b)))
	})
	kept := all[:min(len(all), 256)]
	palette := make(color.Palette, len(kept))
	index := make(map[color.RGBA]uint8, len(all))
	for i, c := range kept {
		palette[i], index[c] = c, uint8(i)
	}
	for _, c := range all[len(kept):] {
		index[c] = uint8(palette.Index(c))
	}
	out := image.NewPaletted(img.Rect, palette)
	for y := range img.Rect.Dy() {
		for x := range img.Rect.Dx() {
			out.SetColorIndex(x, y, index[img.RGBAAt(x, y)])
		}
	}
	return out
}

func number(c color.RGBA) int { return int(c.R)<<16 | int(c.G)<<8 | int(c.B) }
