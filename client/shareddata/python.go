package shareddata

import (
	"os"
	"path/filepath"
	"testing"
)

// Python gives a Python interpreter that has google-cloud-pubsub and fastavro:
// PGB_PYTHON, or the one in .venv that make python makes. Without one the test
// is skipped with a line that says so; with CI=true it fails.
func Python(t testing.TB) string {
	t.Helper()
	if path := os.Getenv("PGB_PYTHON"); path != "" {
		return path
	}
	for dir, _ := os.Getwd(); ; dir = filepath.Dir(dir) {
		path := filepath.Join(dir, ".venv", "bin", "python")
		if _, err := os.Stat(path); err == nil {
			return path
		}
		if dir == filepath.Dir(dir) {
			break
		}
	}
	const how = "no Python with google-cloud-pubsub and fastavro: make python, or set PGB_PYTHON"
	if os.Getenv("CI") == "true" {
		t.Fatal(how)
	}
	t.Skip(how)
	return ""
}
