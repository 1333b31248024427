// Package stamp draws the small images that ride along with alerts, and writes
// them as FITS files (FITS standard 4.0: blocks of 2880 bytes, cards of 80).
package stamp

import (
	"encoding/binary"
	"fmt"
	"math"
	"strconv"
	"strings"
	"sync"

	"github.com/klauspost/compress/gzip"
)

const (
	blockSize = 2880
	cardSize  = 80
)

// Card is one line of a FITS header; Value stands as it is written.
type Card struct{ Key, Value, Comment string }

// Text is a card with a string.
func Text(key, value, comment string) Card {
	return Card{key, fmt.Sprintf("'%-8s'", strings.ReplaceAll(value, "'", "''")), comment}
}

// Int is a card with a whole number.
func Int(key string, value int, comment string) Card {
	return Card{key, fmt.Sprintf("%20d", value), comment}
}

// Float is a card with a real number.
func Float(key string, value float64, comment string) Card {
	text := strconv.FormatFloat(value, 'G', 14, 64)
	if !strings.ContainsAny(text, ".E") {
		text += ".0"
	}
	return Card{key, fmt.Sprintf("%20s", text), comment}
}

// Bool is a card with a truth value.
func Bool(key string, value bool, comment string) Card {
	text := "F"
	if value {
		text = "T"
	}
	return Card{key, fmt.Sprintf("%20s", text), comment}
}

// AppendHeader appends a header: the cards, END, and blanks up to a full block.
func AppendHeader(dst []byte, cards ...Card) []byte {
	start := len(dst)
	for _, c := range cards {
		line := len(dst)
		dst = append(dst, c.Key...)
		dst = pad(dst, line, 8, ' ')
		dst = append(dst, "= "...)
		dst = append(dst, c.Value...)
		if c.Comment != "" {
			dst = append(dst, " / "...)
			dst = append(dst, c.Comment...)
		}
		dst = pad(dst, line, cardSize, ' ')
		dst = dst[:line+cardSize]
	}
	line := len(dst)
	dst = append(dst, "END"...)
	dst = pad(dst, line, cardSize, ' ')
	return fill(dst, start, ' ')
}

func pad(dst []byte, from, width int, with byte) []byte {
	for len(dst) < from+width {
		dst = append(dst, with)
	}
	return dst
}

func fill(dst []byte, from int, with byte) []byte {
	over := (len(dst) - from) % blockSize
	if over == 0 {
		return dst
	}
	return pad(dst, len(dst), blockSize-over, with)
}

// AppendFloat32 appends an image's pixels (BITPIX -32) up to a full block.
func AppendFloat32(dst []byte, pixels []float32) []byte {
	start := len(dst)
	for _, p := range pixels {
		dst = binary.BigEndian.AppendUint32(dst, math.Float32bits(p))
	}
	return fill(dst, start, 0)
}

// AppendFloat64 appends an image's pixels (BITPIX -64) up to a full block.
func AppendFloat64(dst []byte, pixels []float64) []byte {
	start := len(dst)
	for _, p := range pixels {
		dst = binary.BigEndian.AppendUint64(dst, math.Float64bits(p))
	}
	return fill(dst, start, 0)
}

// AppendTable appends the rows of a binary table up to a full block.
func AppendTable(dst, rows []byte) []byte {
	start := len(dst)
	dst = append(dst, rows...)
	return fill(dst, start, 0)
}

// imageCards gives the head of a square image of float pixels: bits is -32 or -64.
// A primary image has no name.
func imageCards(name string, bits, side int) []Card {
	first := Bool("SIMPLE", true, "conforms to FITS standard")
	if name != "" {
		first = Text("XTENSION", "IMAGE", "Image extension")
	}
	return []Card{first, Int("BITPIX", bits, "array data type"), Int("NAXIS", 2, "number of array dimensions"),
		Int("NAXIS1", side, ""), Int("NAXIS2", side, "")}
}

var zippers = sync.Pool{New: func() any {
	w, err := gzip.NewWriterLevel(nil, gzip.BestSpeed)
	if err != nil {
		panic(err) // the level is a constant of the library
	}
	return w
}}

type buffer []byte

func (b *buffer) Write(p []byte) (int, error) {
	*b = append(*b, p...)
	return len(p), nil
}

// Gzip compresses a file; the result has no name and no time in it.
func Gzip(file []byte) []byte {
	out := make(buffer, 0, len(file))
	w := zippers.Get().(*gzip.Writer)
	defer zippers.Put(w)
	w.Reset(&out)
	// A buffer in memory takes every write.
	_, _ = w.Write(file)
	_ = w.Close()
	return out
}
