package config

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestEverySettingIsAFieldOfTheFile(t *testing.T) {
	var fields []string
	kind := reflect.TypeFor[Config]()
	for i := range kind.NumField() {
		name, _, _ := strings.Cut(kind.Field(i).Tag.Get("yaml"), ",")
		fields = append(fields, name)
	}
	if got := Names(); !reflect.DeepEqual(got, fields) {
		t.Errorf("the settings are %v, the fields %v", got, fields)
	}
	for _, s := range Settings() {
		path := filepath.Join(t.TempDir(), "config.yaml")
		if err := os.WriteFile(path, []byte(s.Name+": "+s.Example+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		c, err := Load(path)
		if err != nil {
			t.Errorf("the example of %s: %v", s.Name, err)
		}
		if c.Value(s.Name) == "" {
			t.Errorf("%s: %s has no value", s.Name, s.Example)
		}
	}
}

func TestASavedFileExplainsWhatItDoesNotSay(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config.yaml")
	if err := Save(path, Config{Project: "p", Registry: []string{"a.yaml", "b.yaml"}}); err != nil {
		t.Fatal(err)
	}
	text := read(t, path)
	for _, want := range []string{"\nproject: p\n", "\n# sandbox: true\n", "\nregistry: [a.yaml, b.yaml]\n", "# how much BigQuery may bill for one command (default: 50GiB)\n"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in\n%s", want, text)
		}
	}
}

func TestAnEditKeepsTheRestOfTheFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config.yaml")
	if err := os.WriteFile(path, []byte("# mine\nproject: old # of the institute\nregistry: [a.yaml]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, value := range map[string]string{"project": "new", "max_bytes": "2GB", "usd_per_tib": "5.5"} {
		if err := Edit(path, name, value); err != nil {
			t.Fatal(err)
		}
	}
	c, err := Load(path)
	if err != nil {
		t.Fatal(err)
	}
	want := Config{Project: "new", MaxBytes: "2GB", USDPerTiB: 5.5, Registry: []string{filepath.Join(filepath.Dir(path), "a.yaml")}}
	if !reflect.DeepEqual(c, want) {
		t.Errorf("gave %+v, want %+v", c, want)
	}
	if text := read(t, path); !strings.HasPrefix(text, "# mine\n") || !strings.Contains(text, "project: new # of the institute\n") {
		t.Errorf("comments are lost:\n%s", text)
	}
	if err := Edit(path, "project", ""); err != nil {
		t.Fatal(err)
	}
	if c, err = Load(path); err != nil || c.Project != "" || c.MaxBytes != "2GB" {
		t.Errorf("after taking it out: %+v, %v", c, err)
	}
}

func TestAnEditKeepsTheFileAsItIsWritten(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config.yaml")
	if err := Save(path, Config{Sandbox: true}); err != nil {
		t.Fatal(err)
	}
	was := read(t, path)
	if err := EditAll(path, Change{"sandbox", ""}, Change{"project", "my-project"}); err != nil {
		t.Fatal(err)
	}
	want := strings.Replace(strings.Replace(was, "\nsandbox: true\n", "\n# sandbox: true\n", 1), "\n# project: my-project\n", "\nproject: my-project\n", 1)
	if text := read(t, path); text != want {
		t.Errorf("gave\n%s\nwant\n%s", text, want)
	}
	odd := "registry: # all of them\n  - a.yaml\n  - b.yaml\n\n# of the institute\nproject: p\n"
	if err := os.WriteFile(path, []byte(odd), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := EditAll(path, Change{"registry", ""}, Change{"max_bytes", "2GB"}); err != nil {
		t.Fatal(err)
	}
	if c, err := Load(path); err != nil || !reflect.DeepEqual(c, Config{Project: "p", MaxBytes: "2GB"}) || !strings.Contains(read(t, path), "# of the institute\n") {
		t.Errorf("a list of lines: %+v, %v\n%s", c, err, read(t, path))
	}
}

func TestEditsAreMadeAllOrNone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config.yaml")
	var wrong *ValueError
	if err := EditAll(path, Change{"sandbox", "true"}, Change{"project", "bad project!"}); !errors.As(err, &wrong) || wrong.Name != "project" {
		t.Error(err)
	}
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Error("a refused edit leaves a file")
	}
}

func TestAnEditOfNoFileOrOfCommentsMakesOne(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sub", "config.yaml")
	if err := Edit(path, "sandbox", "true"); err != nil {
		t.Fatal(err)
	}
	if c, err := Load(path); err != nil || !c.Sandbox {
		t.Errorf("gave %+v, %v", c, err)
	}
	if text := read(t, path); !strings.Contains(text, "# project: my-project\n") {
		t.Errorf("the file does not explain itself:\n%s", text)
	}
}

func TestAnEditRefusesWhatCanNotBe(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config.yaml")
	var unknown *UnknownError
	if err := Edit(path, "projekt", "x"); !errors.As(err, &unknown) {
		t.Errorf("gave %v", err)
	}
	for name, value := range map[string]string{"sandbox": "perhaps", "usd_per_tib": "-3"} {
		var wrong *ValueError
		if err := Edit(path, name, value); !errors.As(err, &wrong) || wrong.Name != name {
			t.Errorf("%s %s: %v", name, value, err)
		}
	}
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Error("a refused edit leaves a file")
	}
}
