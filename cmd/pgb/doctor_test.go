package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/mwvgroup/pgb/client/registry"
	"github.com/mwvgroup/pgb/client/sandbox/server"
	"github.com/mwvgroup/pgb/client/stream/pubsub"
	"github.com/mwvgroup/pgb/cmd/internal/doctor"
	"github.com/mwvgroup/pgb/cmd/internal/render"
)

// clinic is all that pgb doctor asks, in this process.
type clinic struct {
	t           *testing.T
	google      *httptest.Server
	broker      *server.Server
	permissions []string
	tables      func(statement string) (code int, answer string)
	stopped     chan struct{}
}

func newClinic(t *testing.T) *clinic {
	t.Helper()
	c := &clinic{t: t, permissions: []string{
		"pubsub.subscriptions.create", "pubsub.subscriptions.consume", "pubsub.subscriptions.delete", "bigquery.jobs.create",
	}, stopped: make(chan struct{})}
	c.google = httptest.NewServer(http.HandlerFunc(c.serve))
	t.Cleanup(c.google.Close)
	broker, end := newBroker(t, server.Options{})
	c.broker = broker
	t.Cleanup(end)
	folder := t.TempDir()
	for _, pair := range environment(folder) {
		name, value, _ := strings.Cut(pair, "=")
		t.Setenv(name, value)
	}
	file := filepath.Join(folder, "credentials.json")
	if err := os.WriteFile(file, []byte(`{"type":"authorized_user","client_id":"i","client_secret":"s","refresh_token":"r","quota_project_id":"payer"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("GOOGLE_APPLICATION_CREDENTIALS", file)
	t.Setenv("BIGQUERY_EMULATOR_HOST", c.google.URL)
	return c
}

func (c *clinic) serve(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	switch {
	case r.URL.Path == "/token":
		fmt.Fprint(w, `{"access_token":"t","expires_in":3600,"token_type":"Bearer"}`)
	case strings.HasSuffix(r.URL.Path, ":testIamPermissions"):
		_ = json.NewEncoder(w).Encode(map[string][]string{"permissions": c.permissions})
	case strings.Contains(r.URL.Path, "/v3/projects/"):
		fmt.Fprint(w, `{"name":"projects/415","state":"ACTIVE"}`)
	case strings.HasSuffix(r.URL.Path, "/jobs"):
		var job struct {
			Configuration struct {
				DryRun bool                   `json:"dryRun"`
				Query  struct{ Query string } `json:"query"`
			} `json:"configuration"`
		}
		if err := json.NewDecoder(r.Body).Decode(&job); err != nil || !job.Configuration.DryRun {
			c.t.Errorf("asked to run %+v, %v", job, err)
		}
		if c.tables != nil {
			if code, answer := c.tables(job.Configuration.Query.Query); code != 0 {
				w.WriteHeader(code)
				fmt.Fprint(w, answer)
				return
			}
		}
		fmt.Fprint(w, `{"jobReference":{"projectId":"my-project","jobId":"j"},"configuration":{"dryRun":true},"status":{"state":"DONE"},`+
			`"statistics":{"totalBytesProcessed":"0","query":{"statementType":"SELECT","totalBytesProcessed":"0"}}}`)
	}
}

// visit runs pgb doctor and gives its lines and its error.
func (c *clinic) visit(change func(*app, *doctorFlags)) (lines []string, err error) {
	c.t.Helper()
	var out, said bytes.Buffer
	a := &app{ctx: c.t.Context(), stop: c.stopped, getenv: os.Getenv, stdin: strings.NewReader(""), project: "my-project", screen: &render.Screen{Out: &out, Err: &said, Width: 80}}
	f := &doctorFlags{topic: "ztf-loop", timeout: 20 * time.Second, pubsub: pubsub.Access{Address: c.broker.Addr()}, google: doctor.Google{
		Reach: c.google.URL, Token: c.google.URL + "/token", TokenInfo: c.google.URL + "/none", Resources: c.google.URL, Now: time.Now,
	}}
	if change != nil {
		change(a, f)
	}
	err = f.run(a)
	return strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n"), err
}

// lineOf gives the line of a check.
func lineOf(lines []string, name string) string {
	i := slices.IndexFunc(lines, func(line string) bool { return len(line) > 4 && strings.HasPrefix(line[4:], name+": ") })
	if i < 0 {
		return ""
	}
	return lines[i]
}

func TestDoctorFindsNothingWhereAllIsWell(t *testing.T) {
	lines, err := newClinic(t).visit(nil)
	if err != nil || exitCode(err) != exitDone {
		t.Errorf("ended with %v", err)
	}
	for _, line := range lines {
		if !strings.HasPrefix(line, "ok  ") {
			t.Error(line)
		}
	}
	for name, begin := range map[string]string{
		"project":                     "ok  project: my-project, number 415",
		"credentials":                 "ok  credentials: user, of GOOGLE_APPLICATION_CREDENTIALS, quota project payer",
		"pubsub.subscriptions.delete": "ok  ",
		"topic":                       "ok  topic: projects/ardent-cycling-243415/topics/ztf-loop can be subscribed to",
		"subscription":                "ok  subscription: pgb-",
		"BigQuery API":                "ok  BigQuery API: enabled in my-project",
		"tables":                      "ok  tables: ",
	} {
		if line := lineOf(lines, name); !strings.HasPrefix(line, begin) {
			t.Errorf("%s: %q", name, line)
		}
	}
}

func TestDoctorLeavesNoSubscription(t *testing.T) {
	c := newClinic(t)
	if _, err := c.visit(nil); err != nil {
		t.Error(err)
	}
	if left := c.broker.Subscriptions(); len(left) > 0 {
		t.Errorf("%v are left", left)
	}
}

func TestDoctorSaysWhatIsWrong(t *testing.T) {
	const (
		notEnabled = `{"error":{"code":403,"message":"BigQuery API has not been used in project 1 before or it is disabled.","errors":[{"reason":"accessNotConfigured"}]}}`
		denied     = `{"error":{"code":403,"message":"Access Denied: Project my-project: User does not have bigquery.jobs.create permission in project my-project.","errors":[{"reason":"accessDenied"}]}}`
	)
	for name, one := range map[string]struct {
		ill      func(*clinic)
		flags    func(*app, *doctorFlags)
		check    string
		says     string
		exitCode int
	}{
		"permission": {ill: func(c *clinic) { c.permissions = c.permissions[1:] }, check: "pubsub.subscriptions.create",
			says: "permission pubsub.subscriptions.create is missing on projects/my-project: an owner types gcloud projects add-iam-policy-binding my-project", exitCode: exitNotAllowed},
		"disabled": {ill: func(c *clinic) {
			c.broker.Inject(server.Fault{Method: "ListSubscriptions", Err: status.Error(codes.PermissionDenied, "Cloud Pub/Sub API has not been used in project 1 before or it is disabled.")})
		}, check: "Pub/Sub API", says: "the Pub/Sub API is not enabled in project my-project: gcloud services enable pubsub.googleapis.com --project my-project", exitCode: exitFailed},
		"no such project": {ill: func(c *clinic) {
			c.broker.Inject(server.Fault{Method: "ListSubscriptions", Err: server.UnknownProject("my-project")})
		}, check: "Pub/Sub API", says: "project my-project does not exist: gcloud projects list", exitCode: exitUsage},
		"create": {ill: func(c *clinic) { c.broker.Inject(server.Fault{Method: "CreateSubscription", Err: server.Denied}) },
			check: "subscription", says: "permission pubsub.subscriptions.create is missing on projects/my-project: ", exitCode: exitNotAllowed},
		"topic gone": {flags: func(_ *app, f *doctorFlags) { f.topic = "ztf-lop" },
			check: "topic", says: `unknown topic "ztf-lop": did you mean ztf-loop`, exitCode: exitUsage},
		"no BigQuery": {ill: func(c *clinic) { c.tables = func(string) (int, string) { return 403, notEnabled } },
			check: "BigQuery API", says: "the BigQuery API is not enabled in project my-project: gcloud services enable bigquery.googleapis.com --project my-project", exitCode: exitFailed},
		"no jobs": {ill: func(c *clinic) { c.tables = func(string) (int, string) { return 403, denied } },
			check: "BigQuery API", says: "not allowed: Access Denied", exitCode: exitNotAllowed},
		"broken configuration": {ill: func(c *clinic) {
			if err := os.WriteFile(os.Getenv("PGB_CONFIG"), []byte("projekt: x\n"), 0o600); err != nil {
				c.t.Fatal(err)
			}
		}, check: "configuration", says: "", exitCode: exitUsage},
	} {
		t.Run(name, func(t *testing.T) {
			c := newClinic(t)
			if one.ill != nil {
				one.ill(c)
			}
			lines, err := c.visit(one.flags)
			if line := lineOf(lines, one.check); !strings.HasPrefix(line, "!!  "+one.check+": "+one.says) {
				t.Errorf("%q in\n%s", line, strings.Join(lines, "\n"))
			}
			if exitCode(err) != one.exitCode || len(hints(err)) > 0 {
				t.Errorf("ended with %d: %v, %v", exitCode(err), err, hints(err))
			}
		})
	}
}

func TestDoctorTakesTheNewestTableThatIsThere(t *testing.T) {
	c := newClinic(t)
	var newest string
	c.tables = func(statement string) (int, string) {
		if strings.Contains(statement, "FROM") && newest == "" {
			newest = statement
		}
		if statement == newest {
			return 404, `{"error":{"code":404,"message":"Not found: Table","errors":[{"reason":"notFound"}]}}`
		}
		return 0, ""
	}
	lines, err := c.visit(nil)
	tables := probedTables(registry.Default())
	if err != nil || !strings.Contains(newest, tables[0]) || lineOf(lines, "tables") != "ok  tables: "+tables[1]+" can be read" {
		t.Errorf("asked %s and said %q, ended with %v", newest, lineOf(lines, "tables"), err)
	}
}

func TestDoctorGivesJSON(t *testing.T) {
	c := newClinic(t)
	c.permissions = nil
	lines, err := c.visit(func(_ *app, f *doctorFlags) { f.json = true })
	var got struct {
		Checks   []doctor.Result
		Problems int
	}
	if len(lines) != 1 || json.Unmarshal([]byte(lines[0]), &got) != nil || got.Problems != 4 || len(got.Checks) < 15 || exitCode(err) != exitNotAllowed {
		t.Errorf("%d lines, %+v, %v", len(lines), got, err)
	}
}

func TestDoctorEndsAtCtrlC(t *testing.T) {
	c := newClinic(t)
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errInterrupted)
	if _, err := c.visit(func(a *app, _ *doctorFlags) { a.ctx = ctx }); exitCode(err) != exitInterrupted {
		t.Errorf("ended with %v", err)
	}
}
