package client_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/mwvgroup/pgb/client"
	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/registry"
	"github.com/mwvgroup/pgb/client/sky"
	"github.com/mwvgroup/pgb/client/targets"
	"github.com/mwvgroup/pgb/client/where"
)

// inSandbox gives a client of the sandbox's archive, which is made once for the
// package.
func inSandbox(t *testing.T) *client.Client {
	t.Helper()
	c, err := client.New(t.Context(), client.Options{Sandbox: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	return c
}

// column gives one column of an answer as text.
func column(t *testing.T, n *client.Answer, name string) []string {
	t.Helper()
	var list []string
	for m, err := range n.Messages(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, m.Row().Get(name).String())
	}
	return list
}

func lookup(t *testing.T, c *client.Client, a client.Ask) *client.Answer {
	t.Helper()
	n, err := c.Lookup(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestAnAnswerEndsAtItsLimitAndCanBeAskedAgain(t *testing.T) {
	c := inSandbox(t)
	n := lookup(t, c, client.Ask{Cones: []sky.Cone{{Radius: sky.HalfCircle}}, Fields: []string{"source_id"}, Limit: 7})
	first := column(t, n, "source_id")
	if len(first) != 7 {
		t.Errorf("got %d rows", len(first))
	}
	if again := column(t, n, "source_id"); !slices.Equal(first, again) {
		t.Errorf("first %v, then %v", first, again)
	}
}

// The filter holds whatever the archive takes over of it, and what it alone can't
// know: a column that is not shown, and one that rides along.
func TestRowsPassTheFilterWhoeverTestsIt(t *testing.T) {
	c := inSandbox(t)
	list, err := c.ReadTargets("list", strings.NewReader("objectId,from\nZTF21abc,61260\nZTF21dkm,0\nZTF98aaaaaaa,1\n"), client.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	n := lookup(t, c, client.Ask{List: list, Where: `mjd > target.from and candidate.drb > 0`, Fields: []string{"target.from", "object_id", "mjd"}})
	names := make([]string, 0, 4)
	for _, column := range n.Columns() {
		names = append(names, column.Name)
	}
	if want := []string{"target", "target.from", "object_id", "mjd"}; !slices.Equal(names, want) {
		t.Errorf("columns %v, not %v", names, want)
	}
	rows := 0
	for m, err := range n.Messages(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		rows++
		row := m.Row()
		mjd, _ := row.Get("mjd").Float()
		from, _ := row.Get("target.from").Float()
		if mjd <= from || row.Get("target").String() != row.Get("object_id").String() {
			t.Errorf("target %s from %v has a row of %s at %v", row.Get("target"), from, row.Get("object_id"), mjd)
		}
	}
	if rows < 3 {
		t.Errorf("only %d rows", rows)
	}
	if left := n.Unmatched(); !slices.Equal(left, []int{2}) {
		t.Errorf("without a match: %v", left)
	}
}

func TestAListOfPlacesIsMatchedWithinItsRadius(t *testing.T) {
	c := inSandbox(t)
	place := lookup(t, c, client.Ask{IDs: []string{"ZTF21abc"}, Fields: []string{"ra", "dec"}, Limit: 1})
	ra, dec := column(t, place, "ra")[0], column(t, place, "dec")[0]
	list, err := c.ReadTargets("list", strings.NewReader("name,ra,dec\nhere,"+ra+","+dec+"\nnowhere,0.5,89\n"), client.ListOptions{Radius: 2})
	if err != nil {
		t.Fatal(err)
	}
	n := lookup(t, c, client.Ask{List: list})
	last := -1.0
	for m, err := range n.Messages(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		separation, ok := m.Row().Get(client.Separation).Float()
		if !ok || separation > 2 || separation < last {
			t.Errorf("separation %v after %v", separation, last)
		}
		last = separation
		if name := m.Row().Get("target.name").String(); name != "here" {
			t.Errorf("a row belongs to %q", name)
		}
	}
	if last < 0 {
		t.Error("nothing was found")
	}
	if left := n.Unmatched(); !slices.Equal(left, []int{1}) {
		t.Errorf("without a match: %v", left)
	}
}

// What can't be right is said before an archive is opened.
func TestAnAskThatCannotBeRightIsRefused(t *testing.T) {
	c, err := client.New(t.Context(), client.Options{Archive: client.ArchiveOptions{Name: "no/such/archive.db"}})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for name, test := range map[string]struct {
		ask client.Ask
		is  func(error) bool
	}{
		"nothing":      {client.Ask{}, func(err error) bool { return errors.Is(err, client.ErrNothingAsked) }},
		"TNS":          {client.Ask{IDs: []string{"SN 2023bip"}}, isA[*registry.UnresolvableError]},
		"survey":       {client.Ask{IDs: []string{"ZTF21abc"}, Survey: "x' or 1=1"}, isA[*registry.UnknownError]},
		"field":        {client.Ask{IDs: []string{"ZTF21abc"}, Fields: []string{"object_id; drop table alert"}}, isA[*client.FieldError]},
		"filter":       {client.Ask{IDs: []string{"ZTF21abc"}, Where: "snr >"}, isA[*where.Error]},
		"unknown name": {client.Ask{IDs: []string{"ZTF21abc"}, Where: "target.x > 1"}, isA[*where.Error]},
	} {
		if _, err := c.Lookup(t.Context(), test.ask); err == nil || !test.is(err) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := c.ReadTargets("list", strings.NewReader("id\nSN 2023bip\n"), client.ListOptions{}); !isA[*targets.Error](err) {
		t.Errorf("a list with a name of the TNS: %v", err)
	}
}

func isA[E error](err error) bool {
	var target E
	return errors.As(err, &target)
}

func TestASurveysFieldsKeepTheirWordsWhereTheIdsTellTheSurvey(t *testing.T) {
	c := inSandbox(t)
	fields := []string{"diaSource.diaSourceId", "diaSource.psfFlux", "prvDiaSources", "candidate.magpsf"}
	asked := func(a client.Ask) []alert.Column {
		if a.Fields == nil {
			a.Fields = fields
		}
		return lookup(t, c, a).Columns()
	}
	want := asked(client.Ask{IDs: []string{"9009999986880566225"}, Survey: "lsst", Fields: fields[:3]})
	got := asked(client.Ask{IDs: []string{"9009999986880566225"}})
	for i, column := range got[:3] {
		if column.Doc == "" || column.Unit != want[i].Unit || column.UCD != want[i].UCD || column.Doc != want[i].Doc {
			t.Errorf("%+v, not %+v", column, want[i])
		}
	}
	if n := len(got[2].Items.Fields); n != len(want[2].Items.Fields) {
		t.Errorf("%d fields of the list, not %d: those of other surveys are among them", n, len(want[2].Items.Fields))
	}
	for _, a := range []client.Ask{{IDs: []string{"9009999986880566225", "ZTF21abc"}}, {Cones: []sky.Cone{{Radius: 1}}}} {
		if got := asked(a); got[1].Unit != "nJy" || got[3].Unit != "mag" {
			t.Errorf("of two surveys: %+v", got)
		}
	}
}

// Fields name what rides along with a list too: one by one, in their order, or all.
func TestFieldsNameWhatRidesAlong(t *testing.T) {
	c := inSandbox(t)
	list, err := c.ReadTargets("list", strings.NewReader("id,mag,why\nZTF21abc,12,a test\n"), client.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for fields, want := range map[string]string{
		"object_id":                  "target object_id",
		"object_id target.why":       "target object_id target.why",
		"target.mag target mjd":      "target.mag target mjd",
		"object_id target.* mag mjd": "target object_id target.mag target.why mag mjd",
	} {
		n := lookup(t, c, client.Ask{List: list, Fields: strings.Fields(fields), Where: "mag > target.mag && mjd > 0", Limit: 1})
		var names []string
		for _, column := range n.Columns() {
			names = append(names, column.Name)
		}
		if got := strings.Join(names, " "); got != want {
			t.Errorf("%s gives %s", fields, got)
		}
		for name, value := range map[string]string{"target": "ZTF21abc", "object_id": "ZTF21abc", "target.why": "a test", "target.mag": "12"} {
			if slices.Contains(names, name) && column(t, n, name)[0] != value {
				t.Errorf("%s: %s is %s", fields, name, column(t, n, name)[0])
			}
		}
	}
}
