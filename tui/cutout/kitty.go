package cutout

import (
	"bytes"
	"encoding/base64"
	"image"
	"image/png"
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/ansi/kitty"

	"github.com/mwvgroup/pgb/client/alert/stamp"
	"github.com/mwvgroup/pgb/tui/cells"
)

// Pictures inside of text, by Kitty's graphics protocol: an image is sent once
// with a number and a size in cells, and shown where placeholders of that
// number stand (https://sw.kovidgoyal.net/kitty/graphics-protocol/, Unicode
// placeholders).

const (
	firstImage = 0x706700 // a number of 24 bits that other programs hardly use
	imageCount = 256
	mostCells  = 297 // as many marks of rows and columns as there are
)

// kittyImages is what the terminal has and should have.
type kittyImages struct {
	wanted images
	given  images    // what Transmit gave
	latest *Transfer // that, until it was sent
	has    images    // what the terminal has for certain
	next   int       // number of the next image, from firstImage on
	sets   int       // counts changes of has
}

// images are pictures of one size each.
type images struct {
	set    int
	look   Look
	light  bool
	cell   [2]int
	places []place
	ids    []int
}

func (m *images) equal(o *images) bool {
	return m.set == o.set && m.look == o.look && m.light == o.light && m.cell == o.cell && slices.EqualFunc(m.places, o.places, func(a, b place) bool {
		return a.width == b.width && a.height == b.height
	})
}

// inText says whether pictures are shown inside of text. Their numbers are
// colours, so all colours are needed.
func (v *View) inText() bool {
	return v.Graphics == Kitty && v.Theme.TrueColour && !v.Theme.Plain && !v.Theme.ASCII
}

// want notes which images the places need.
func (k *kittyImages) want(v *View, places []place) {
	k.wanted = images{set: v.set, look: v.Look, light: v.Theme.Light, cell: v.cell(), places: places}
}

// id gives the number of the image at a place, 0 where the terminal has none
// of that size.
func (k *kittyImages) id(i int) int {
	if len(k.has.ids) == 0 || !k.has.equal(&k.wanted) {
		return 0
	}
	return k.has.ids[i]
}

// cell gives the pixels of a cell.
func (v *View) cell() [2]int { return cellSize(v.CellWidth, v.CellHeight) }

func cellSize(width, height int) [2]int {
	const widest = 100 // as on no screen
	if width <= 0 || height <= 0 || width > widest || height > 2*widest {
		return [2]int{10, 20}
	}
	return [2]int{width, height}
}

// Transfer is what the terminal has to be sent.
type Transfer struct {
	Forget string // what it no longer needs

	images images // none where there is nothing else to send
	stamps []Stamp
	look   Look
	scales []stamp.Scale
}

// Transmit gives what the terminal has to be sent so that it can show what was
// rendered last. Stamps are drawn in half blocks until [View.Sent] says that it
// was.
func (v *View) Transmit() *Transfer {
	k := &v.kitty
	if !v.inText() || len(v.stamps) == 0 || len(k.wanted.places) == 0 {
		return &Transfer{Forget: v.Release()}
	}
	if k.given.equal(&k.wanted) {
		return &Transfer{}
	}
	for i, p := range k.wanted.places {
		if p.width > mostCells || p.height > mostCells || !v.stamps[i].IsDrawn() {
			return &Transfer{Forget: v.Release()}
		}
	}
	t := &Transfer{Forget: v.Release(), stamps: v.stamps, look: lookOn(v.Look, v.Theme), scales: v.Scales(v.stamps)}
	k.given = k.wanted
	for range k.given.places {
		k.given.ids = append(k.given.ids, firstImage+k.next)
		k.next = (k.next + 1) % imageCount
	}
	t.images, k.latest = k.given, t
	return t
}

// IsEmpty says that there are no images to send.
func (t *Transfer) IsEmpty() bool { return len(t.images.ids) == 0 }

// Images gives what sends the images. That takes some time, and any goroutine may
// do it.
func (t *Transfer) Images() string {
	var out bytes.Buffer
	for i, id := range t.images.ids {
		p := t.images.places[i]
		m := t.stamps[i].Picture(t.look, t.scales[i], p.width*t.images.cell[0], p.height*t.images.cell[1])
		sendImage(&out, m, kitty.Options{ID: id, VirtualPlacement: true, Columns: p.width, Rows: p.height})
	}
	return out.String()
}

// Sent says that images are being sent. It is false, and they need not be sent,
// where others are wanted by now.
func (v *View) Sent(t *Transfer) bool {
	k := &v.kitty
	if k.latest != t {
		return false
	}
	k.latest, k.has = nil, k.given
	k.sets++
	return true
}

// Release gives what makes the terminal forget the images; empty where it has
// none.
func (v *View) Release() string { return v.kitty.forget() }

// Lost says that the terminal has forgotten the images: it does when the
// alternate screen is left. They are sent again.
func (v *View) Lost() {
	v.kitty.given, v.kitty.has, v.kitty.latest = images{}, images{}, nil
	v.kitty.sets++
}

func (k *kittyImages) forget() string {
	var out strings.Builder
	for _, id := range k.given.ids {
		out.WriteString(forgetImage(id))
	}
	if out.Len() > 0 {
		k.given, k.has, k.latest = images{}, images{}, nil
		k.sets++
	}
	return out.String()
}

// sendImage writes a picture as PNG, in parts as large as they may be, with
// what is to become of it.
func sendImage(out *bytes.Buffer, m image.Image, o kitty.Options) {
	o.Action, o.Format, o.Quiet = kitty.TransmitAndPut, kitty.PNG, 2
	data := base64.StdEncoding.AppendEncode(nil, pngOf(m))
	options := o.Options()
	for part := range slices.Chunk(data, kitty.MaxChunkSize) {
		more := "m=1"
		if data = data[len(part):]; len(data) == 0 {
			more = "m=0"
		}
		out.WriteString(ansi.KittyGraphics(part, append(options, more)...))
		options = []string{"q=2"}
	}
}

// pngOf gives a picture as PNG; a buffer in memory takes every write.
func pngOf(m image.Image) []byte {
	var file bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestSpeed}
	_ = encoder.Encode(&file, m)
	return file.Bytes()
}

func forgetImage(id int) string {
	o := kitty.Options{Action: kitty.Delete, Delete: kitty.DeleteID, DeleteResources: true, Quiet: 2, ID: id}
	return ansi.KittyGraphics(nil, o.Options()...)
}

// placeholders fills a place with those of an image: the colour is its number,
// marks say the row and the column.
func placeholders(b *cells.Block, p place, id int) {
	style := cells.Style{Fg: cells.RGB(uint8(id>>16), uint8(id>>8), uint8(id))}
	for y := range p.height {
		row := string(kitty.Diacritic(y))
		for x := range p.width {
			b.Cluster(p.x+x, p.y+y, kitty.Placeholder, row+string(kitty.Diacritic(x)), style)
		}
	}
}
