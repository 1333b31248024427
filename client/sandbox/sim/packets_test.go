package sim

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	pgbavro "github.com/mwvgroup/pgb/client/avro"
	"github.com/mwvgroup/pgb/client/registry"
	"github.com/mwvgroup/pgb/client/sandbox/sim/packet"
)

// hdu is one unit of a FITS file, read back.
type hdu struct {
	cards map[string]string
	data  []byte
}

func (h hdu) number(key string) int {
	n, err := strconv.Atoi(h.cards[key])
	if err != nil {
		return -1
	}
	return n
}

// readFITS takes a FITS file apart, block by block.
func readFITS(file []byte) ([]hdu, error) {
	if len(file) == 0 || len(file)%2880 != 0 {
		return nil, fmt.Errorf("%d bytes: not whole blocks", len(file))
	}
	var units []hdu
	for len(file) > 0 {
		h := hdu{cards: make(map[string]string)}
		ended := false
		for !ended {
			if len(file) < 2880 {
				return nil, fmt.Errorf("header without an end")
			}
			for i := 0; i < 2880; i += 80 {
				line := string(file[i : i+80])
				key := strings.TrimSpace(line[:8])
				if ended && key != "" {
					return nil, fmt.Errorf("card %q behind END", line)
				}
				if key == "END" {
					ended = true
				}
				if line[8:10] == "= " {
					value, _, _ := strings.Cut(line[10:], " / ")
					h.cards[key] = strings.TrimSpace(strings.Trim(strings.TrimSpace(value), "'"))
				}
			}
			file = file[2880:]
		}
		size := 0
		if h.number("NAXIS") == 2 {
			size = max(h.number("BITPIX"), -h.number("BITPIX")) / 8 * h.number("NAXIS1") * h.number("NAXIS2")
		}
		blocks := (size + 2879) / 2880 * 2880
		if size < 0 || blocks > len(file) {
			return nil, fmt.Errorf("data of %d bytes: %d left", size, len(file))
		}
		h.data = file[:size]
		file = file[blocks:]
		units = append(units, h)
	}
	return units, nil
}

func floats(data []byte) []float64 {
	out := make([]float64, len(data)/4)
	for i := range out {
		out[i] = float64(math.Float32frombits(binary.BigEndian.Uint32(data[4*i:])))
	}
	return out
}

func TestZTFStampsAreGzippedImages(t *testing.T) {
	blank := 0
	for _, e := range take(t, 1, 250, Options{Surveys: []string{SurveyZTF}}) {
		var images [][]float64
		for _, c := range []*packet.Cutout{e.ZTF.CutoutScience, e.ZTF.CutoutTemplate, e.ZTF.CutoutDifference} {
			z, err := gzip.NewReader(bytes.NewReader(c.StampData))
			if err != nil {
				t.Fatal(err)
			}
			file, err := io.ReadAll(z)
			if err != nil {
				t.Fatal(err)
			}
			units, err := readFITS(file)
			if err != nil || len(units) != 1 {
				t.Fatalf("%s: %d units: %v", c.FileName, len(units), err)
			}
			h := units[0]
			if h.number("BITPIX") != -32 || h.number("NAXIS1") != 63 || h.number("NAXIS2") != 63 || h.cards["SIMPLE"] != "T" {
				t.Fatalf("%s: %v", c.FileName, h.cards)
			}
			images = append(images, floats(h.data))
		}
		if slices.ContainsFunc(images[0], math.IsNaN) {
			blank++
			continue
		}
		c := &e.ZTF.Candidate
		centre := images[2][31*63+31]
		if float64(*c.Magfromlim) > 1 && e.Truth != Artefact && (centre > 0) != (c.Isdiffpos == "t") {
			t.Errorf("%s: the difference is %v at its centre, isdiffpos %s", e.ObjectID, centre, c.Isdiffpos)
		}
	}
	if blank == 0 || blank > 60 {
		t.Errorf("%d of 250 stamps reach beyond the detector", blank)
	}
}

func TestLSSTStampsHaveThreeUnits(t *testing.T) {
	for _, e := range take(t, 1, 30, Options{Surveys: []string{SurveyLSST}}) {
		for name, file := range map[string][]byte{"difference": e.LSST.CutoutDifference, "science": e.LSST.CutoutScience, "template": e.LSST.CutoutTemplate} {
			units, err := readFITS(file)
			if err != nil || len(units) != 3 {
				t.Fatalf("%s: %d units: %v", name, len(units), err)
			}
			side, size := 41, 34_560
			if name == "template" {
				side, size = 51, 43_200
			}
			if len(file) != size {
				t.Fatalf("%s: %d bytes, the survey's have %d", name, len(file), size)
			}
			image, uncert, psf := units[0], units[1], units[2]
			if image.number("NAXIS1") != 30 || image.number("BITPIX") != -32 || uncert.cards["EXTNAME"] != "UNCERT" || uncert.number("NAXIS2") != 30 ||
				psf.cards["EXTNAME"] != "PSFIMAGE" || psf.number("BITPIX") != -64 || psf.number("NAXIS1") != side {
				t.Fatalf("%s: %v %v %v", name, image.cards, uncert.cards, psf.cards)
			}
			if ra, err := strconv.ParseFloat(image.cards["CRVAL1"], 64); err != nil || math.Abs(ra-e.LSST.DiaSource.RA) > 1e-6 {
				t.Fatalf("%s: CRVAL1 %s, the source is at %v", name, image.cards["CRVAL1"], e.LSST.DiaSource.RA)
			}
			if image.cards["ROTPA"] == "" {
				t.Fatalf("%s has no ROTPA", name)
			}
			sum := 0.0
			for i := 0; i < len(psf.data); i += 8 {
				sum += math.Float64frombits(binary.BigEndian.Uint64(psf.data[i:]))
			}
			if math.Abs(sum-1) > 0.01 {
				t.Fatalf("%s: the point spread function adds up to %v", name, sum)
			}
		}
	}
}

