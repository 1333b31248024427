package alert_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/registry"
	"github.com/mwvgroup/pgb/client/sandbox/sim"
	"github.com/mwvgroup/pgb/client/shareddata"
)

// simulated gives the first alerts of a simulated sky, as they are without
// their attributes.
func simulated(t *testing.T, survey string, n int) []*alert.Message {
	t.Helper()
	sky, err := sim.New(1, sim.Options{Surveys: []string{survey}, NoCutouts: true})
	if err != nil {
		t.Fatal(err)
	}
	var list []*alert.Message
	for range n {
		event, err := sky.Next()
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, &alert.Message{Body: event.Body})
	}
	return list
}

func TestARawPacketOfASandboxIsKnownByItsIds(t *testing.T) {
	r := alert.NewReader(registry.Default())
	for _, survey := range []string{sim.SurveyZTF, sim.SurveyLSST, sim.SurveyLVK} {
		for i, m := range simulated(t, survey, 30) {
			if m.Simulated() || !r.SimulatedIDs(m) {
				t.Errorf("%s: alert %d: simulated %v, by its ids %v", survey, i, m.Simulated(), r.SimulatedIDs(m))
			}
		}
	}
}

func TestRealAlertsAreNotTakenForSimulated(t *testing.T) {
	r := alert.NewReader(registry.Default())
	for _, folder := range []string{"ztf", "lsst"} {
		names, err := filepath.Glob(filepath.Join(shareddata.Dir(t), "alerts", folder, "*.avro"))
		if err != nil || len(names) == 0 {
			t.Fatalf("%s: %d files, %v", folder, len(names), err)
		}
		for _, name := range names {
			body, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if r.SimulatedIDs(&alert.Message{Body: body}) {
				t.Errorf("%s is taken for simulated", name)
			}
		}
	}
	if r.SimulatedIDs(&alert.Message{Body: []byte("no alert")}) {
		t.Error("what can't be read is taken for simulated")
	}
}

func TestASandboxsSchemasHaveTheirNames(t *testing.T) {
	r := alert.NewReader(registry.Default())
	for survey, want := range map[string]string{sim.SurveyZTF: "ztf 4.02", sim.SurveyLSST: "lsst 11.1", sim.SurveyLVK: ""} {
		m := simulated(t, survey, 1)[0]
		if got, err := r.Schema(m); err != nil || got != want {
			t.Errorf("%s: %q, %v, want %q", survey, got, err, want)
		}
	}
}
