package shareddata

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// STIL gives the class path of STIL, the Starlink Tables Infrastructure Library:
// PGB_STIL, or the folder .stil that make stil makes. Without it or without java
// the test is skipped with a line that says so; with CI=true it fails.
func STIL(t testing.TB) (classPath string) {
	t.Helper()
	_, err := exec.LookPath("java")
	classPath = os.Getenv("PGB_STIL")
	for dir, _ := os.Getwd(); classPath == "" && dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if jars, _ := filepath.Glob(filepath.Join(dir, ".stil", "*.jar")); len(jars) > 0 {
			classPath = filepath.Join(dir, ".stil", "*")
		}
	}
	if err == nil && classPath != "" {
		return classPath
	}
	const how = "no java with STIL: make stil, or set PGB_STIL to its class path"
	if os.Getenv("CI") == "true" {
		t.Fatal(how)
	}
	t.Skip(how)
	return ""
}
