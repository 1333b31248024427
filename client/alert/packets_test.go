package alert

import (
	"math"
	"strings"
	"testing"
	"time"
)

// single is how well a value made from 32-bit floats can be known.
const single = 2e-7

var published = time.Date(2026, 3, 1, 4, 5, 6, 789123000, time.UTC)

func packetMessage(t testing.TB, topic, file string) *Message {
	return &Message{
		ID: "9876543210", Topic: topic, Body: shared(t, file), PublishTime: published,
		Headers: []Header{{"kafka.topic", []byte("somewhere")}, {"pg_missing", []byte("None")}},
	}
}

func TestRowsOfZTFPacketsAreThoseOfTheirRecords(t *testing.T) {
	r := testReader()
	for _, name := range []string{"ztf", "ztf-mixed", "ztf-ZTF21abiuvdk"} {
		for _, d := range decodes(t, name) {
			rec := d.record(t)
			m := packetMessage(t, "ztf-alerts", d.File)
			row := readRow(t, r, m)
			wantZTF(t, row, rec)
			wantText(t, row, "topic", "ztf-alerts")
			wantText(t, row, "message_id", "9876543210")
			wantText(t, row, "publish_time", "2026-03-01T04:05:06.789123Z")
			wantBool(t, row, "simulated", false)
			if schema, err := r.Schema(m); err != nil || schema != "ztf "+d.Version {
				t.Errorf("schema %q, %v", schema, err)
			}
			if t.Failed() {
				t.Fatalf("in %s", d.File)
			}
		}
	}
}

// wantZTF checks the generic fields by the formulas of the survey's facts.
func wantZTF(t testing.TB, row *Row, rec record) {
	t.Helper()
	wantText(t, row, "object_id", rec.text("objectId"))
	wantText(t, row, "source_id", rec.text("candid"))
	wantText(t, row, "survey", "ztf")
	wantNumber(t, row, "ra", rec.number("candidate.ra"), 0)
	wantNumber(t, row, "dec", rec.number("candidate.dec"), 0)
	exposure := rec.number("candidate.exptime")
	if math.IsNaN(exposure) {
		exposure = 30
	}
	wantNumber(t, row, "mjd", rec.number("candidate.jd")-2400000.5+exposure/2/86400, 1e-14)
	wantText(t, row, "band", map[string]string{"1": "g", "2": "r", "3": "i"}[rec.text("candidate.fid")])

	sign := map[string]float64{"t": 1, "1": 1, "f": -1, "0": -1}[rec.text("candidate.isdiffpos")]
	mag, magErr := rec.number("candidate.magpsf"), rec.number("candidate.sigmapsf")
	flux := sign * math.Pow(10, -0.4*(mag-31.4))
	fluxErr := math.Abs(flux) * magErr * math.Ln10 / 2.5
	wantNumber(t, row, "mag", mag, 0)
	wantNumber(t, row, "mag_err", magErr, 0)
	wantNumber(t, row, "flux", flux, single)
	wantNumber(t, row, "flux_err", fluxErr, single)
	wantNumber(t, row, "snr", 2.5/math.Ln10/magErr, single)
	wantBool(t, row, "positive", sign > 0)
	wantBool(t, row, "detected", true)

	total, magTotal := math.NaN(), math.NaN()
	distance, ref := rec.number("candidate.distnr"), rec.number("candidate.magnr")
	if distance >= 0 && distance < 1.5 && ref > 0 {
		total = math.Pow(10, -0.4*(ref-31.4)) + flux
		if total > 0 {
			magTotal = 31.4 - 2.5*math.Log10(total)
		}
	}
	wantNumber(t, row, "flux_total", total, single)
	wantNumber(t, row, "mag_total", magTotal, single)
}

func TestRowsOfLSSTPacketsAreThoseOfTheirRecords(t *testing.T) {
	r := testReader()
	for _, d := range decodes(t, "lsst") {
		rec := d.record(t)
		m := packetMessage(t, "lsst-alerts", d.File)
		row := readRow(t, r, m)
		wantText(t, row, "survey", "lsst")
		wantLSST(t, row, rec)
		if schema, err := r.Schema(m); err != nil || schema != "lsst "+d.Version {
			t.Errorf("schema %q, %v", schema, err)
		}
		if t.Failed() {
			t.Fatalf("in %s", d.File)
		}
	}
}

