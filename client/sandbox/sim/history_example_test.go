package sim_test

import (
	"fmt"

	"github.com/mwvgroup/pgb/client/sandbox/sim"
)

// The months before a stream begins, thinned out to what an archive needs to
// know every point of the light curves.
func ExampleSky_History() {
	sky, err := sim.New(1, sim.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	objects := make(map[string]bool)
	for event, err := range sky.History(sim.HistoryOptions{Months: 2, Objects: 20, SpacingDays: 15, NoCutouts: true}) {
		if err != nil {
			fmt.Println(err)
			return
		}
		objects[event.ObjectID] = true
	}
	fmt.Println(objects[sim.StarName], len(objects) > 10)
	// Output: true true
}
