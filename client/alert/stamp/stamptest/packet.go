// Package stamptest gives the tests of stamps those of real packets.
package stamptest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/registry"
	"github.com/mwvgroup/pgb/client/shareddata"
)

// The packets, in the folder of shared alerts.
const (
	ZTF  = "ztf/ztf_20250302_programid1_ZTF17aaarzyp_2982177112815010003.v4_02.avro"
	LSST = "lsst/full-size.v9_0.7912941781254298.avro"
)

// Packet gives the three cutouts of a packet. The test is skipped where the
// shared data is absent.
func Packet(t testing.TB, file string) []alert.Cutout {
	t.Helper()
	body, err := os.ReadFile(filepath.Join(shareddata.Dir(t), "alerts", file))
	if err != nil {
		t.Fatal(err)
	}
	survey, _, _ := strings.Cut(file, "/")
	cutouts, err := alert.NewReader(registry.Default()).Cutouts(&alert.Message{Topic: survey + "-alerts", Body: body})
	if err != nil || len(cutouts) != 3 {
		t.Fatalf("%d cutouts, %v", len(cutouts), err)
	}
	return cutouts
}
