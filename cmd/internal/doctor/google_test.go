package doctor

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// services are Google's services in this process.
type services struct {
	*httptest.Server
	date        time.Time // of every answer
	refuseToken bool
	email       string
	project     string // answer about the project
	status      int    // of it
	permissions []string
	payer       string // of the last question about the project
}

// disabledAnswer is what a service says whose API is not enabled.
const disabledAnswer = `{"error":{"code":403,"message":"Cloud Resource Manager API has not been used in project 1 before or it is disabled.","status":"PERMISSION_DENIED","details":[{"reason":"SERVICE_DISABLED"}]}}`

func newServices(t *testing.T) (*services, *Google) {
	t.Helper()
	s := &services{date: time.Now(), email: "somebody@example.org", project: `{"name":"projects/415","projectId":"my-project","state":"ACTIVE"}`, status: 200}
	s.Server = httptest.NewServer(http.HandlerFunc(s.serve))
	t.Cleanup(s.Close)
	return s, &Google{
		Project: "my-project", Reach: s.URL + "/reach", Token: s.URL + "/token", TokenInfo: s.URL + "/tokeninfo", Resources: s.URL + "/resources", Now: time.Now,
	}
}

func (s *services) serve(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Date", s.date.UTC().Format(http.TimeFormat))
	w.Header().Set("Content-Type", "application/json")
	switch r.URL.Path {
	case "/reach":
	case "/token":
		if s.refuseToken {
			w.WriteHeader(http.StatusBadRequest)
			fmt.Fprint(w, `{"error":"invalid_grant","error_description":"Token has been expired or revoked."}`)
			return
		}
		fmt.Fprint(w, `{"access_token":"secret-token","expires_in":3600,"token_type":"Bearer"}`)
	case "/tokeninfo":
		if r.URL.RawQuery != "" || r.PostFormValue("access_token") != "secret-token" {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		_ = json.NewEncoder(w).Encode(map[string]string{"email": s.email})
	case "/resources/v3/projects/my-project", "/resources/v3/projects/my-project:testIamPermissions":
		s.payer = r.Header.Get("X-Goog-User-Project")
		if r.Header.Get("Authorization") != "Bearer secret-token" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		w.WriteHeader(s.status)
		if r.Method == http.MethodPost && s.status == 200 {
			_ = json.NewEncoder(w).Encode(map[string][]string{"permissions": s.permissions})
			return
		}
		fmt.Fprint(w, s.project)
	default:
		w.WriteHeader(http.StatusNotFound)
	}
}

// signedIn gives the test the credentials of a person.
func signedIn(t *testing.T, more string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "credentials.json")
	text := `{"type":"authorized_user","client_id":"id","client_secret":"s","refresh_token":"r"` + more + `}`
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("GOOGLE_APPLICATION_CREDENTIALS", path)
}

func all(g *Google) []Check {
	checks := append(g.Network(), g.Credentials()...)
	return append(checks, g.ProjectChecks()...)
}

// steady replaces what differs from run to run.
func steady(lines []string) []string {
	for i, line := range lines {
		if strings.HasPrefix(line, "ok  network: ") {
			lines[i] = "ok  network"
		}
	}
	return lines
}

func TestAProjectWithEverythingIsWell(t *testing.T) {
	s, g := newServices(t)
	signedIn(t, `,"quota_project_id":"payer"`)
	for _, p := range permissions {
		s.permissions = append(s.permissions, p.name)
	}
	want(t, steady(run(t, all(g)...)),
		"ok  network",
		"ok  clock: as the service's",
		"ok  credentials: user, of GOOGLE_APPLICATION_CREDENTIALS, quota project payer",
		"ok  token: given, for 1h0m0s, to somebody@example.org",
		"ok  project: my-project, number 415",
		"ok  pubsub.subscriptions.create: streams make a subscription",
		"ok  pubsub.subscriptions.consume: streams read it",
		"ok  pubsub.subscriptions.delete: temporary ones are deleted at the end",
		"ok  bigquery.jobs.create: lookups run queries",
	)
	if s.payer != "payer" {
		t.Errorf("questions were counted for %q", s.payer)
	}
}

func TestEachMissingPermissionHasItsRole(t *testing.T) {
	s, g := newServices(t)
	signedIn(t, "")
	s.permissions = []string{"pubsub.subscriptions.create", "pubsub.subscriptions.consume"}
	got := run(t, all(g)...)
	want(t, got[len(got)-2:],
		"!!  pubsub.subscriptions.delete: permission pubsub.subscriptions.delete is missing on projects/my-project: an owner types gcloud projects add-iam-policy-binding my-project --member user:somebody@example.org --role roles/pubsub.editor",
		"!!  bigquery.jobs.create: permission bigquery.jobs.create is missing on projects/my-project: an owner types gcloud projects add-iam-policy-binding my-project --member user:somebody@example.org --role roles/bigquery.jobUser",
	)
	if !strings.Contains(got[2], "no quota project (gcloud auth application-default set-quota-project my-project sets one)") {
		t.Error(got[2])
	}
}

