package modules_test

import (
	"fmt"

	"github.com/mwvgroup/pgb/client/sandbox/modules"
	"github.com/mwvgroup/pgb/client/sandbox/sim"
)

// An alert of the simulated sky, and what the broker's modules make of it.
func Example() {
	sky, err := sim.New(1, sim.Options{Surveys: []string{sim.SurveyZTF}})
	if err != nil {
		fmt.Println(err)
		return
	}
	for {
		event, err := sky.Next()
		if err != nil {
			fmt.Println(err)
			return
		}
		if event.ObjectID != sim.StarName {
			continue
		}
		outputs, err := modules.Expand(event, "ztf-alerts", "ztf-SuperNNova")
		if err != nil {
			fmt.Println(err)
			return
		}
		for _, o := range outputs {
			fmt.Println(o.Attributes["objectId"], "on", o.Topic)
		}
		return
	}
	// Output:
	// ZTF21abc on ztf-alerts
	// ZTF21abc on ztf-SuperNNova
}
