//go:build unix

package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/mwvgroup/pgb/tui/screen"
	"github.com/mwvgroup/pgb/tui/screentest"
)

// TestWhatIsOverTheBudgetIsAskedAtTheTerminal says no, then yes: only then is
// anything read that is billed, and no more than was told.
func TestWhatIsOverTheBudgetIsAskedAtTheTerminal(t *testing.T) {
	var run atomic.Int64   // how many statements were run
	const bytes = 60 << 30 // the budget is 50 GiB
	statistics := fmt.Sprintf(`"status":{"state":"DONE"},"statistics":{"totalBytesProcessed":"%d","query":{"statementType":"SELECT","totalBytesProcessed":"%[1]d","totalBytesBilled":"%[1]d"}}`, int64(bytes))
	tables := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		switch {
		case r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/jobs"):
			var job struct {
				Configuration struct {
					DryRun bool `json:"dryRun"`
					Query  struct {
						Most string `json:"maximumBytesBilled"`
					} `json:"query"`
				} `json:"configuration"`
			}
			if err := json.NewDecoder(r.Body).Decode(&job); err != nil {
				t.Error(err)
			}
			if !job.Configuration.DryRun {
				run.Add(1)
				if job.Configuration.Query.Most != fmt.Sprint(bytes) {
					t.Errorf("at most %s bytes may be billed", job.Configuration.Query.Most)
				}
			}
			fmt.Fprintf(w, `{"jobReference":{"projectId":"payer","jobId":"j"},"configuration":{"dryRun":%v,"query":{}},%s}`, job.Configuration.DryRun, statistics)
		case strings.Contains(r.URL.Path, "/queries/"):
			fmt.Fprint(w, `{"jobComplete":true,"totalRows":"1","schema":{"fields":[{"name":"n","type":"INTEGER"}]},"rows":[{"f":[{"v":"4711"}]}],"jobReference":{"projectId":"payer","jobId":"j"}}`)
		case strings.Contains(r.URL.Path, "/jobs/"):
			fmt.Fprintf(w, `{"jobReference":{"projectId":"payer","jobId":"j"},"configuration":{"query":{}},%s}`, statistics)
		default:
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(tables.Close)
	for _, c := range []struct {
		answer, said string
		code         int
		run          int64
	}{
		{"n", "--max-bytes", exitTooExpensive, 0},
		{"y", "4711", exitDone, 1},
	} {
		cmd := exec.Command("pgb", "sql", "select 1 n", "--archive", "bigquery", "--project", "payer")
		cmd.Dir = t.TempDir()
		cmd.Env = append(append(os.Environ(), environment(cmd.Dir)...), "BIGQUERY_EMULATOR_HOST="+tables.URL)
		term := screentest.Start(t, cmd, 160, 24, screen.Term("dumb", ""))
		term.WaitForText("64.4 GB, about $0.37: go on? [y/N]")
		term.Type(c.answer, "enter")
		term.WaitForText(c.said)
		if code := term.Wait(); code != c.code || run.Load() != c.run {
			t.Errorf("after %q: exit code %d, %d statements were run", c.answer, code, run.Load())
		}
	}
}
