package local

import (
	"context"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/mwvgroup/pgb/client/archive"
	"github.com/mwvgroup/pgb/client/sandbox/sim"
)

// TestTwoConnectionsAnswerAsOne compares a wide cone that two connections read
// with what one reads, and leaves some answers early.
func TestTwoConnectionsAnswerAsOne(t *testing.T) {
	const rows = 2*fetchedTogether + 7
	g, err := generate(filepath.Join(t.TempDir(), "a.db"), rows)
	if err != nil {
		t.Fatal(err)
	}
	defer g.Close()
	q := archive.Query{Targets: slices.Repeat(everywhere, 2), Names: []string{"object_id", "source_id", "mjd", "separation"}}
	before := runtime.GOMAXPROCS(2)
	defer runtime.GOMAXPROCS(before)
	two := hitsOf(t, g.Archive, q)
	for leave := range 12 {
		for _, err := range g.Alerts(context.Background(), q) {
			if err != nil {
				t.Fatal(err)
			}
			if leave--; leave < 0 {
				break
			}
		}
	}
	runtime.GOMAXPROCS(1)
	if one := hitsOf(t, g.Archive, q); len(one) != 2*rows || !slices.Equal(one, two) {
		t.Errorf("%d rows by one connection, %d by two, or not the same", len(one), len(two))
	}
}

func TestAWideConeOfOneSurveyHasItsAlertsInTheirOrder(t *testing.T) {
	g, err := generate(filepath.Join(t.TempDir(), "a.db"), 3*fetchedTogether)
	if err != nil {
		t.Fatal(err)
	}
	defer g.Close()
	q := archive.Query{Targets: everywhere, Names: []string{"survey", "source_id", "separation"}}
	q.Survey = "ztf"
	got := hitsOf(t, g.Archive, q)
	q.Survey = ""
	all := hitsOf(t, g.Archive, q)
	want := slices.DeleteFunc(slices.Clone(all), func(hit string) bool { return !strings.Contains(hit, "ztf") })
	if len(want) == 0 || len(want) == len(all) || !slices.Equal(got, want) {
		t.Errorf("%d alerts of one survey, %d of all, or not in their order", len(got), len(all))
	}
}

func TestSecondConnectionSeesTheSameMomentOrIsNotUsed(t *testing.T) {
	before := runtime.GOMAXPROCS(2)
	defer runtime.GOMAXPROCS(before)
	a := blank(t)
	messages := simulated(t, 4, sim.Options{NoCutouts: true})
	put(t, a, SinkOptions{}, messages[0])
	for _, m := range messages[1:] {
		q := archive.Query{Targets: everywhere}
		quiet := a.takeSecond(t.Context(), &q)
		if !quiet.follows() {
			t.Error("nothing was saved, and the second connection is not used")
		}
		quiet.release()
		late := a.takeSecond(t.Context(), &q)
		put(t, a, SinkOptions{}, m)
		if late.follows() {
			t.Error("the second connection sees what was saved after the first began")
		}
		late.release()
	}
	if narrow := a.takeSecond(t.Context(), &archive.Query{Targets: []archive.Target{{}}}); narrow != nil {
		t.Error("a second connection for an id")
	}
}
