package client_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/mwvgroup/pgb/client"
	"github.com/mwvgroup/pgb/client/registry"
	"github.com/mwvgroup/pgb/client/stream/pubsub"
	"github.com/mwvgroup/pgb/client/where"
)

var someTime = time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)

func newClient(t *testing.T, o client.Options) *client.Client {
	t.Helper()
	c, err := client.New(t.Context(), o)
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

func TestStreamIsCheckedBeforeAnythingIsConnectedTo(t *testing.T) {
	c := newClient(t, client.Options{})
	var unknown *registry.UnknownError
	if _, err := c.Stream(client.StreamOptions{Topic: "lsst-supernova"}); !errors.As(err, &unknown) || len(client.NearNames(err)) == 0 {
		t.Errorf("unknown topic: %v, near %v", err, client.NearNames(err))
	}
	var filter *where.Error
	_, err := c.Stream(client.StreamOptions{Topic: "classifications", Selection: client.Selection{Where: "snr > 5 && magg < 18"}})
	if !errors.As(err, &filter) || !strings.Contains(strings.Join(client.NearNames(err), " "), "mag") {
		t.Errorf("unknown name: %v, near %v", err, client.NearNames(err))
	}
	var fields *client.FieldError
	_, err = c.Stream(client.StreamOptions{Topic: "ztf-alerts", Selection: client.Selection{Fields: []string{"object_id", "candidate.drbb"}}})
	if !errors.As(err, &fields) || !strings.Contains(strings.Join(client.NearNames(err), " "), "candidate.drb") {
		t.Errorf("unknown field: %v, near %v", err, client.NearNames(err))
	}
	if _, err := c.Stream(client.StreamOptions{Topic: "ztf-alerts", Since: someTime}); !errors.Is(err, pubsub.ErrSinceWithoutSubscription) {
		t.Errorf("since without subscription: %v", err)
	}
}

func TestStreamWithoutProjectSaysSo(t *testing.T) {
	c := newClient(t, client.Options{})
	s, err := c.Stream(client.StreamOptions{Topic: "ztf-alerts"})
	if err != nil {
		t.Fatal(err)
	}
	for m, err := range s.Messages(t.Context()) {
		if m != nil || !errors.Is(err, client.ErrNoProject) {
			t.Errorf("got %v, %v", m, err)
		}
	}
}

func TestProjectAndSandboxExcludeEachOther(t *testing.T) {
	if _, err := client.New(t.Context(), client.Options{Project: "p", Sandbox: true}); err == nil {
		t.Error("no error")
	}
}

func TestTopicsOfSeveralNamesCountOnce(t *testing.T) {
	c := newClient(t, client.Options{})
	topics, err := c.Topics("ZTF-alerts, alerts,projects/ardent-cycling-243415/topics/ztf-alerts", "")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, topic := range topics {
		names = append(names, topic.Name)
	}
	if got := strings.Join(names, " "); got != "ztf-alerts lsst-alerts lvk-alerts" {
		t.Errorf("got %s", got)
	}
}

func TestExplainNamesWhatEachTopicReadsAndWhatTheServerCould(t *testing.T) {
	c := newClient(t, client.Options{})
	topics, err := c.Topics("classifications", "")
	if err != nil {
		t.Fatal(err)
	}
	explanation, err := c.Explain(topics, `attr["pg_variable"] == "likely" && mag < 20`)
	if err != nil {
		t.Fatal(err)
	}
	if len(explanation.Names) != 2 || len(explanation.Names[0].PerTopic) != len(topics) {
		t.Errorf("names %+v", explanation.Names)
	}
	if !strings.Contains(explanation.ServerFilter, `attributes.pg_variable = "likely"`) {
		t.Errorf("server filter %q", explanation.ServerFilter)
	}
}

func TestEveryMessageOfTheSandboxSaysThatItIsSimulated(t *testing.T) {
	c := newClient(t, client.Options{Sandbox: true})
	s, err := c.Stream(client.StreamOptions{Topic: "classifications,alerts", Selection: client.Selection{Limit: 40}})
	if err != nil {
		t.Fatal(err)
	}
	for m, err := range s.Messages(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if simulated, _ := m.Row().Get("simulated").Bool(); !simulated || !m.Simulated() {
			t.Errorf("%s %s is not marked", m.Topic, m.ID)
		}
	}
}

func TestNamesOfFilesFieldsAreChecked(t *testing.T) {
	c := newClient(t, client.Options{})
	for _, one := range []struct {
		as, where, field string
		ok               bool
	}{
		{"", "sn > 2", "", false}, {"", "", "nope", false}, {"", "snr > 2", "candidate.drb", true}, {"any", "sn > 2", "nope", true},
		{"ztf", "snr > 2", "candidate.drb", true}, {"lsst", "", "candidate.drb", false}, {"lsst:99", "", "snr", false},
		{"", "prv_candidates.magpsf > 2", "", false}, {"any", "", "prv_candidates.magpsf", false},
	} {
		o := client.FileOptions{Paths: []string{"x.avro"}, As: one.as, Selection: client.Selection{Where: one.where}}
		if one.field != "" {
			o.Fields = []string{one.field}
		}
		if _, err := c.Files(o); one.ok != (err == nil) {
			t.Errorf("%+v: %v", one, err)
		}
	}
}
