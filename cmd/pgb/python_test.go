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

func TestAstropyReadsTheRowsOfEveryCommand(t *testing.T) {
	python, folder, sandbox := shareddata.Python(t), t.TempDir(), t.TempDir()
	t.Setenv("HOME", sandbox)
	settings := map[string]string{"PGB_SANDBOX": "1", "PGB_SANDBOX_DIR": sandbox, "HOME": sandbox}
	commands := map[string][]string{
		"lookup":          {"lookup", "ZTF21abc"},
		"fields":          {"lookup", "ZTF21abc", "--fields", `object_id,candidate.candid,candidate.magpsf,attr["topic"],p("SN Ia"),cutoutScience.fileName`},
		"objects":         {"lookup", "ZTF21"},
		"cone":            {"cone", "16.58", "-2.17", "2d"},
		"lightcurve":      {"lightcurve", "ZTF21abc"},
		"classifications": {"classifications", "ZTF21abc"},
		"sql":             {"sql", "SELECT object_id, count(*) AS n, avg(mag) FROM alerts GROUP BY 1"},
		"nothing":         {"lookup", "ZTF99zzzzzzz"},
		"decode":          {"decode", filepath.Join(shareddata.Dir(t), "alerts", "lsst")},
	}
	args := []string{"testdata/read_results.py", folder}
	for name, command := range commands {
		args = append(args, name)
		for _, ending := range []string{"csv", "vot", "fits", "ecsv"} {
			var stderr strings.Builder
			a := &app{
				ctx: t.Context(), stop: make(chan struct{}), getenv: func(name string) string { return settings[name] },
				screen: &render.Screen{Out: &stderr, Err: &stderr, Width: 80},
			}
			if err := execute(a, append(command[:len(command):len(command)], "-o", filepath.Join(folder, name+"."+ending))); err != nil {
				t.Fatalf("%s: %v\n%s", name, err, stderr.String())
			}
		}
	}
	text, err := exec.CommandContext(t.Context(), python, args...).CombinedOutput()
	if lines := strings.Count(string(text), "\n"); err != nil || lines != len(commands) {
		t.Errorf("%v\n%s", err, text)
	}
}
