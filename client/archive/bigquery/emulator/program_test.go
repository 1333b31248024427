package emulator

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mwvgroup/pgb/client/archive/local"
	"github.com/mwvgroup/pgb/client/sandbox/sim"
)

// program is the program itself, asking an emulator.
type program struct {
	path    string
	folder  string
	address string
}

// build builds the program for a test.
func build(t *testing.T, address string) *program {
	t.Helper()
	p := &program{folder: t.TempDir(), address: address}
	p.path = filepath.Join(p.folder, "pgb")
	cmd := exec.Command("go", "build", "-o", p.path, "./cmd/pgb")
	cmd.Dir = filepath.Join("..", "..", "..", "..")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return p
}

// run runs the program and gives what it printed, and its exit code.
func (p *program) run(t *testing.T, args ...string) (out, said string, code int) {
	t.Helper()
	cmd := exec.Command(p.path, args...)
	cmd.Dir = p.folder
	cmd.Env = append(os.Environ(), "BIGQUERY_EMULATOR_HOST="+p.address, "HOME="+p.folder, "XDG_CONFIG_HOME="+p.folder, "XDG_DATA_HOME="+filepath.Join(p.folder, "data"),
		"PGB_CONFIG="+filepath.Join(p.folder, "pgb.yaml"), "GOOGLE_CLOUD_PROJECT="+payer, "NO_GCE_CHECK=true")
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	var failed *exec.ExitError
	if err != nil && !errors.As(err, &failed) {
		t.Fatal(err)
	}
	return stdout.String(), stderr.String(), cmd.ProcessState.ExitCode()
}

// What the local archive knows of an object's place saves the scan that finds it.
func TestTheLocalArchiveTellsWhereAnObjectIs(t *testing.T) {
	messages := history(t, sim.HistoryOptions{Months: 1, Objects: 6, SpacingDays: 20, NoCutouts: true}, sim.SurveyLSST)
	s := start(t, fillOf(t, messages).Trim())
	p := build(t, s.Address)
	var id string
	for _, m := range messages {
		if found, ok := m.Attr("diaObject_diaObjectId"); ok && m.Topic == "lsst-alerts" {
			id = found
		}
	}
	scan, said, code := p.run(t, "lookup", id, "--dry-run")
	if code != 0 || !strings.Contains(scan, id) {
		t.Fatalf("%d: %s", code, said)
	}
	here, err := local.Open(t.Context(), local.Options{Path: filepath.Join(p.folder, "data", "pgb", "archive.db"), Create: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := here.Sink(local.SinkOptions{}).Put(t.Context(), messages); err != nil {
		t.Fatal(err)
	}
	if err := here.Close(); err != nil {
		t.Fatal(err)
	}
	near, said, code := p.run(t, "lookup", id, "--dry-run")
	if code != 0 || !strings.Contains(said, "the local archive knows where 1 of 1 are") {
		t.Fatalf("%d: %s", code, said)
	}
	if strings.Count(near, "SELECT") > strings.Count(scan, "SELECT") || !strings.Contains(near, "healpix9") || strings.Count(near, "at most") >= strings.Count(scan, "at most") {
		t.Errorf("asked\n%s\ninstead of\n%s", near, scan)
	}
	rows, said, code := p.run(t, "lookup", id, "--fields", "object_id", "-f", "csv")
	if code != 0 || strings.Count(rows, id) == 0 {
		t.Errorf("%d: %s %s", code, rows, said)
	}
}

// TestTheProgramAsksTables types what a user types.
func TestTheProgramAsksTables(t *testing.T) {
	s := start(t, fillOf(t, history(t, sim.HistoryOptions{Months: 2, Objects: 12, SpacingDays: 20, NoCutouts: true})).Trim())
	p := build(t, s.Address)
	for _, c := range []struct {
		args  string
		code  int
		has   []string // of what is printed
		notes []string // of what is said beside it
	}{
		{"lookup ZTF21abc --fields object_id,mjd,band,mag,simulated -f csv", 0, []string{"object_id,mjd,band,mag,simulated\nZTF21abc,6", ",true\n"}, []string{"rows from BigQuery"}},
		{"lookup ZTF21abc --where band=='r'||snr>20 --fields object_id,candidate.drb -f csv", 0, []string{"object_id,candidate.drb\n"}, nil},
		{"lookup ZTF21abc -n 1 -f jsonl --full", 0, []string{`"alert":{`, `"candidate":{`}, nil},
		{"cone 16.58544 -2.17405 10s --fields separation,object_id -f csv", 0, []string{"separation,object_id\n0", "ZTF21abc"}, nil},
		{"cone 200 -89 5s -f csv", 0, []string{"object_id,"}, []string{"nothing found in BigQuery"}},
		{"lightcurve ZTF21abc --plot", 0, []string{"ZTF21abc (ZTF)", "MJD"}, nil},
		{"lightcurve ZTF21abc -f csv --where kind=='detection'", 0, []string{"ZTF21abc,ztf,detection,"}, nil},
		{"classifications ZTF21abc -f csv", 0, []string{"SuperNNova"}, nil},
		{"tables", 0, []string{"lsst.alerts_v", "day of kafkaPublishTimestamp"}, nil},
		{"tables show lsst.alerts", 0, []string{"diaSource.psfFlux", "nJy", "healpix9"}, nil},
		{"tables show lsst.allerts", 2, nil, []string{"hint: did you mean"}},
		{"sql select+objectId,candid+from+`ztf.alerts_v4_02`+limit+1 -f csv", 0, []string{"objectId,candid\nZTF"}, nil},
		{"sql select+nonsense+from+`ztf.alerts_v4_02`", 2, nil, []string{"nonsense", "hint: pgb tables"}},
		{"sql delete+from+`ztf.alerts_v4_02`+where+true", 2, nil, []string{"pgb: "}},
		{"lookup ZTF21abc --dry-run", 0, []string{"objectId", "@", "nothing is billed"}, nil},
		{"lookup ZTF21abc --max-bytes 1B", 4, nil, []string{"pgb: ", "hint: --fields", "hint: to pay that: --max-bytes"}},
		{"lookup ZTF21ab --prefix -f csv", 0, []string{"ZTF21abc,ztf,"}, nil},
		{"lookup ZTF21ab", 0, nil, []string{"--prefix"}},
	} {
		t.Run(c.args, func(t *testing.T) {
			args := strings.Fields(c.args)
			for i := range args {
				args[i] = strings.ReplaceAll(args[i], "+", " ")
				args[i] = strings.ReplaceAll(args[i], "'", `"`)
			}
			out, said, code := p.run(t, args...)
			if code != c.code {
				t.Fatalf("ended with %d, not %d: %s", code, c.code, said)
			}
			for _, want := range c.has {
				if !strings.Contains(out, want) {
					t.Errorf("printed %.600q, without %q", out, want)
				}
			}
			for _, want := range c.notes {
				if !strings.Contains(said, want) {
					t.Errorf("said %q, without %q", said, want)
				}
			}
		})
	}
}
