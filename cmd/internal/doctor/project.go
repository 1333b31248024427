package doctor

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/mwvgroup/pgb/client/stream/pubsub"
)

// permission is one that pgb needs in the user's project.
type permission struct {
	name, role, why string
}

// permissions are what streams and lookups need in the user's project.
var permissions = []permission{
	{"pubsub.subscriptions.create", "roles/pubsub.editor", "streams make a subscription"},
	{"pubsub.subscriptions.consume", "roles/pubsub.subscriber", "streams read it"},
	{"pubsub.subscriptions.delete", "roles/pubsub.editor", "temporary ones are deleted at the end"},
	{"bigquery.jobs.create", "roles/bigquery.jobUser", "lookups run queries"},
}

// ProjectChecks checks that the project exists, and each permission in it by
// itself.
func (g *Google) ProjectChecks() []Check {
	checks := []Check{{Name: "project", Needs: []string{"token"}, Run: g.describeProject}}
	var have []string
	var failed error
	asked := false
	for _, p := range permissions {
		checks = append(checks, Check{Name: p.name, Needs: []string{"token"}, Run: func(ctx context.Context) (string, error) {
			if !asked {
				asked = true
				have, failed = g.allowed(ctx)
			}
			switch {
			case failed != nil:
				return "", skip("can't be asked for (%v): what follows shows it", failed)
			case slices.Contains(have, p.name):
				return p.why, nil
			}
			return "", finding(&pubsub.PermissionError{Permission: p.name, Resource: "projects/" + g.Project},
				fmt.Sprintf("an owner types gcloud projects add-iam-policy-binding %s --member %s --role %s", g.Project, orDefault(g.member, "user:YOU"), p.role))
		}})
	}
	return checks
}

func (g *Google) describeProject(ctx context.Context) (string, error) {
	var project struct {
		Name  string `json:"name"` // projects/NUMBER
		State string `json:"state"`
	}
	err := g.ask(ctx, http.MethodGet, "", nil, &project)
	var said *serviceError
	switch {
	case errors.As(err, &said) && said.disabled():
		return g.Project + " (the Cloud Resource Manager API is not enabled, so no more is known of it)", nil
	case errors.As(err, &said) && said.Code == http.StatusForbidden:
		return "", skip("%s is not there or not for these credentials to see: what follows shows it", g.Project)
	case errors.As(err, &said) && said.Code == http.StatusNotFound:
		return "", finding(&pubsub.NotFoundError{Kind: "project", Name: g.Project, Err: err}, "gcloud projects list shows yours; name one with --project, or pgb init")
	case err != nil:
		return "", err
	case project.State != "" && project.State != "ACTIVE":
		return "", finding(fmt.Errorf("%s is %s", g.Project, strings.ToLower(project.State)), "name another one with --project, or pgb init")
	}
	return g.Project + ", number " + strings.TrimPrefix(project.Name, "projects/"), nil
}

// allowed asks which of the permissions there are.
func (g *Google) allowed(ctx context.Context) ([]string, error) {
	var names []string
	for _, p := range permissions {
		names = append(names, p.name)
	}
	body, err := json.Marshal(map[string][]string{"permissions": names})
	if err != nil {
		return nil, err
	}
	var answer struct {
		Permissions []string `json:"permissions"`
	}
	err = g.ask(ctx, http.MethodPost, ":testIamPermissions", body, &answer)
	var said *serviceError
	if errors.As(err, &said) && said.disabled() {
		return nil, errors.New("the Cloud Resource Manager API is not enabled")
	}
	return answer.Permissions, err
}

// ask asks the Cloud Resource Manager about the project.
func (g *Google) ask(ctx context.Context, method, verb string, body []byte, into any) error {
	address := orDefault(g.Resources, "https://cloudresourcemanager.googleapis.com") + "/v3/projects/" + g.Project + verb
	asked, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(body))
	if err != nil {
		return err
	}
	asked.Header.Set("Authorization", "Bearer "+g.token)
	asked.Header.Set("Content-Type", "application/json")
	if found, err := g.detect(ctx); err == nil {
		if payer, err := found.QuotaProjectID(ctx); err == nil && payer != "" {
			asked.Header.Set("X-Goog-User-Project", payer)
		}
	}
	return answerOf(asked, into)
}
