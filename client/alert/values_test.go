package alert

import (
	"encoding/json"
	"maps"
	"math"
	"strings"
	"testing"
	"time"
)

// liteOf changes the source of a ztf-lite payload.
func liteOf(t testing.TB, changes object) *Message {
	body := object{
		"alertIds": object{"sourceId": json.Number("1704217901015015001"), "objectId": "ZTF18aamyaaj"},
		"source": object{
			"jd": 2459458.5, "ra": 10.0, "dec": 20.0, "mag": 18.5, "magerr": 0.1, "diffmaglim": 20.5, "isdiffpos": "t", "filter": 2,
		},
	}
	maps.Copy(body["source"].(object), changes)
	return jsonMessage(t, "ztf-lite", body)
}

func TestIsdiffposInAllItsSpellings(t *testing.T) {
	r := testReader()
	for _, one := range []struct {
		value any
		sign  float64
	}{
		{"t", 1}, {"1", 1}, {1, 1}, {true, 1}, {"true", 1}, {"T", 1},
		{"f", -1}, {"0", -1}, {0, -1}, {false, -1}, {"false", -1}, {"F", -1}, {nil, 0}, {"maybe", 0},
	} {
		row := readRow(t, r, liteOf(t, object{"isdiffpos": one.value}))
		flux := one.sign * math.Pow(10, -0.4*(18.5-31.4))
		if one.sign == 0 {
			flux = math.NaN()
			if !missing(row, "positive") {
				t.Errorf("%v: positive is known", one.value)
			}
		} else {
			wantBool(t, row, "positive", one.sign > 0)
		}
		wantNumber(t, row, "flux", flux, single)
		wantNumber(t, row, "mag", 18.5, 0)
		if t.Failed() {
			t.Fatalf("isdiffpos %v", one.value)
		}
	}
}

func TestSentinelsNaNAndNullAreMissing(t *testing.T) {
	r := testReader()
	for _, value := range []string{"-999.0", "-999", "-99999.0", "null", "NaN", "Infinity", `"null"`} {
		m := liteOf(t, nil)
		m.Body = []byte(strings.Replace(string(m.Body), `"mag":18.5`, `"mag":`+value, 1))
		row := readRow(t, r, m, append(DefaultColumns(), "source.mag")...)
		for _, name := range []string{"mag", "flux", "mag_total", "source.mag"} {
			if !missing(row, name) {
				t.Errorf("%s: %s is %s", value, name, row.Get(name).String())
			}
		}
	}
}

func TestMagnitudesBelowOneSigmaAreMissing(t *testing.T) {
	r := testReader()
	for _, one := range []struct {
		flux, err float64
		there     bool
	}{{100, 99, true}, {-100, 99, true}, {100, 101, false}, {-100, 101, false}, {0, 1, false}} {
		rec := object{"diaSource": object{"diaSourceId": 1, "midpointMjdTai": 60000.0, "psfFlux": one.flux, "psfFluxErr": one.err}}
		row := readRow(t, r, jsonMessage(t, "lsst-lite", object{"alert_lite": rec}))
		if missing(row, "mag") == one.there {
			t.Errorf("flux %v +- %v: mag %s", one.flux, one.err, row.Get("mag").String())
		}
		wantNumber(t, row, "flux", one.flux, 0)
	}
	row := readRow(t, r, liteOf(t, object{"magerr": 1.1}))
	if !missing(row, "mag") || missing(row, "flux") {
		t.Error("a magnitude of an error above 1.0857 is below 1 sigma")
	}
}

func TestTimesAreMidExposureUTC(t *testing.T) {
	r := testReader()
	view, err := r.View(nil, []string{"mjd"})
	if err != nil {
		t.Fatal(err)
	}
	var row Row
	for _, line := range table(t, "times") {
		value, want := parseFloat(t, line[1]), parseFloat(t, line[2])
		m := liteOf(t, object{"jd": value})
		if line[0] == "mjd_tai" {
			m = jsonMessage(t, "lsst-lite", object{"alert_lite": object{"diaSource": object{"diaSourceId": 1, "midpointMjdTai": value}}})
		} else {
			want += 15.0 / 86400
		}
		if err := view.Read(m, &row); err != nil {
			t.Fatal(err)
		}
		if got, _ := row.Values[0].Float(); math.Abs(got-want) > 1e-9 {
			t.Errorf("%s %s: %v, want %v", line[0], line[1], got, want)
		}
	}
}

func TestMagnitudesAgreeWithTheReference(t *testing.T) {
	r := testReader()
	view, err := r.View(nil, []string{"mag", "mag_err", "flux", "flux_err"})
	if err != nil {
		t.Fatal(err)
	}
	var row Row
	for _, line := range table(t, "photometry") {
		x, xErr, y, yErr := parseFloat(t, line[1]), parseFloat(t, line[2]), parseFloat(t, line[3]), parseFloat(t, line[4])
		names := [2]string{"mag", "mag_err"}
		m := jsonMessage(t, "lsst-lite", object{"alert_lite": object{"diaSource": object{"psfFlux": x, "psfFluxErr": xErr}}})
		if line[0] == "mag_AB_to_flux_nJy" {
			names = [2]string{"flux", "flux_err"}
			m = liteOf(t, object{"mag": x, "magerr": xErr})
		} else if x < xErr {
			y, yErr = math.NaN(), math.NaN()
		}
		if err := view.Read(m, &row); err != nil {
			t.Fatal(err)
		}
		// Magnitudes travel as 32-bit floats: 1e-6 mag is 1e-6 in flux.
		wantNumber(t, &row, names[0], y, 2e-6)
		wantNumber(t, &row, names[1], yErr, 2e-6)
		if t.Failed() {
			t.Fatal(line)
		}
	}
}

func TestTimesArePrintedAsTheStandardLibraryWould(t *testing.T) {
	for _, nanos := range []int64{0, 1, 999, 1000, 123456000, 999999999, 1e9 - 1000, 86399e9, 1.7e18, 1772337906789123456, -1, -62135596800} {
		at := time.Unix(0, nanos)
		layout := "2006-01-02T15:04:05.000000Z"
		if nanos%1000 != 0 {
			layout = "2006-01-02T15:04:05.000000000Z"
		}
		if got, want := string(AppendTime(nil, at)), at.UTC().Format(layout); got != want {
			t.Errorf("%s, want %s", got, want)
		}
		if back, err := time.Parse(time.RFC3339Nano, string(AppendTime(nil, at))); err != nil || !back.Equal(at) {
			t.Errorf("%v, %v", back, err)
		}
	}
}
