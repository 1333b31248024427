package cutout

import (
	"image"
	"strconv"
)

// appendSixel appends a picture as DEC's sixels (VT330/VT340 Programmer
// Reference Manual, chapter 14): bands of six rows, drawn colour by colour.
// Pixels of the first colour, which is transparent, are left as they are.
func appendSixel(out []byte, m *image.Paletted) []byte {
	width, height := m.Rect.Dx(), m.Rect.Dy()
	out = append(out, "\x1bP0;1;0q\"1;1;"...)
	out = strconv.AppendInt(out, int64(width), 10)
	out = append(out, ';')
	out = strconv.AppendInt(out, int64(height), 10)
	registers := sixelColours(m)
	for i, r := range registers {
		if r.isNew {
			out = r.appendColour(out, i)
		}
	}
	band := make([][]byte, len(registers))
	var used []uint8
	for top := 0; top < height; top += 6 {
		used = sixelBand(m, top, registers, band, used[:0])
		for i, register := range used {
			if i > 0 {
				out = append(out, '$')
			}
			out = append(out, '#')
			out = strconv.AppendInt(out, int64(register), 10)
			out = appendRuns(out, band[register])
			clear(band[register])
		}
		out = append(out, '-')
	}
	return append(out, "\x1b\\"...)
}

// register is a colour as the terminal is told it: its parts in percent.
// Several of a picture's may be the same.
type register struct {
	red, green, blue int
	as               uint8 // the first one that is the same
	isNew            bool
}

func sixelColours(m *image.Paletted) []register {
	list := make([]register, len(m.Palette))
	first := map[[3]int]uint8{}
	for _, i := range m.Pix {
		if i == 0 || list[i].isNew || list[i].as > 0 {
			continue
		}
		r, g, b, _ := m.Palette[i].RGBA()
		percent := [3]int{int(r*100+32767) / 65535, int(g*100+32767) / 65535, int(b*100+32767) / 65535}
		as, ok := first[percent]
		if !ok {
			as = i
			first[percent] = i
		}
		list[i] = register{percent[0], percent[1], percent[2], as, !ok}
	}
	return list
}

func (r register) appendColour(out []byte, number int) []byte {
	out = append(out, '#')
	out = strconv.AppendInt(out, int64(number), 10)
	out = append(out, ";2"...)
	for _, part := range []int{r.red, r.green, r.blue} {
		out = append(out, ';')
		out = strconv.AppendInt(out, int64(part), 10)
	}
	return out
}

// sixelBand sets, for each colour of a band, a bit for each pixel that has it,
// and gives the colours.
func sixelBand(m *image.Paletted, top int, registers []register, band [][]byte, used []uint8) []uint8 {
	width, height := m.Rect.Dx(), m.Rect.Dy()
	for bit := range min(6, height-top) {
		for x, i := range m.Pix[(top+bit)*m.Stride:][:width] {
			if i == 0 {
				continue
			}
			r := registers[i].as
			if band[r] == nil {
				band[r] = make([]byte, width)
			}
			band[r][x] |= 1 << bit
		}
	}
	for r := range band {
		for _, bits := range band[r] {
			if bits != 0 {
				used = append(used, uint8(r))
				break
			}
		}
	}
	return used
}

// appendRuns appends columns of six pixels; what is repeated is counted.
func appendRuns(out, columns []byte) []byte {
	for i := 0; i < len(columns); {
		n := i + 1
		for n < len(columns) && columns[n] == columns[i] {
			n++
		}
		char := '?' + columns[i]
		switch run := n - i; {
		case n == len(columns) && columns[i] == 0: // nothing up to the end
		case run > 3:
			out = append(out, '!')
			out = strconv.AppendInt(out, int64(run), 10)
			out = append(out, char)
		default:
			for range run {
				out = append(out, char)
			}
		}
		i = n
	}
	return out
}
