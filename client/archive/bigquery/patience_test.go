package bigquery

import (
	"errors"
	"net"
	"strings"
	"testing"
	"time"
)

// Where nothing listens the library would try for ever.
func TestAServiceThatDoesNotAnswerIsGivenUp(t *testing.T) {
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := closed.Addr().String()
	if err := closed.Close(); err != nil {
		t.Fatal(err)
	}
	a, err := Open(t.Context(), Options{Project: "somebody-who-pays", Address: address})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	a.patience = 200 * time.Millisecond
	if _, err = a.Tables(t.Context()); !errors.Is(err, ErrUnavailable) || !strings.Contains(err.Error(), address) {
		t.Errorf("tables: %v", err)
	}
	if _, err = a.SQL(t.Context(), "select 1 as one", 0); !errors.Is(err, ErrUnavailable) {
		t.Errorf("SQL: %v", err)
	}
}
