package client

import (
	"errors"
	"testing"

	"github.com/mwvgroup/pgb/client/where"
)

func TestAFilterBesideTheStreamsOwnReadsWhatItNeeds(t *testing.T) {
	c, err := New(t.Context(), Options{Sandbox: true})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	// The filter asks for columns that the rows do not have.
	s, err := c.Stream(StreamOptions{Topic: "ztf-alerts", Selection: Selection{Fields: []string{"object_id"}, Limit: 50}})
	if err != nil {
		t.Fatal(err)
	}
	red, err := s.Filter(`band == "r"`)
	if err != nil {
		t.Fatal(err)
	}
	other, err := s.Filter(`not (band == "r")`)
	if err != nil {
		t.Fatal(err)
	}
	all, err := s.Filter(" ")
	if err != nil {
		t.Fatal(err)
	}
	var reds, others int
	for m, err := range s.Messages(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if !all.Pass(m) {
			t.Error("an empty filter does not pass a message")
		}
		if red.Pass(m) {
			reds++
		}
		if other.Pass(m) {
			others++
		}
	}
	if reds == 0 || others == 0 || reds+others != 50 {
		t.Errorf("of 50 messages %d are of band r and %d are not", reds, others)
	}
	if got := red.String(); got != `band == "r"` {
		t.Errorf("the filter reads %s", got)
	}
}

func TestAFilterThatCannotBeRightSaysWhere(t *testing.T) {
	c, err := New(t.Context(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	s, err := c.Stream(StreamOptions{Topic: "ztf-alerts"})
	if err != nil {
		t.Fatal(err)
	}
	var wrong *where.Error
	if _, err := s.Filter("snrr > 5"); !errors.As(err, &wrong) || wrong.Offset != 0 || wrong.Length != 4 {
		t.Errorf("got %v", err)
	}
}

func TestWhetherBigQueryIsAskedIsKnownBeforeAnythingIsOpened(t *testing.T) {
	for _, test := range []struct {
		options Options
		want    bool
	}{
		{Options{}, false},
		{Options{Project: "my-project"}, true},
		{Options{Project: "my-project", Archive: ArchiveOptions{Name: LocalArchive}}, false},
		{Options{Sandbox: true}, false},
		{Options{Archive: ArchiveOptions{Name: BigQueryArchive}}, true},
	} {
		c, err := New(t.Context(), test.options)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.AsksBigQuery(); got != test.want {
			t.Errorf("%+v: %v", test.options, got)
		}
		c.Close()
	}
}
