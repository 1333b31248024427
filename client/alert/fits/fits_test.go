package fits_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/alert/fits"
	"github.com/mwvgroup/pgb/client/registry"
	"github.com/mwvgroup/pgb/client/sandbox/sim/stamp"
	"github.com/mwvgroup/pgb/client/shareddata"
)

// astropys is a file that astropy wrote: testdata/make.py.
func astropys(t testing.TB) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "astropy.fits.gz"))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func plain(t testing.TB, gzipped []byte) []byte {
	t.Helper()
	from, err := gzip.NewReader(bytes.NewReader(gzipped))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if _, err := out.ReadFrom(from); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestImagesOfAstropyHaveItsValues(t *testing.T) {
	for _, data := range [][]byte{astropys(t), plain(t, astropys(t))} {
		images, err := fits.Images(data)
		if err != nil {
			t.Fatal(err)
		}
		want := []struct {
			name   string
			pixels [6]float64
		}{
			{"", [6]float64{-2, math.NaN(), 1, 2.5, 4, 5.5}},
			{"BYTES", [6]float64{0, 1, 2, 3, 4, 5}},
			{"SHORTS", [6]float64{-300, math.NaN(), -100, 0, 100, 200}},
			{"UNSIGNED", [6]float64{65530, 65531, 65532, 65533, 65534, 65535}},
			{"LONGS", [6]float64{-2147483648, -2147483647, -2147483646, -2147483645, -2147483644, -2147483643}},
			{"WIDE", [6]float64{1 << 40, 1<<40 + 1, 1<<40 + 2, 1<<40 + 3, 1<<40 + 4, 1<<40 + 5}},
			{"DOUBLES", [6]float64{0, 1. / 3, 2. / 3, 1, 4. / 3, 5. / 3}},
		}
		if len(images) != len(want) {
			t.Fatalf("%d images, want %d", len(images), len(want))
		}
		for i, w := range want {
			m := images[i]
			if m.Name != w.name || m.Width != 3 || m.Height != 2 || !same(m.Pixels, w.pixels[:]) {
				t.Errorf("image %q, %d x %d: %v, want %q: %v", m.Name, m.Width, m.Height, m.Pixels, w.name, w.pixels)
			}
		}
		if got := images[0].At(2, 1); got != 5.5 {
			t.Errorf("the pixel in column 2 of row 1 is %v", got)
		}
	}
}

func same(a, b []float64) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] && !(math.IsNaN(a[i]) && math.IsNaN(b[i])) {
			return false
		}
	}
	return true
}

func TestScaledPixelsArePhysicalValues(t *testing.T) {
	file := stamp.AppendHeader(nil, stamp.Bool("SIMPLE", true, ""), stamp.Int("BITPIX", 8, ""), stamp.Int("NAXIS", 2, ""),
		stamp.Int("NAXIS1", 2, ""), stamp.Int("NAXIS2", 2, ""), stamp.Int("BLANK", 7, ""),
		stamp.Float("BSCALE", 0.5, ""), stamp.Card{Key: "BZERO", Value: "1.0D1"})
	images, err := fits.Images(append(file, 0, 1, 7, 255)) // the last block need not be full
	if err != nil || !same(images[0].Pixels, []float64{10, 10.5, math.NaN(), 137.5}) {
		t.Errorf("%v, %v", images, err)
	}
}

func TestHeadersGiveTheirValues(t *testing.T) {
	images, err := fits.Images(astropys(t))
	if err != nil {
		t.Fatal(err)
	}
	h := images[0].Header
	if text, ok := h.Text("OBSERVER"); text != "Edwin O'Hubble" || !ok {
		t.Errorf("OBSERVER is %q", text)
	}
	if value, ok := h.Float("BIG"); value != 1.5e300 || !ok {
		t.Errorf("BIG is %v", value)
	}
	if value, ok := h.Int("a long name"); value != 7 || !ok {
		t.Errorf("the long name has %v", value)
	}
	if value, ok := h.Bool("SIMPLE"); !value || !ok {
		t.Errorf("SIMPLE is %v", value)
	}
	if value, ok := h.Get("COMMENT"); value != "= nothing" || !ok {
		t.Errorf("COMMENT is %q", value)
	}
	for _, key := range []string{"ABSENT", "OBSERVER", "SIMPLE"} {
		if value, ok := h.Float(key); ok {
			t.Errorf("%s is the number %v", key, value)
		}
	}
	if first := h.Cards()[0]; first.Key != "SIMPLE" || first.Value != "T" || first.Quoted {
		t.Errorf("the first card is %+v", first)
	}
}

