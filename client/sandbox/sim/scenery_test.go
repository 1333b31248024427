package sim

import (
	"bytes"
	"compress/gzip"
	"io"
	"math"
	"strconv"
	"testing"
)

// lean gives in which direction of an image the brightness lies, seen from its
// middle and near it: along its first and its second axis.
func lean(pixels []float64) (x, y float64) {
	side := int(math.Sqrt(float64(len(pixels))))
	for i, p := range pixels {
		if dx, dy := float64(i%side-side/2), float64(i/side-side/2); max(math.Abs(dx), math.Abs(dy)) < 15 {
			x, y = x+p*dx, y+p*dy
		}
	}
	return x, y
}

// westAndNorth turns a direction in an LSST stamp into one on the sky, by the
// stamp's own coordinates.
func westAndNorth(t *testing.T, h hdu, x, y float64) (west, north float64) {
	t.Helper()
	var pc [4]float64
	for i, key := range []string{"PC1_1", "PC1_2", "PC2_1", "PC2_2"} {
		value, err := strconv.ParseFloat(h.cards[key], 64)
		if err != nil {
			t.Fatal(err)
		}
		pc[i] = value
	}
	return -(pc[0]*x + pc[1]*y), pc[2]*x + pc[3]*y
}

// TestTheHostStaysWhereItIsOnTheSkyHoweverTheCameraStood compares the stamps of
// a supernova by the coordinates they carry; the rows of ZTF's run from north to
// south and from east to west.
func TestTheHostStaysWhereItIsOnTheSkyHoweverTheCameraStood(t *testing.T) {
	s, err := New(1, Options{})
	if err != nil {
		t.Fatal(err)
	}
	angles := make(map[string][]float64)
	turns := make(map[string]bool)
	host := math.NaN()
	for e, err := range s.History(HistoryOptions{Months: 3, Objects: 10, SpacingDays: 10}) {
		if err != nil {
			t.Fatal(err)
		}
		var west, north float64
		switch {
		case e.ObjectID == StarName:
			z, err := gzip.NewReader(bytes.NewReader(e.ZTF.CutoutTemplate.StampData))
			if err != nil {
				t.Fatal(err)
			}
			file, err := io.ReadAll(z)
			if err != nil {
				t.Fatal(err)
			}
			units, err := readFITS(file)
			if err != nil {
				t.Fatal(err)
			}
			x, y := lean(floats(units[0].data))
			west, north = x, -y
		case e.Survey == SurveyLSST && e.ObjectID == strconv.FormatInt(s.star().DiaID, 10):
			units, err := readFITS(e.LSST.CutoutTemplate)
			if err != nil {
				t.Fatal(err)
			}
			x, y := lean(floats(units[0].data))
			west, north = westAndNorth(t, units[0], x, y)
			turns[units[0].cards["ROTPA"]] = true
		default:
			continue
		}
		angle := math.Atan2(north, west)
		angles[e.Survey] = append(angles[e.Survey], angle)
		if math.IsNaN(host) {
			host = angle
		}
		if off := math.Remainder(angle-host, 2*math.Pi); math.Abs(off) > 0.3 {
			t.Errorf("%s: the host lies at %.2f, in the first stamp at %.2f radian", e.Survey, angle, host)
		}
	}
	if len(angles[SurveyZTF]) < 3 || len(angles[SurveyLSST]) < 2 || len(turns) < 2 {
		t.Errorf("directions %v, camera angles %v", angles, turns)
	}
}
