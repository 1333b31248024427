package client_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/mwvgroup/pgb/client"
	"github.com/mwvgroup/pgb/client/sky"
	"github.com/mwvgroup/pgb/client/where"
)

// A list of objects has columns of its own: they are picked, filtered, bounded
// in time and limited.
func TestAListOfObjectsIsPickedFilteredAndBounded(t *testing.T) {
	c := inSandbox(t)
	objects := func(a client.Ask) *client.Answer {
		t.Helper()
		n, err := c.Objects(t.Context(), "ZTF21", a)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	all := column(t, objects(client.Ask{}), "object_id")
	if len(all) < 5 || !slices.IsSorted(all) {
		t.Fatalf("objects %v", all)
	}
	few := objects(client.Ask{Where: "alerts > 3", Fields: []string{"last_mjd"}, Limit: 2})
	if columns := few.Columns(); len(columns) != 1 || columns[0].Name != "last_mjd" {
		t.Errorf("columns %v", columns)
	}
	if got := column(t, few, "alerts"); len(got) != 2 || slices.ContainsFunc(got, func(n string) bool { return n < "4" }) {
		t.Errorf("alerts of those with more than 3: %v", got)
	}
	middle := time.Time{}
	for m, err := range objects(client.Ask{}).Messages(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		last, _ := m.Row().Get("last_mjd").Float()
		middle = sky.TimeFromMJD(last)
		break
	}
	before, after := column(t, objects(client.Ask{Until: middle}), "object_id"), column(t, objects(client.Ask{Since: middle.Add(time.Second)}), "object_id")
	if len(before) == 0 || len(before)+len(after) != len(all) {
		t.Errorf("%d objects until then, %d since, %d in all", len(before), len(after), len(all))
	}
}

// Light curves are of objects, and a list of objects has no column of alerts.
func TestWhatObjectsDoNotHaveIsRefused(t *testing.T) {
	c, err := client.New(t.Context(), client.Options{Archive: client.ArchiveOptions{Name: "no/such/archive.db"}})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.Objects(t.Context(), "ZTF21", client.Ask{Fields: []string{"mjd"}}); !isA[*client.FieldError](err) {
		t.Error(err)
	}
	if _, err := c.Objects(t.Context(), "ZTF21", client.Ask{Where: "mag > 1"}); !isA[*where.Error](err) {
		t.Error(err)
	}
	if _, err := c.LightCurves(t.Context(), client.Ask{IDs: []string{"ZTF:candid:516171791415015025"}}); !errors.Is(err, client.ErrNeedsObject) {
		t.Error(err)
	}
}
