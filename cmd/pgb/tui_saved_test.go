package main

import (
	"path/filepath"
	"slices"
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
