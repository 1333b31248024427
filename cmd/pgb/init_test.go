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
	return answerInitOver(t, "", variables, answers)
}

// answerInitOver is answerInit where a configuration is there, unless it is empty.
func answerInitOver(t *testing.T, there string, variables map[string]string, answers string) (c config.Config, said string, err error) {
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
	if there != "" {
		if err := os.WriteFile(path, []byte(there), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	was, err := config.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	if err = askForInit(a, was); err == nil {
		err = writeInit(a, path, was, true, false)
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
	c, said, err := answerInit(t, nil, "\n\n")
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
	c, said, err := answerInit(t, map[string]string{"GOOGLE_CLOUD_PROJECT": "p"}, "both\n2\nbad project!\n\ncloud\nnothere/x.db\nnight.db\n")
	if err != nil || c.Project != "p" || filepath.Base(c.Archive) != "night.db" || !filepath.IsAbs(c.Archive) {
		t.Errorf("wrote %+v, %v", c, err)
	}
	if strings.Count(said, "1 or 2") != 2 || strings.Count(said, "bigquery, local or a file [") != 3 || strings.Count(said, "your project's id") != 2 {
		t.Errorf("said\n%s", said)
	}
}

func TestInitSaysWhyItAsksAgain(t *testing.T) {
	_, said, _ := answerInit(t, map[string]string{"GOOGLE_CLOUD_PROJECT": "p"}, "my-project\n2\nbad project!\n\ncloud\nnothere/x.db\n\n")
	for _, why := range []string{"my-project is neither 1 nor 2; ", "bad project! is no project's id: ", "cloud is no archive: ", "there is no folder "} {
		if !strings.Contains(said, why) {
			t.Errorf("%q is not said:\n%s", why, said)
		}
	}
}

func TestInitAsksBeforeItReplacesWhatIsThere(t *testing.T) {
	there := "# mine\nproject: old\narchive: local\nusd_per_tib: 5.5\n"
	c, said, err := answerInitOver(t, there, nil, "2\nnew\n\nn\n")
	if err != nil || c.Project != "old" || !strings.Contains(said, "project new (was old)") || !strings.Contains(said, "nothing was written") {
		t.Errorf("no wrote %+v, %v:\n%s", c, err, said)
	}
	c, said, err = answerInitOver(t, there, nil, "2\nnew\n\ny\n")
	if err != nil || c.Project != "new" || c.Archive != "local" || c.USDPerTiB != 5.5 || !strings.Contains(said, "changed ") {
		t.Errorf("yes wrote %+v, %v:\n%s", c, err, said)
	}
	if c, said, err = answerInitOver(t, there, nil, "\n\n\n"); err != nil || c.Project != "old" || !strings.Contains(said, "says that already") {
		t.Errorf("the same again wrote %+v, %v:\n%s", c, err, said)
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
