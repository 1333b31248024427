package bigquery

import (
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/mwvgroup/pgb/client/signin/signintest"
)

// Where nothing listens the library would try for ever.
func TestAServiceThatDoesNotAnswerIsGivenUp(t *testing.T) {
	address := signintest.Closed(t)
	a, err := Open(t.Context(), Options{Project: "somebody-who-pays", Address: address})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	a.patience = 200 * time.Millisecond
	if _, err = a.Tables(t.Context()); !errors.Is(err, ErrUnavailable) || !strings.Contains(err.Error(), address+": dial tcp") {
		t.Errorf("tables: %v", err)
	}
	if _, err = a.SQL(t.Context(), "select 1 as one", 0); !errors.Is(err, ErrUnavailable) {
		t.Errorf("SQL: %v", err)
	}
}

// A key is no worse for nobody having been asked for a token.
func TestWithoutANetworkCredentialsAreNotBlamed(t *testing.T) {
	t.Setenv(EmulatorHost, "")
	untrusted := httptest.NewUnstartedServer(http.NotFoundHandler())
	untrusted.Config.ErrorLog = log.New(io.Discard, "", 0)
	untrusted.StartTLS()
	defer untrusted.Close()
	for name, tokens := range map[string]string{"tried again": "http://" + signintest.Closed(t), "not tried again": untrusted.URL} {
		t.Setenv("GOOGLE_APPLICATION_CREDENTIALS", signintest.KeyFile(t, tokens))
		a, err := Open(t.Context(), Options{Project: "somebody-who-pays"})
		if err != nil {
			t.Fatal(err)
		}
		defer a.Close()
		a.patience = 200 * time.Millisecond
		if _, err = a.Tables(t.Context()); !errors.Is(err, ErrUnavailable) || errors.Is(err, ErrNoCredentials) {
			t.Errorf("%s: tables: %v", name, err)
		}
		if _, err = a.SQL(t.Context(), "select 1 as one", 0); !errors.Is(err, ErrUnavailable) {
			t.Errorf("%s: SQL: %v", name, err)
		}
	}
}
