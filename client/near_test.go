package client

import (
	"testing"

	"github.com/mwvgroup/pgb/client/sky"
)

func TestALightCurveIsLookedForWhereItsObjectIs(t *testing.T) {
	c, err := New(t.Context(), Options{Sandbox: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	near := &sky.Cone{Center: sky.Position{RA: 16.5855, Dec: -2.1741}, Radius: 60}
	n, err := c.LightCurves(t.Context(), Ask{IDs: []string{"9009999986880566225"}, Near: near})
	if err != nil {
		t.Fatal(err)
	}
	if got := n.query.Targets[0].Cone; got != near {
		t.Errorf("looked for in %v", got)
	}
	if _, err := c.LightCurves(t.Context(), Ask{IDs: []string{"ZTF21abc", "9009999986880566225"}, Near: near}); err == nil {
		t.Error("two objects are at one place")
	}
}
