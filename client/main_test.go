package client_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"go.uber.org/goleak"
)

// TestMain keeps the sandbox's archive of the tests apart from the user's.
func TestMain(m *testing.M) {
	folder, err := os.MkdirTemp("", "pgb-client-test-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	for name, value := range map[string]string{
		"HOME": folder, "XDG_CACHE_HOME": filepath.Join(folder, "cache"), "XDG_DATA_HOME": filepath.Join(folder, "data"),
		"LocalAppData": filepath.Join(folder, "local"),
	} {
		if err := os.Setenv(name, value); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	goleak.VerifyTestMain(m, goleak.Cleanup(func(code int) {
		if err := os.RemoveAll(folder); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
		os.Exit(code)
	}))
}
