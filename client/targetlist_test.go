package client_test

import (
	"bytes"
	"errors"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/mwvgroup/pgb/client"
	"github.com/mwvgroup/pgb/client/format"
	"github.com/mwvgroup/pgb/client/sky"
	"github.com/mwvgroup/pgb/client/targets"
)

// written gives the alerts of some objects in a format, as pgb writes them.
func written(t *testing.T, c *client.Client, name format.Name) []byte {
	t.Helper()
	found, err := c.Lookup(t.Context(), client.Ask{IDs: []string{"ZTF21abc", "9009999986880566225"}})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "list")
	out, err := found.Output(format.Options{Format: name, Path: path, Finite: true, Layout: format.Layout{Classifications: true}})
	if err != nil {
		t.Fatal(err)
	}
	_, err = found.Run(t.Context(), out)
	if closeErr := out.Close(err == nil); err != nil || closeErr != nil {
		t.Fatal(err, closeErr)
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// TestWhatPgbWritesIsAListOfTargets reads the output of a lookup as a list of
// ids and as one of positions, in every format that has rows.
func TestWhatPgbWritesIsAListOfTargets(t *testing.T) {
	c := simulated()
	t.Cleanup(func() { _ = c.Close() })
	read := func(raw []byte, radius sky.Angle) (*client.TargetList, error) {
		return c.ReadTargets("list", bytes.NewReader(raw), client.ListOptions{Radius: radius})
	}
	plain := written(t, c, format.CSV)
	ids, err := read(plain, 0)
	if err != nil {
		t.Fatal(err)
	}
	places, err := read(plain, sky.Arcseconds(1))
	if err != nil || len(ids.Targets) < 4 || len(places.Targets) != len(ids.Targets) {
		t.Fatalf("%d ids, %d positions, %v", len(ids.Targets), len(places.Targets), err)
	}
	for _, name := range []format.Name{format.JSONLines, format.JSONArray, format.VOTable, format.ECSV, format.Arrow, format.Parquet, format.FITS} {
		raw := written(t, c, name)
		same, err := read(raw, 0)
		if err != nil || len(same.Targets) != len(ids.Targets) {
			t.Errorf("%s: %v", name, err)
			continue
		}
		magnitudes := rideAlong(same, "target.mag")
		if magnitudes < 0 || rideAlong(same, "target.publish_time") < 0 {
			t.Errorf("%s: columns are %v", name, same.Columns)
			continue
		}
		for i := range ids.Targets {
			if same.Targets[i].ID.Text != ids.Targets[i].ID.Text || same.Targets[i].Line == 0 {
				t.Errorf("%s: target %d is %v, not %v", name, i, same.Targets[i].ID, ids.Targets[i].ID)
			}
			mag, known := same.Targets[i].Extra[magnitudes].Decimal()
			want, wanted := ids.Targets[i].Extra[rideAlong(ids, "target.mag")].Decimal()
			if known != wanted || math.Abs(mag-want) > 1e-5 {
				t.Errorf("%s: target %d has %v mag, not %v", name, i, mag, want)
			}
		}
		there, err := read(raw, sky.Arcseconds(1))
		if err != nil || len(there.Targets) != len(places.Targets) {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for i := range places.Targets {
			if apart := there.Targets[i].Position.Separation(*places.Targets[i].Position); apart > sky.Arcseconds(0.001) {
				t.Errorf("%s: target %d is %v away", name, i, apart)
			}
		}
	}
}

// rideAlong gives where a column of a list is, -1 for nowhere.
func rideAlong(l *client.TargetList, name string) int {
	for i, c := range l.Columns {
		if c.Name == name {
			return i
		}
	}
	return -1
}

// TestAListThatBreaksOffIsAnError cuts lists at many places.
func TestAListThatBreaksOffIsAnError(t *testing.T) {
	c := simulated()
	t.Cleanup(func() { _ = c.Close() })
	for _, name := range []format.Name{format.Arrow, format.Parquet, format.FITS} {
		raw := written(t, c, name)
		whole, err := targets.New("list", bytes.NewReader(raw), targets.Options{})
		if err != nil || whole.Format() != string(name) {
			t.Fatalf("%s: %v", name, err)
		}
		for at := 9; at < len(raw)-spare(name, raw); at += 1 + len(raw)/97 {
			_, err := c.ReadTargets("list", bytes.NewReader(raw[:at]), client.ListOptions{})
			if wrong := new(targets.Error); !errors.As(err, &wrong) {
				t.Errorf("%s: %d of %d bytes: %v", name, at, len(raw), err)
			}
		}
	}
}

// spare is how much of the end of a file may be missing: what fills FITS up to a
// block, and the mark at the end of a stream of Arrow.
func spare(name format.Name, raw []byte) int {
	switch name {
	case format.FITS:
		return len(raw) - len(bytes.TrimRight(raw, "\x00"))
	case format.Arrow:
		return 8
	}
	return 0
}