func TestColumnsOfAstropyHaveItsValues(t *testing.T) {
	tables, err := fits.Tables(astropys(t))
	if err != nil || len(tables) != 1 {
		t.Fatalf("%d tables, %v", len(tables), err)
	}
	table := tables[0]
	if table.Name != "EVENTS" || table.Rows != 2 || len(table.Columns) != 13 {
		t.Errorf("table %q has %d rows and %d columns", table.Name, table.Rows, len(table.Columns))
	}
	for name, want := range map[string][]float64{
		"octet": {0, 255}, "signed": {-128, 127}, "short": {math.NaN(), 32767}, "USHORT": {0, 65535},
		"int": {1, -2, 3, -2147483648}, "single": {float64(float32(0.1)), math.NaN()},
		"double": {1, 2, 0.1, math.Inf(1), -4, 5e-324}, "after": {17, 18},
	} {
		if got, err := table.Floats(name); err != nil || !same(got, want) {
			t.Errorf("%s: %v, %v, want %v", name, got, err, want)
		}
	}
	for name, want := range map[string][]int64{
		"octet": {0, 255}, "signed": {-128, 127}, "short": {-99, 32767}, "ushort": {0, 65535}, "int": {1, -2, 3, -2147483648},
		"long": {1<<62 + 1, -1 << 63}, "ulong": {0, math.MaxInt64}, "After": {17, 18},
	} {
		if got, err := table.Ints(name); err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s: %v, %v, want %v", name, got, err, want)
		}
	}
	if got, err := table.Texts("text"); err != nil || fmt.Sprintf("%q", got) != `["" "abcdef"]` {
		t.Errorf("text: %q, %v", got, err)
	}
	if got, err := table.Bools("flag"); err != nil || fmt.Sprint(got) != "[true false]" {
		t.Errorf("flag: %v, %v", got, err)
	}
	if c, ok := table.Column("double"); !ok || c.Unit != "sr-1" || c.Type != 'D' || c.Repeat != 3 {
		t.Errorf("double is %+v", c)
	}
}