// TestPacketsReadBack reads every packet with the product's own reader and with
// the structs they were written from.
func TestPacketsReadBack(t *testing.T) {
	cache := new(pgbavro.Cache)
	filled := make(map[string]bool)
	fields := make(map[string]bool)
	for _, e := range take(t, 6, 350, Options{}) {
		switch {
		case e.ZTF != nil:
			c, err := pgbavro.OpenContainer(e.Body, cache)
			if err != nil {
				t.Fatal(err)
			}
			datum, err := c.Next()
			if err != nil {
				t.Fatal(err)
			}
			readBack(t, c.Schema(), datum, "ztf", filled, fields)
			if _, err := c.Next(); err != io.EOF {
				t.Fatalf("behind the record: %v", err)
			}
			again, err := packet.DecodeZTF(e.Body)
			if err != nil || again.Candid != e.ZTF.Candid {
				t.Fatalf("%v: %v", again, err)
			}
		case e.LSST != nil:
			id, datum, ok := pgbavro.ConfluentID(e.Body)
			if !ok || id != 1101 {
				t.Fatalf("id %d", id)
			}
			schema, err := registry.Default().Schema("lsst", packet.LSSTVersion)
			if err != nil {
				t.Fatal(err)
			}
			readBack(t, schema, datum, "lsst", filled, fields)
			again, err := packet.DecodeLSST(e.Body)
			if err != nil || again.DiaSourceID != e.LSST.DiaSourceID {
				t.Fatalf("%v: %v", again, err)
			}
		}
	}
	// Fitted for few bodies of the solar system, or never given by a survey.
	empty := []string{"lsst.mpc_orbits.a1", "lsst.mpc_orbits.a1_unc", "lsst.mpc_orbits.a2", "lsst.mpc_orbits.a2_unc", "lsst.mpc_orbits.a3",
		"lsst.mpc_orbits.a3_unc", "lsst.mpc_orbits.dt", "lsst.mpc_orbits.dt_unc", "lsst.mpc_orbits.mpc_orb_jsonb", "lsst.mpc_orbits.srp",
		"lsst.mpc_orbits.srp_unc", "lsst.mpc_orbits.yarkovsky", "lsst.mpc_orbits.yarkovsky_unc",
		// Null in histories, as the surveys have them.
		"ztf.prv_candidates[].ssdistnr", "ztf.prv_candidates[].ssmagnr", "ztf.prv_candidates[].ssnamenr", "lsst.prvDiaSources[].ssObjectId"}
	for name := range fields {
		leaf := name[strings.LastIndex(name, ".")+1:]
		if !filled[name] && !slices.Contains(empty, name) && !strings.HasPrefix(leaf, "psfLnL") && leaf != "trailChi2" && leaf != "timeWithdrawnMjdTai" {
			t.Errorf("%s never has a value", name)
		}
	}
}

func readBack(t *testing.T, schema *pgbavro.Schema, datum []byte, name string, filled, fields map[string]bool) {
	t.Helper()
	if n, err := schema.Skip(datum); err != nil || n != len(datum) {
		t.Fatalf("%s: %d bytes of %d: %v", name, n, len(datum), err)
	}
	v, err := schema.Decode(datum)
	if err != nil {
		t.Fatal(err)
	}
	note(v, name, filled, fields)
}

// note marks the fields that are there, and those that have a value.
func note(v any, name string, filled, fields map[string]bool) {
	fields[name] = true
	switch v := v.(type) {
	case nil:
	case map[string]any:
		filled[name] = true
		for k, x := range v {
			note(x, name+"."+k, filled, fields)
		}
	case []any:
		filled[name] = true
		for _, x := range v {
			note(x, name+"[]", filled, fields)
		}
	case float32:
		filled[name] = filled[name] || !math.IsNaN(float64(v))
	case float64:
		filled[name] = filled[name] || !math.IsNaN(v)
	default:
		filled[name] = true
	}
}

func TestWithoutCutoutsTheyAreNull(t *testing.T) {
	for _, e := range take(t, 6, 60, Options{NoCutouts: true, Surveys: []string{SurveyLSST}}) {
		a, err := packet.DecodeLSST(e.Body)
		if err != nil {
			t.Fatal(err)
		}
		if a.CutoutScience != nil || a.CutoutTemplate != nil || a.CutoutDifference != nil {
			t.Fatalf("cutouts of %d, %d and %d bytes", len(a.CutoutScience), len(a.CutoutTemplate), len(a.CutoutDifference))
		}
	}
}
