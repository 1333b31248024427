package sky_test

import (
	"bufio"
	"compress/gzip"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/mwvgroup/pgb/client/shareddata"
	"github.com/mwvgroup/pgb/client/sky"
)

// reference gives the rows of a reference file, its header left out.
func reference(t *testing.T, name, separator string) [][]string {
	t.Helper()
	file, err := os.Open(filepath.Join(shareddata.Dir(t), "reference", "sky", name))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	unzipped, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	var rows [][]string
	lines := bufio.NewScanner(unzipped)
	for lines.Scan() {
		rows = append(rows, strings.Split(lines.Text(), separator))
	}
	if err := lines.Err(); err != nil || len(rows) < 2 {
		t.Fatalf("%s: %d rows, error %v", name, len(rows), err)
	}
	return rows[1:]
}

func number(t *testing.T, text string) float64 {
	t.Helper()
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestSeparationEqualsReference(t *testing.T) {
	check := func(row []string, got, want float64) {
		if diff := math.Abs(got - want); diff > 1e-9 && diff > 1e-12*want {
			t.Errorf("%v: got %.17g, want %.17g", row, got, want)
		}
	}
	for _, row := range reference(t, "separations.csv.gz", ",") {
		got := sky.Separation(number(t, row[0]), number(t, row[1]), number(t, row[2]), number(t, row[3]))
		check(row, got, number(t, row[4]))
	}
	for _, row := range reference(t, "cones.csv.gz", ",") {
		got := sky.Separation(number(t, row[1]), number(t, row[2]), number(t, row[4]), number(t, row[5]))
		check(row, got, number(t, row[6]))
		if inside := got <= number(t, row[3]); inside != (row[7] == "1") {
			t.Errorf("cone %v: inside %v", row, inside)
		}
	}
}

func TestPixelsEqualReference(t *testing.T) {
	orders := []int{0, 1, 3, 6, 9, 12, 16, 19, 22, 26, 29}
	for _, row := range reference(t, "healpix.csv.gz", ",") {
		for i, order := range orders {
			got := sky.Ang2PixNested(order, number(t, row[0]), number(t, row[1]))
			if want, _ := strconv.ParseInt(row[2+i], 10, 64); got != want {
				t.Errorf("order %d at %s %s: got %d, want %d", order, row[0], row[1], got, want)
			}
		}
	}
}

func TestTimesEqualReference(t *testing.T) {
	for _, row := range reference(t, "times.csv.gz", ",") {
		got := number(t, row[1])
		switch row[0] {
		case "jd_utc":
			got -= sky.MJDZero
		case "mjd_tai":
			got = sky.MJDFromTAI(got)
		default:
			t.Fatalf("unknown kind %s", row[0])
		}
		if want := number(t, row[2]); math.Abs(got-want) > 1e-9 {
			t.Errorf("%v: got %.12f, off by %g d", row, got, got-want)
		}
		if strings.Contains(row[3], ":60") {
			continue // a leap second, which Go's time does not have
		}
		iso, err := sky.ParseISO(row[3])
		if err != nil {
			t.Fatal(err)
		}
		if row[0] == "jd_utc" && math.Abs(sky.MJDFromTime(iso)-got) > 1e-9 && !leapDay(got) {
			t.Errorf("%v: ISO gives %.12f", row, sky.MJDFromTime(iso))
		}
		if back := sky.TimeFromMJD(sky.MJDFromTime(iso)); back.Sub(iso).Abs() > 2*time.Microsecond {
			t.Errorf("%v: %v comes back as %v", row, iso, back)
		}
	}
}

// leapDay says whether a UTC day has 86401 seconds.
func leapDay(mjd float64) bool {
	tomorrow := math.Floor(mjd) + 1
	return sky.MJDFromTAI(tomorrow+40.0/86400)-sky.MJDFromTAI(tomorrow-1+40.0/86400) != 1
}

func TestPhotometryEqualsReference(t *testing.T) {
	near := func(got, want float64) bool { return math.Abs(got-want) <= 1e-9*math.Max(1, math.Abs(want)) }
	for _, row := range reference(t, "photometry.csv.gz", ",") {
		convert := sky.ABMag
		if row[0] == "mag_AB_to_flux_nJy" {
			convert = sky.FluxFromABMag
		}
		got, gotErr := convert(number(t, row[1]), number(t, row[2]))
		if !near(got, number(t, row[3])) || !near(gotErr, number(t, row[4])) {
			t.Errorf("%v: got %.15g %.15g", row, got, gotErr)
		}
	}
}
