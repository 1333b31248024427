package modules

import (
	"testing"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/sandbox/sim"
)

func TestReadersLookForTheSameMark(t *testing.T) {
	if sim.SimulatedAttr != alert.SimulatedAttr {
		t.Errorf("the sandbox writes %s, readers look for %s", sim.SimulatedAttr, alert.SimulatedAttr)
	}
}
