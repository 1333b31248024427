package files_test

import (
	"path/filepath"
	"testing"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/shareddata"
	"github.com/mwvgroup/pgb/client/stream/files"
)

func TestPacketsOfASandboxAreMarkedWithoutTheirAttributes(t *testing.T) {
	for _, topic := range []string{"ztf-alerts", "lsst-alerts", "lsst-supernnova", "lvk-alerts"} {
		var bodies []byte
		n := 0
		for _, m := range simulated() {
			if m.Topic != topic {
				continue
			}
			n++
			bodies = append(bodies, m.Body...)
			messages := read(t, one(t, "packet", m.Body))
			if value, _ := messages[0].Attr(alert.SimulatedAttr); len(messages) != 1 || value != "true" || len(messages[0].Headers) != 1 {
				t.Fatalf("%s: %d messages, %v", topic, len(messages), messages[0].Headers)
			}
		}
		all, err := readAll(t, files.Options{Paths: []string{one(t, "packets", bodies)}})
		if err != nil || n == 0 || len(all) != n {
			t.Fatalf("%s: %d messages of %d, %v", topic, len(all), n, err)
		}
		for _, m := range all {
			if m.Broken != nil || !m.Simulated() {
				t.Errorf("%s: %s is not marked (%v)", topic, m.ID, m.Broken)
			}
		}
	}
	for _, m := range read(t, filepath.Join(shareddata.Dir(t), "alerts", "lsst"), filepath.Join(shareddata.Dir(t), "alerts", "ztf")) {
		if m.Simulated() {
			t.Errorf("%s is marked", m.Origin)
		}
	}
}
