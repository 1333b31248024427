package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mwvgroup/pgb/client/shareddata"
	"github.com/mwvgroup/pgb/cmd/internal/render"
)

func TestFastavroReadsTheSameRecordsThatPGBWasGiven(t *testing.T) {
	python, packets := shareddata.Python(t), filepath.Join(shareddata.Dir(t), "alerts", "ztf")
	out := filepath.Join(t.TempDir(), "records")
	var stderr strings.Builder
	a := &app{
		ctx: t.Context(), stop: make(chan struct{}), getenv: func(string) string { return "" },
		screen: &render.Screen{Out: &stderr, Err: &stderr, Width: 80},
	}
	t.Setenv("HOME", t.TempDir())
	if err := execute(a, []string{"decode", packets, "-f", "avro", "-o", out, "--keep-duplicates"}); err != nil {
		t.Fatalf("%v\n%s", err, stderr.String())
	}
	compare := exec.CommandContext(t.Context(), python, "testdata/same_records.py", packets, out)
	compare.Stderr = os.Stderr
	count, err := compare.Output()
	if err != nil || strings.TrimSpace(string(count)) != "86" {
		t.Errorf("%s %v", count, err)
	}
}
