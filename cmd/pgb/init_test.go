package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mwvgroup/pgb/cmd/internal/config"
	"github.com/mwvgroup/pgb/cmd/internal/render"
)

// answerInit answers the questions of pgb init, and gives what it wrote and said.
func answerInit(t *testing.T, variables map[string]string, answers string) (c config.Config, said string, err error) {
	t.Helper()
	folder := t.TempDir()
	t.Setenv("HOME", folder) // where Google's tools keep credentials
	t.Setenv("NO_GCE_CHECK", "true")
	path := filepath.Join(folder, "pgb.yaml")
	var out, notes bytes.Buffer
	a := &app{
		ctx: t.Context(), stop: make(chan struct{}), stdin: strings.NewReader(answers), screen: &render.Screen{Out: &out, Err: &notes},
		getenv: func(name string) string {
			if name == "PGB_CONFIG" {
				return path
			}
			return variables[name]
		},
	}
	if err = askForInit(a); err == nil {
		err = writeInit(a)
	}
	if out.Len() > 0 {
		t.Errorf("standard output got %q", out.String())
	}
	if _, missing := os.Stat(path); missing == nil {
		if c, missing = config.Load(path); missing != nil {
			t.Fatal(missing)
		}
	}
	return c, notes.String(), err
}

func TestInitTakesTheSandboxForAnEmptyAnswer(t *testing.T) {
	c, said, err := answerInit(t, nil, "\n")
	if err != nil || !c.Sandbox || c.Project != "" {
		t.Errorf("wrote %+v, %v", c, err)
	}
	if !strings.Contains(said, "1 or 2 [1]: ") || !strings.Contains(said, "next: pgb stream --topic classifications") {
		t.Errorf("said\n%s", said)
	}
}

func TestInitAsksForTheProjectAndTheArchive(t *testing.T) {
	c, said, err := answerInit(t, map[string]string{"GOOGLE_CLOUD_PROJECT": "offered"}, "2\nmy-project\nlocal\n")
	if err != nil || c.Sandbox || c.Project != "my-project" || c.Archive != "local" {
		t.Errorf("wrote %+v, %v", c, err)
	}
	if !strings.Contains(said, "your project's id [offered]: ") || !strings.Contains(said, "next: pgb doctor") {
		t.Errorf("said\n%s", said)
	}
	if c, _, err = answerInit(t, map[string]string{"GOOGLE_CLOUD_PROJECT": "offered"}, "2\n\n\n"); err != nil || c.Project != "offered" || c.Archive != "bigquery" {
		t.Errorf("empty answers wrote %+v, %v", c, err)
	}
}

func TestInitAsksAgainWhereAnAnswerIsNone(t *testing.T) {
	c, said, err := answerInit(t, map[string]string{"GOOGLE_CLOUD_PROJECT": "p"}, "both\n2\n\ncloud\nnight.db\n")
	if err != nil || c.Project != "p" || filepath.Base(c.Archive) != "night.db" || !filepath.IsAbs(c.Archive) {
		t.Errorf("wrote %+v, %v", c, err)
	}
	if strings.Count(said, "1 or 2") != 2 || strings.Count(said, "local or a file") != 2 {
		t.Errorf("said\n%s", said)
	}
}

func TestInitWritesNothingWhereTheInputEnds(t *testing.T) {
	for _, answers := range []string{"", "2\np\n"} {
		c, _, err := answerInit(t, nil, answers)
		if exitCode(err) != exitUsage || c.Sandbox || c.Project != "" {
			t.Errorf("%q wrote %+v, ended with %v", answers, c, err)
		}
	}
}