func TestColumnsOfOtherTypesAreErrors(t *testing.T) {
	tables, err := fits.Tables(astropys(t))
	if err != nil {
		t.Fatal(err)
	}
	table := tables[0]
	_, noColumn := table.Floats("absent")
	_, text := table.Floats("text")
	_, float := table.Ints("double")
	for err, want := range map[error]string{
		noColumn: "fits: the table has no column absent",
		text:     "fits: column text is of type A",
		float:    "fits: column double is of type D",
	} {
		if err == nil || err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

// TestCutoutsOfPacketsHaveAstropysValues checks numbers that astropy 8 gives.
func TestCutoutsOfPacketsHaveAstropysValues(t *testing.T) {
	root := filepath.Join(shareddata.Dir(t), "alerts")
	for _, c := range []struct {
		topic, file, kind   string
		image, side, units  int
		sum, least, most, p float64
		x, y                int // of p
	}{
		{"ztf-alerts", "ztf/ztf_public_20221229_ZTF18abfkwnk_2188216843315010016.v3_3.avro", "science", 0, 63, 1,
			488605.7200317383, 75.1104736328125, 1825.845458984375, 129.01983642578125, 40, 5},
		{"ztf-alerts", "ztf/ztf_20250302_programid1_ZTF17aaarzyp_2982177112815010003.v4_02.avro", "difference", 0, 63, 1,
			15816.956336183473, -32.51188659667969, 934.9688720703125, -4.534400939941406, 40, 5},
		{"lsst-alerts", "lsst/full-size.v9_0.7912941781254298.avro", "difference", 0, 30, 3,
			214.69303274154663, -92.57979583740234, 127.38457489013672, -30.292556762695312, 20, 3},
		{"lsst-alerts", "lsst/full-size.v9_0.7912941781254298.avro", "science", 1, 30, 3,
			563378.9976196289, 456.27911376953125, 1817.8826904296875, 512.8572387695312, 20, 3},
		{"lsst-alerts", "lsst/full-size.v9_0.7912941781254298.avro", "template", 2, 77, 3,
			0.9999999999999992, -1.8979772334491892e-05, 0.06564695640499861, 0, 20, 3},
	} {
		images := cutout(t, filepath.Join(root, c.file), c.topic, c.kind)
		if len(images) != c.units {
			t.Fatalf("%s %s has %d images", c.file, c.kind, len(images))
		}
		m := images[c.image]
		sum, least, most := 0.0, math.Inf(1), math.Inf(-1)
		for _, p := range m.Pixels {
			sum, least, most = sum+p, min(least, p), max(most, p)
		}
		if m.Width != c.side || m.Height != c.side || math.Abs(sum-c.sum) > 1e-9*math.Abs(c.sum) || least != c.least || most != c.most || m.At(c.x, c.y) != c.p {
			t.Errorf("%s %s: %d x %d, sum %v, from %v to %v, a pixel %v", c.file, c.kind, m.Width, m.Height, sum, least, most, m.At(c.x, c.y))
		}
	}
}

func cutout(t testing.TB, file, topic, kind string) []fits.Image {
	t.Helper()
	body, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	cutouts, err := alert.NewReader(registry.Default()).Cutouts(&alert.Message{Topic: topic, Body: body})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cutouts {
		if c.Kind == kind {
			images, err := fits.Images(c.FITS)
			if err != nil {
				t.Fatal(err)
			}
			return images
		}
	}
	t.Fatalf("%s has no cutout %s", file, kind)
	return nil
}

func TestImagesOfTheSimulatorAreRead(t *testing.T) {
	drawn := stamp.New(5)
	for i := range drawn.Pixels {
		drawn.Pixels[i] = float32(i)
	}
	drawn.Blank(0, 5, 1, 5)
	lsst := drawn.LSST(stamp.Frame{RA: 10, Dec: -20, X: 100, Y: 200, Rotation: 30, Name: "it's"}, drawn, 3, 9)
	for _, data := range [][]byte{drawn.ZTF(), lsst} {
		images, err := fits.Images(data)
		if err != nil {
			t.Fatal(err)
		}
		for i, p := range images[0].Pixels {
			if want := drawn.Pixels[i]; float32(p) != want && i >= 5 || i < 5 && !math.IsNaN(p) {
				t.Errorf("pixel %d is %v, want %v", i, p, want)
			}
		}
	}
	images, err := fits.Images(lsst)
	if err != nil || len(images) != 3 || images[1].Name != "UNCERT" || images[2].Width != 9 {
		t.Errorf("%d images, %v", len(images), err)
	}
	tables, err := fits.Tables(lsst)
	if err != nil || len(tables) != 0 {
		t.Errorf("%d tables, %v", len(tables), err)
	}
}

func TestWhatWasReadBeforeAFaultIsGivenWithIt(t *testing.T) {
	m := stamp.New(30)
	file := m.LSST(stamp.Frame{}, m, 3, 41)
	images, err := fits.Images(file[:len(file)-5000])
	if len(images) != 2 || err == nil || !strings.Contains(err.Error(), "should be 13448 bytes, 9400 are there") {
		t.Errorf("%d images, %v", len(images), err)
	}
}

func TestFaultyFilesAreErrorsThatSayWhere(t *testing.T) {
	head := func(cards ...stamp.Card) []byte { return stamp.AppendHeader(nil, cards...) }
	simple, bits := stamp.Bool("SIMPLE", true, ""), stamp.Int("BITPIX", -32, "")
	axes := func(lengths ...int) []stamp.Card {
		cards := []stamp.Card{simple, bits, stamp.Int("NAXIS", len(lengths), "")}
		for i, n := range lengths {
			cards = append(cards, stamp.Int(fmt.Sprintf("NAXIS%d", i+1), n, ""))
		}
		return cards
	}
	var bomb bytes.Buffer
	zip := gzip.NewWriter(&bomb)
	zeros := make([]byte, 1<<20)
	for range 65 {
		zip.Write(zeros)
	}
	zip.Close()
	for _, c := range []struct {
		data []byte
		want string
	}{
		{nil, "the file is empty"},
		{[]byte("<html>"), "no header at offset 0"},
		{head(simple, bits)[:160], "the header at offset 0 has no END"},
		{append(head(axes(1, 1)...)[:80], bytes.Repeat([]byte{7}, 2800)...), "not a line of a header at offset 80"},
		{head(simple, stamp.Int("BITPIX", 12, "")), "the header at offset 0: BITPIX is 12"},
		{head(simple), "there is no BITPIX with a whole number"},
		{head(simple, bits, stamp.Int("NAXIS", -1, "")), "NAXIS is -1"},
		{head(simple, bits, stamp.Int("NAXIS", 2, ""), stamp.Int("NAXIS1", 2, "")), "there is no NAXIS2"},
		{head(axes(2000000000, 2000000000)...), "its axes have more pixels than any file"},
		{head(axes(2000000000, 400)...), "it claims more bytes than any file has"},
		{head(axes(50000, 50000)...), "the data at offset 2880 should be 10000000000 bytes, 0 are there"},
		{append(head(axes(2, 2)...), make([]byte, 15)...), "the data at offset 2880 should be 16 bytes, 15 are there"},
		{head(append(axes(1, 1), stamp.Int("PCOUNT", -1, ""))...), "PCOUNT is -1"},
		{bomb.Bytes(), "the gzipped file is larger than 67108864 bytes"},
		{bomb.Bytes()[:20], "gzip: unexpected EOF"},
	} {
		images, err := fits.Images(c.data)
		if err == nil || !strings.Contains(err.Error(), c.want) || len(images) > 0 {
			t.Errorf("%d images, %v, want %s", len(images), err, c.want)
		}
	}
}

func TestFaultyTablesAreErrors(t *testing.T) {
	for _, c := range []struct {
		cards []stamp.Card
		want  string
	}{
		{nil, "there is no TFIELDS"},
		{[]stamp.Card{stamp.Int("TFIELDS", 1000, "")}, "TFIELDS is 1000"},
		{[]stamp.Card{stamp.Int("TFIELDS", 1, "")}, `TFORM1 is ""`},
		{[]stamp.Card{stamp.Int("TFIELDS", 1, ""), stamp.Text("TFORM1", "3Z", "")}, `TFORM1 is "3Z"`},
		{[]stamp.Card{stamp.Int("TFIELDS", 1, ""), stamp.Text("TFORM1", "99999999999E", "")}, `TFORM1 is "99999999999E"`},
		{[]stamp.Card{stamp.Int("TFIELDS", 2, ""), stamp.Text("TFORM1", "E", ""), stamp.Text("TFORM2", "D", "")},
			"a row has 8 bytes; its columns up to 2 have 12"},
	} {
		file := stamp.AppendHeader(nil, stamp.Bool("SIMPLE", true, ""), stamp.Int("BITPIX", 8, ""), stamp.Int("NAXIS", 0, ""))
		cards := []stamp.Card{stamp.Text("XTENSION", "BINTABLE", ""), stamp.Int("BITPIX", 8, ""), stamp.Int("NAXIS", 2, ""),
			stamp.Int("NAXIS1", 8, ""), stamp.Int("NAXIS2", 1, "")}
		file = stamp.AppendTable(stamp.AppendHeader(file, append(cards, c.cards...)...), make([]byte, 8))
		tables, err := fits.Tables(file)
		if err == nil || !strings.Contains(err.Error(), "the table at offset 2880: "+c.want) || len(tables) > 0 {
			t.Errorf("%d tables, %v, want %s", len(tables), err, c.want)
		}
	}
}