// wantLSST checks the generic fields of a record of LSST or RAPID.
func wantLSST(t testing.TB, row *Row, rec record) {
	t.Helper()
	object := rec.text("diaObject.diaObjectId")
	for _, path := range []string{"ssSource.ssObjectId", "ssObject.ssObjectId"} {
		if object == "" {
			object = rec.text(path)
		}
	}
	wantText(t, row, "object_id", object)
	wantText(t, row, "source_id", rec.text("diaSource.diaSourceId"))
	wantNumber(t, row, "ra", rec.number("diaSource.ra"), 0)
	wantNumber(t, row, "dec", rec.number("diaSource.dec"), 0)
	wantNumber(t, row, "mjd", rec.number("diaSource.midpointMjdTai")-37.0/86400, 1e-14)
	wantText(t, row, "band", rec.text("diaSource.band"))
	flux, fluxErr := rec.number("diaSource.psfFlux"), rec.number("diaSource.psfFluxErr")
	wantNumber(t, row, "flux", flux, 0)
	wantNumber(t, row, "flux_err", fluxErr, 0)
	mag, magErr := math.NaN(), math.NaN()
	if math.Abs(flux) >= fluxErr {
		mag, magErr = 31.4-2.5*math.Log10(math.Abs(flux)), 1.0857362047581294*fluxErr/math.Abs(flux)
	}
	wantNumber(t, row, "mag", mag, single)
	wantNumber(t, row, "mag_err", magErr, single)
	wantNumber(t, row, "snr", rec.number("diaSource.snr"), 0)
	wantBool(t, row, "positive", flux > 0)
	wantBool(t, row, "detected", true)
	total := rec.number("diaSource.scienceFlux")
	wantNumber(t, row, "flux_total", total, 0)
	if total > 0 {
		wantNumber(t, row, "mag_total", 31.4-2.5*math.Log10(total), single)
	}
}

func TestRowsOfRAPIDPackets(t *testing.T) {
	r := testReader()
	d := decodes(t, "rapid")[0]
	m := packetMessage(t, "nowhere", d.File)
	m.As = "rapid"
	row := readRow(t, r, m)
	wantText(t, row, "survey", "rapid")
	wantLSST(t, row, d.record(t))
	if schema, err := r.Schema(m); err != nil || schema != "rapid 01.00" {
		t.Errorf("schema %q, %v", schema, err)
	}
}

func TestSurveyPathsGiveTheirOwnTypes(t *testing.T) {
	r := testReader()
	d := decodes(t, "ztf")[0]
	rec := d.record(t)
	m := packetMessage(t, "ztf-alerts", d.File)
	row := readRow(t, r, m, "candid", "candidate.drb", "alert.candidate.jd", "candidate.ssdistnr", "candidate.ssnamenr",
		`attr["kafka.topic"]`, `attr['pg_missing']`, `attr["absent"]`, "cutoutScience.fileName")
	if id, ok := row.Get("candid").Int(); !ok || rec.text("candid") != row.Get("candid").String() {
		t.Errorf("candid is %d, %v", id, ok)
	}
	wantNumber(t, row, "candidate.drb", rec.number("candidate.drb"), 0)
	if _, ok := row.Get("candidate.drb").Float32(); !ok {
		t.Error("drb lost its width")
	}
	wantNumber(t, row, "alert.candidate.jd", rec.number("candidate.jd"), 0)
	wantText(t, row, `attr["kafka.topic"]`, "somewhere")
	for _, name := range []string{"candidate.ssdistnr", "candidate.ssnamenr", `attr["pg_missing"]`, `attr["absent"]`} {
		if !missing(row, name) {
			t.Errorf("%s = %s, want missing", name, row.Get(name).String())
		}
	}
}

func TestAlertJSONIsTheRecord(t *testing.T) {
	r := testReader()
	for name, topic := range map[string]string{"ztf": "ztf-alerts", "lsst": "lsst-alerts"} {
		for _, d := range decodes(t, name) {
			m := packetMessage(t, topic, d.File)
			text, err := r.AppendAlertJSON([]byte("before"), m, false)
			if err != nil || !strings.HasPrefix(string(text), "before{") {
				t.Fatalf("%s: %v, %.40s", d.File, err, text)
			}
			got, want := parsed(t, string(text[len("before"):])), d.record(t)
			for member := range want {
				_, there := got[member]
				if there == strings.HasPrefix(member, "cutout") {
					t.Errorf("%s: %s there: %v", d.File, member, there)
				}
			}
			whole, err := r.AppendAlertJSON(nil, m, true)
			if err != nil || parsed(t, string(whole)).at("cutoutScience") == nil && want.at("cutoutScience") != nil {
				t.Errorf("%s: cutouts asked for: %v", d.File, err)
			}
			for _, part := range []func([]byte, *Message) ([]byte, error){r.AppendResultJSON, r.AppendOtherJSON} {
				if text, err := part(nil, m); err != nil || string(text) != "null" {
					t.Errorf("%s: %s, %v", d.File, text, err)
				}
			}
		}
	}
}
