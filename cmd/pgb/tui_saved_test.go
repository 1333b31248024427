package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/mwvgroup/pgb/client/format"
)

func TestWhatTheViewerSavedIsNamedByItsParts(t *testing.T) {
	var all savings
	for _, parts := range []int{1, 3} {
		f := &viewedFile{name: filepath.Join("here", "night.fits"), inParts: true}
		for i := range parts {
			f.parts = append(f.parts, format.Part{Path: filepath.Join("/home", "here", []string{"night-0001.fits", "night-0002.fits", "night-0003.fits"}[i])})
		}
		all.add(f.Name(), int64(parts))
		all.add(f.Name(), 10)
	}
	all.add("nothing.csv", 0)
	want := []string{
		"saved 11 alerts into " + filepath.Join("here", "night-0001.fits"),
		"saved 13 alerts into 3 files, " + filepath.Join("here", "night-0001.fits") + " to " + filepath.Join("here", "night-0003.fits"),
	}
	if got := all.lines(); !slices.Equal(got, want) {
		t.Errorf("%q, not %q", got, want)
	}
}

func TestTheViewerAsksForAnotherNameWhereAFileCantBeGoneOnWith(t *testing.T) {
	folder := t.TempDir()
	v := &viewedSaver{}
	for name, want := range map[string]string{
		"one.fits": "FITS can't be gone on with: another name", "one.json": "a JSON array can't be gone on with: another name",
		"one.parquet": "Parquet can't", "one.arrow": "Arrow can't", "one.vot": "a VOTable can't", "one.ecsv": "ECSV can't", "one.feather": "Arrow can't",
		"one.jsonl": "", "one.csv": "", "one.avro": "",
	} {
		path := filepath.Join(folder, name)
		if err := v.Refuse(path, false); err != nil {
			t.Errorf("%s is not there: %v", name, err)
		}
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		err := v.Refuse(path, false)
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: %v, not %q", name, err, want)
		}
		if err := v.Refuse(path, true); err != nil { // it is written in parts
			t.Errorf("%s in parts: %v", name, err)
		}
	}
}
