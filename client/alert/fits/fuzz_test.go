package fits_test

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"github.com/mwvgroup/pgb/client/alert/fits"
	"github.com/mwvgroup/pgb/client/sandbox/sim/stamp"
)

// readEverything reads all that a file has.
func readEverything(t testing.TB, data []byte) {
	images, _ := fits.Images(data)
	for _, m := range images {
		if len(m.Pixels) != m.Width*m.Height {
			t.Fatalf("%d pixels of %d x %d", len(m.Pixels), m.Width, m.Height)
		}
		m.Header.Sky()
	}
	tables, _ := fits.Tables(data)
	for i := range tables {
		table := &tables[i]
		for _, c := range table.Columns {
			first, _ := table.Column(c.Name)
			if values, err := table.Floats(c.Name); err == nil && len(values) != table.Rows*first.Repeat {
				t.Fatalf("%d values in %d rows of %d", len(values), table.Rows, first.Repeat)
			}
			// Types that do not fit are errors.
			_, _ = table.Ints(c.Name)
			_, _ = table.Texts(c.Name)
			_, _ = table.Bools(c.Name)
		}
	}
}

func FuzzFiles(f *testing.F) {
	m := stamp.New(3)
	f.Add(astropys(f))
	f.Add(plain(f, astropys(f)))
	f.Add(m.ZTF())
	f.Add(m.LSST(stamp.Frame{}, m, 3, 5))
	f.Fuzz(func(t *testing.T, data []byte) { readEverything(t, data) })
}

func TestMutatedFilesNeverPanic(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 0))
	whole := plain(t, astropys(t))
	for range 1000 {
		data := bytes.Clone(whole)
		for range 1 + r.IntN(4) {
			at := r.IntN(len(data))
			if r.IntN(2) == 0 { // a digit of a value
				at -= at % 80
				at += 29
			}
			data[at] = "0123456789 -'TE="[r.IntN(16)]
		}
		readEverything(t, data[:len(data)-r.IntN(2)*r.IntN(len(data))])
	}
}

func BenchmarkImagesOfAPacket(b *testing.B) {
	m := stamp.New(63)
	data := m.ZTF()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := fits.Images(data); err != nil {
			b.Fatal(err)
		}
	}
}