func TestAProjectCanBeOutOfSight(t *testing.T) {
	for name, c := range map[string]struct {
		status  int
		answer  string
		project string
		first   string // of the permissions
	}{
		"disabled": {403, disabledAnswer, "ok  project: my-project (the Cloud Resource Manager API is not enabled",
			"--  pubsub.subscriptions.create: can't be asked for (the Cloud Resource Manager API is not enabled): what follows shows it"},
		"forbidden": {403, `{"error":{"code":403,"message":"The caller does not have permission"}}`, "--  project: my-project is not there or not for these credentials to see",
			"--  pubsub.subscriptions.create: can't be asked for (The caller does not have permission): what follows shows it"},
		"missing": {404, `{"error":{"code":404,"message":"not found"}}`, "!!  project: project my-project does not exist: gcloud projects list", "--  "},
		"deleted": {200, `{"name":"projects/4","state":"DELETE_REQUESTED"}`, "!!  project: my-project is delete_requested: name another", "!!  "},
		"no JSON": {502, `<html>`, "!!  project: 502 Bad Gateway", "--  "},
	} {
		s, g := newServices(t)
		signedIn(t, "")
		s.status, s.project = c.status, c.answer
		got := run(t, all(g)...)
		if !strings.HasPrefix(got[4], c.project) || !strings.HasPrefix(got[5], c.first) {
			t.Errorf("%s:\n%s", name, strings.Join(got, "\n"))
		}
	}
}

func TestCredentialsThatDoNotWorkAreTold(t *testing.T) {
	s, g := newServices(t)
	signedIn(t, "")
	s.refuseToken = true
	got := run(t, all(g)...)
	if !strings.HasPrefix(got[3], "!!  token: no valid Google Cloud credentials: ") || !strings.HasSuffix(got[3], ", or unset GOOGLE_APPLICATION_CREDENTIALS to use gcloud's login") {
		t.Error(got[3])
	}
	if got[4] != "--  project: can't be told without token" {
		t.Error(got[4])
	}
	broken := filepath.Join(t.TempDir(), "broken.json")
	if err := os.WriteFile(broken, []byte("{\"type\": \n\n}"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{filepath.Join(t.TempDir(), "none.json"), broken} {
		t.Setenv("GOOGLE_APPLICATION_CREDENTIALS", file)
		_, g = newServices(t)
		got := run(t, g.Credentials()...)[0]
		if !strings.HasPrefix(got, "!!  credentials: no valid Google Cloud credentials: "+file+": ") || !strings.HasSuffix(got, ": mend "+file+", or unset GOOGLE_APPLICATION_CREDENTIALS to use gcloud's login") {
			t.Error(got)
		}
	}
}

func TestNoTokenIsEverShown(t *testing.T) {
	_, g := newServices(t)
	signedIn(t, "")
	for _, line := range run(t, all(g)...) {
		if strings.Contains(line, "secret-token") {
			t.Error(line)
		}
	}
}

func TestTheClockIsHeldAgainstTheService(t *testing.T) {
	for name, c := range map[string]struct {
		ahead time.Duration // of the service
		want  string
	}{
		"same":        {0, "ok  clock: as the service's"},
		"some behind": {20 * time.Second, "ok  clock: "},
		"far behind":  {5 * time.Minute, "!!  clock: "},
		"far ahead":   {-time.Hour, "!!  clock: "},
	} {
		s, g := newServices(t)
		s.date = time.Now().Add(c.ahead)
		got := run(t, g.Network()...)[1]
		if !strings.HasPrefix(got, c.want) {
			t.Errorf("%s: %s", name, got)
		}
		if c.ahead > 0 && !strings.Contains(got, " behind the service's") || c.ahead < 0 && !strings.Contains(got, " ahead of the service's") {
			t.Errorf("%s: %s", name, got)
		}
	}
}

func TestWithoutANetworkTheRestIsLeftOut(t *testing.T) {
	s, g := newServices(t)
	signedIn(t, "")
	s.Close()
	got := run(t, all(g)...)
	if !strings.HasPrefix(got[0], "!!  network: 127.0.0.1:") || !strings.Contains(got[0], "can't be reached") || !strings.Contains(got[0], "HTTPS_PROXY") {
		t.Error(got[0])
	}
	want(t, got[1:2], "--  clock: can't be told without network")
	want(t, got[3:5], "--  token: can't be told without network", "--  project: can't be told without token")
}
