package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/mwvgroup/pgb/cmd/internal/render"
)

// onTerminal runs a command line in the sandbox as on a terminal of some width,
// and gives what it prints.
func onTerminal(t *testing.T, sandboxes string, width int, line ...string) (out, notes string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	folder := t.TempDir()
	a := &app{
		ctx: t.Context(), stop: make(chan struct{}),
		getenv: func(name string) string {
			return map[string]string{"PGB_SANDBOX": "1", "PGB_CONFIG": folder + "/pgb.yaml", "HOME": folder, "PGB_SANDBOX_DIR": sandboxes}[name]
		},
		stdin:  strings.NewReader("objectId,why\nZTF21abc,a test\nZTF98zzzzzzz,nothing\n"),
		screen: &render.Screen{Out: &stdout, Err: &stderr, OutTTY: true, Width: width},
	}
	if err := execute(a, line); err != nil {
		t.Fatalf("%s: %v", strings.Join(line, " "), err)
	}
	return stdout.String(), stderr.String()
}

func TestTablesOnATerminal(t *testing.T) {
	sandboxes := t.TempDir() // their archive is made once
	t.Run("narrow ones show what matters", func(t *testing.T) { narrowTables(t, sandboxes) })
	t.Run("one word on simulated data", func(t *testing.T) { simulatedOnce(t, sandboxes) })
}

// A narrow terminal shows what matters, and no line is wrapped.
func narrowTables(t *testing.T, sandboxes string) {
	t.Helper()
	for name, test := range map[string]struct {
		line       []string
		at60, at80 string // columns that are shown
	}{
		"lookup":        {[]string{"lookup", "ZTF21abc"}, "object_id mjd band mag", "object_id survey mjd band mag mag_err snr"},
		"list":          {[]string{"lookup", "--ids-from", "-"}, "target object_id mjd band mag", "target object_id mjd band mag mag_err"},
		"cone":          {[]string{"cone", "270.1", "-30.2", "180d", "-n", "5"}, "object_id mjd band separation", "object_id mjd band mag separation"},
		"light curve":   {[]string{"lightcurve", "ZTF21abc"}, "kind mjd band mag mag_err", "kind mjd band mag mag_err lim_mag"},
		"light curves":  {[]string{"lightcurve", "ZTF21abc", "ZTF21dkm"}, "object_id kind mjd band mag", "object_id kind mjd band mag mag_err"},
		"objects":       {[]string{"lookup", "ZTF21"}, "object_id ra alerts last_mjd", "object_id survey ra dec alerts last_mjd"},
		"what was said": {[]string{"classifications", "ZTF21abc"}, "mjd classifier class prob", "mjd classifier classifier_version class prob"},
		"said of some":  {[]string{"classifications", "ZTF21abc", "ZTF21dkm"}, "object_id classifier class", "object_id mjd classifier class prob"},
	} {
		for width, want := range map[int]string{60: test.at60, 80: test.at80} {
			out, _ := onTerminal(t, sandboxes, width, test.line...)
			lines := strings.Split(strings.TrimSpace(out), "\n")
			var names []string
			for _, word := range strings.Fields(lines[1]) {
				if !strings.HasPrefix(word, "[") {
					names = append(names, word)
				}
			}
			if got := strings.Join(names, " "); got != want {
				t.Errorf("%s at %d shows\n %s\nnot\n %s", name, width, got, want)
			}
			for _, line := range lines {
				if render.Width(line) > width {
					t.Errorf("%s at %d has a line of %d: %s", name, width, render.Width(line), line)
				}
			}
		}
	}
}

// A table on a terminal says that its data are simulated, and nothing else does;
// without rows a note says where it was looked.
func simulatedOnce(t *testing.T, sandboxes string) {
	t.Helper()
	for _, line := range [][]string{{"lookup", "ZTF21abc"}, {"lookup", "ZTF21abc", "-f", "csv"}, {"lookup", "ZTF99z"}, {"lightcurve", "ZTF21abc", "--plot"}} {
		out, notes := onTerminal(t, sandboxes, 80, line...)
		said := strings.Count(notes, "simulated data")
		if line[0] == "lightcurve" {
			said += strings.Count(out, "(simulated)")
		}
		said += strings.Count(out, "simulated data")
		if said != 1 {
			t.Errorf("%s says %d times that data are simulated:\n%s%s", strings.Join(line, " "), said, notes, out)
		}
	}
}
