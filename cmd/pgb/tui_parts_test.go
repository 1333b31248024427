//go:build unix

package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/apache/arrow-go/v18/parquet/file"

	"github.com/mwvgroup/pgb/client/sandbox/modules"
	"github.com/mwvgroup/pgb/client/sandbox/server"
	"github.com/mwvgroup/pgb/client/sandbox/sim"
	"github.com/mwvgroup/pgb/tui/screentest"
)

// publishNight publishes n different messages.
func publishNight(t *testing.T, srv *server.Server, topic string, n int) {
	t.Helper()
	sky, err := sim.New(2, sim.Options{Surveys: []string{sim.SurveyZTF}, NoCutouts: true})
	if err != nil {
		t.Fatal(err)
	}
	for n > 0 {
		event, err := sky.Next()
		if err != nil {
			t.Fatal(err)
		}
		made, err := modules.Expand(event, topic)
		if err != nil {
			t.Fatal(err)
		}
		if len(made) == 0 {
			continue
		}
		if _, err := srv.Publish(topicName(t, topic), server.Message{Data: made[0].Data, Attributes: made[0].Attributes}); err != nil {
			t.Fatal(err)
		}
		n--
	}
}

// rowsOf gives how many rows a Parquet file has.
func rowsOf(t *testing.T, path string) int64 {
	t.Helper()
	reader, err := file.OpenParquetFile(path, false)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	defer reader.Close()
	return reader.NumRows()
}

func TestWhatTheViewerSavesInPartsIsAcknowledgedWhenThePartIsClosed(t *testing.T) {
	srv := broker(t, server.Options{})
	subscribeNight(t, srv, alerts, 1)
	cmd := command(t, srv, "tui", "--topic", alerts, "--subscription", "night")
	term := screentest.Start(t, cmd, 150, 30)
	term.WaitFor("the first alert", has("ZTF"))
	await(t, srv, "it is read", func() bool { return srv.Acked(night) == 1 })
	term.Type("S")
	term.WaitForText("a part every 5 minutes")
	term.Type("night.parquet", "enter")
	term.WaitForText("saving all that pass into night.parquet, a part every 5 minutes")
	publishNight(t, srv, alerts, 30)
	term.WaitFor("the alerts", has("(30)"))
	if parts := partsOf(t, cmd.Dir); srv.Acked(night) != 1 || len(parts) > 0 {
		t.Errorf("%d are acknowledged before their part is closed, %v", srv.Acked(night), parts)
	}
	term.Type("S")
	term.WaitForText("saved 30 alerts into night-0001.parquet")
	parts := partsOf(t, cmd.Dir)
	if len(parts) != 1 || rowsOf(t, parts[0]) != 30 {
		t.Errorf("%v", parts)
	}
	term.Type("S")
	term.WaitForText("from now on into")
	term.Type("night.parquet", "enter")
	term.WaitForText("saving all that pass into night.parquet, a part")
	publish(t, srv, alerts, 1) // known already
	publishNight(t, srv, alerts, 31)
	term.WaitFor("the one that is new", has("(1)"))
	await(t, srv, "the first part is acknowledged", func() bool { return srv.Acked(night) >= 31 })
	leave(t, term, "q")
	term.WaitForText("saved 30 alerts into night-0001.parquet") // the screen is that of before, and holds what was said since
	term.WaitForText("saved 1 alert into night-0002.parquet")
	if parts := partsOf(t, cmd.Dir); len(parts) != 2 || rowsOf(t, parts[1]) != 1 {
		t.Errorf("%v", parts)
	}
	if got := srv.Acked(night); got != 1+30+1+31 {
		t.Errorf("%d are acknowledged at the end", got)
	}
	checkReturned(t, srv, 0)
}

func TestTheViewerSavesAllThatPassInEveryFormat(t *testing.T) {
	sandboxes := t.TempDir()
	for _, ending := range []string{"arrow", "vot", "fits", "ecsv", "json"} {
		term, folder := view(t, sandboxes, 150, 30, "--topic", "ztf-alerts", "--rate", "50")
		term.WaitFor("alerts", has("ZTF"))
		term.Type("S")
		term.WaitForText("from now on into")
		term.Type("all."+ending, "enter")
		term.WaitFor("some to be saved", has("saving to all."+ending+" (1"))
		leave(t, term, "q")
		info, err := os.Stat(filepath.Join(folder, "all-0001."+ending))
		if err != nil || info.Size() < 1000 {
			t.Errorf("%s: %v, %v", ending, info, err)
		}
	}
}
