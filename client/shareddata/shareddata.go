// Package shareddata finds the real packets and reference values that tests and
// benchmarks read in place. They are not part of the repository.
package shareddata

import (
	"os"
	"path/filepath"
	"testing"
)

// Dir gives the folder of shared data: PGB_TEST_DATA, or shared/data beside the
// repository. Where there is none the test is skipped with a line that says so;
// with CI=true it fails.
func Dir(t testing.TB) string {
	t.Helper()
	if dir, ok := find(); ok {
		return dir
	}
	const how = "no reference data: set PGB_TEST_DATA to a folder with alerts/ and reference/, or put it at ../shared/data beside the repository"
	if os.Getenv("CI") == "true" {
		t.Fatal(how)
	}
	t.Skip(how)
	return ""
}

func find() (string, bool) {
	if dir := os.Getenv("PGB_TEST_DATA"); dir != "" {
		return dir, isDir(filepath.Join(dir, "alerts"))
	}
	dir, err := os.Getwd()
	if err != nil {
		return "", false
	}
	for ; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			data := filepath.Join(filepath.Dir(dir), "shared", "data")
			if isDir(filepath.Join(data, "alerts")) {
				return data, true
			}
		}
		if dir == filepath.Dir(dir) {
			return "", false
		}
	}
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}
