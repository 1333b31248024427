package signin_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"cloud.google.com/go/auth/credentials"

	"github.com/mwvgroup/pgb/client/signin"
	"github.com/mwvgroup/pgb/client/signin/signintest"
)

// fetch has a service account's key give a token that an address hands out.
func fetch(t *testing.T, address string) error {
	t.Helper()
	file, err := os.ReadFile(signintest.KeyFile(t, address))
	if err != nil {
		t.Fatal(err)
	}
	found, err := credentials.NewCredentialsFromJSON(credentials.ServiceAccount, file, &credentials.DetectOptions{Scopes: []string{"a"}})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	_, err = found.Token(ctx)
	if err == nil {
		t.Fatal("a token was given")
	}
	return err
}

// answers gives the address of a server that always answers the same.
func answers(t *testing.T, code int, body string) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(code)
		fmt.Fprint(w, body)
	}))
	t.Cleanup(s.Close)
	return s.URL
}

func TestOnlyAnAnswerRefusesCredentials(t *testing.T) {
	nobody := signintest.Closed(t)
	untrusted := httptest.NewTLSServer(http.NotFoundHandler())
	t.Cleanup(untrusted.Close)
	for name, c := range map[string]struct {
		address  string
		refused  bool
		inReason string
	}{
		"closed port":     {"http://" + nobody + "/token", false, nobody},
		"untrusted":       {untrusted.URL, false, "certificate"},
		"no TLS":          {strings.Replace(answers(t, 200, "{}"), "http:", "https:", 1), false, "HTTP response to HTTPS client"},
		"refused":         {answers(t, 400, `{"error":"invalid_grant"}`), true, ""},
		"refused, barely": {answers(t, 401, `no`), true, ""},
		"in trouble":      {answers(t, 502, `<html>`), false, "502"},
	} {
		t.Run(name, func(t *testing.T) {
			err := fetch(t, c.address)
			for form, err := range map[string]error{"typed": err, "text": errors.New("transport: per-RPC creds failed due to error: " + err.Error())} {
				if form == "text" && name == "in trouble" {
					continue // a text does not tell it from a refusal
				}
				if got := signin.IsRefused(err); got != c.refused {
					t.Errorf("%s: refused is %v: %v", form, got, err)
				}
				if got := signin.IsUnreached(err); got == c.refused {
					t.Errorf("%s: unreached is %v: %v", form, got, err)
				}
			}
			if cause := signin.Cause(err).Error(); !strings.Contains(cause, c.inReason) || strings.Contains(cause, "Post ") {
				t.Errorf("the cause is %q", cause)
			}
		})
	}
}
