package alert_test

import (
	"encoding/base64"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/registry"
	"github.com/mwvgroup/pgb/client/sandbox/sim"
	"github.com/mwvgroup/pgb/client/shareddata"
	"github.com/mwvgroup/pgb/client/sky"
)

func lvkNotice(t *testing.T, name string) *alert.Message {
	body, err := os.ReadFile(filepath.Join(shareddata.Dir(t), "alerts", "lvk", "MS181101ab-"+name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	return &alert.Message{Topic: "lvk-alerts", Body: body}
}

func TestSkyMapsOfRealNotices(t *testing.T) {
	r := alert.NewReader(registry.Default())
	for _, name := range []string{"initial", "update"} {
		m, ok, err := r.SkyMap(lvkNotice(t, name))
		if err != nil || !ok || math.Abs(m.Total()-1) > 1e-9 {
			t.Fatalf("%s: %v, %v, %v", name, m, ok, err)
		}
		if name == "update" {
			continue
		}
		// Area and density as summed and read independently.
		region, err := m.Region(0.9)
		if err != nil || math.Abs(region.SquareDegrees-30.988295056778313) > 1e-9 {
			t.Errorf("90 %% lie in %v square degrees, %v", region.SquareDegrees, err)
		}
		if got := m.Density(sky.PixelCenter(11, 25541726)); math.Abs(got-256.88500373331397) > 1e-9 {
			t.Errorf("density at the peak: %v", got)
		}
	}
	if m, ok, err := r.SkyMap(lvkNotice(t, "retraction")); m != nil || ok || err != nil {
		t.Errorf("a retraction: %v, %v, %v", m, ok, err)
	}
}

func TestSkyMapsOfASandboxsNotices(t *testing.T) {
	r := alert.NewReader(registry.Default())
	maps := 0
	for i, message := range simulated(t, sim.SurveyLVK, 6) {
		m, ok, err := r.SkyMap(message)
		if err != nil {
			t.Fatalf("notice %d: %v", i, err)
		}
		if !ok {
			continue
		}
		maps++
		half, err := m.Region(0.5)
		most, err2 := m.Region(0.9)
		if err != nil || err2 != nil || math.Abs(m.Total()-1) > 1e-9 || !(half.SquareDegrees > 0 && half.SquareDegrees < most.SquareDegrees) {
			t.Errorf("notice %d: probability %v, regions of %v and %v square degrees, %v %v", i, m.Total(), half.SquareDegrees, most.SquareDegrees, err, err2)
		}
	}
	if maps < 2 {
		t.Errorf("%d of 6 notices have a sky map", maps)
	}
}

func TestASkyMapIsReadFromSavedLinesToo(t *testing.T) {
	r := alert.NewReader(registry.Default())
	packet := lvkNotice(t, "initial")
	line, err := r.AppendPartsJSON([]byte(`{"topic":"lvk-alerts"`), packet, false)
	if err != nil {
		t.Fatal(err)
	}
	m, ok, err := r.SkyMap(&alert.Message{Topic: "lvk-alerts", Body: append(line, '}'), Form: alert.Line})
	if err != nil || !ok || math.Abs(m.Total()-1) > 1e-9 {
		t.Errorf("%v, %v, %v", m, ok, err)
	}
}

func TestAlertsOfOtherKindsHaveNoSkyMap(t *testing.T) {
	r := alert.NewReader(registry.Default())
	for _, message := range simulated(t, sim.SurveyZTF, 2) {
		if m, ok, err := r.SkyMap(message); m != nil || ok || err != nil {
			t.Errorf("%v, %v, %v", m, ok, err)
		}
	}
}

func TestABrokenSkyMapIsAnError(t *testing.T) {
	r := alert.NewReader(registry.Default())
	for _, text := range []string{"???", "", base64.StdEncoding.EncodeToString([]byte("SIMPLE  = not FITS"))} {
		body := fmt.Sprintf(`{"superevent_id":"MS1a","alert_type":"INITIAL","time_created":"2026-01-01","event":{"skymap":%q}}`, text)
		m, ok, err := r.SkyMap(&alert.Message{Topic: "lvk-alerts", Body: []byte(body)})
		var decode *alert.DecodeError
		if m != nil || ok || !errors.As(err, &decode) {
			t.Errorf("%q: %v, %v, %v", text, m, ok, err)
		}
	}
}
