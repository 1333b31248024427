package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mwvgroup/pgb/cmd/internal/render"
)

// Homebrew installs the man pages that its cask names, one by one.
func TestTheCaskNamesEveryManPage(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join("..", "..", ".goreleaser.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	wanted := map[string]bool{}
	for cmd := range commands(newRoot(&app{screen: &render.Screen{}})) {
		if cmd.IsAvailableCommand() || !cmd.HasParent() {
			wanted["- man/"+strings.ReplaceAll(cmd.CommandPath(), " ", "-")+".1.gz"] = true
		}
	}
	if len(wanted) < 30 {
		t.Errorf("there are %d pages only", len(wanted))
	}
	for line := range strings.Lines(string(raw)) {
		if line = strings.TrimSpace(line); strings.HasPrefix(line, "- man/") && !wanted[line] {
			t.Errorf("the cask names a page that there is none of: %s", line)
		}
		delete(wanted, line)
	}
	for page := range wanted {
		t.Errorf("the cask does not name: %s", page)
	}
}
