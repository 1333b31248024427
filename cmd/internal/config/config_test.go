package config

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// environ gives variables from a map.
func environ(pairs map[string]string) func(string) string {
	return func(name string) string { return pairs[name] }
}

func TestWhatIsSavedIsLoaded(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a", "b", "config.yaml")
	for _, want := range []Config{{}, {Project: "my-project"}, {Sandbox: true}} {
		if err := Save(path, want); err != nil {
			t.Fatal(err)
		}
		got, err := Load(path)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("saved %+v, loaded %+v", want, got)
		}
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(string(text), "# pgb's configuration.") {
			t.Errorf("the file does not explain itself:\n%s", text)
		}
	}
}

func TestNoFileIsAnEmptyConfiguration(t *testing.T) {
	got, err := Load(filepath.Join(t.TempDir(), "none.yaml"))
	if err != nil || !reflect.DeepEqual(got, Config{}) {
		t.Errorf("gave %+v, %v", got, err)
	}
}

func TestPathsAreRelativeToTheFile(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "config.yaml")
	absolute := filepath.Join(folder, "elsewhere", "topics.yaml")
	text := "registry: [mine.yaml, " + absolute + "]\nschemas: avsc\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	got, err := Load(path)
	if err != nil {
		t.Fatal(err)
	}
	want := Config{Registry: []string{filepath.Join(folder, "mine.yaml"), absolute}, Schemas: filepath.Join(folder, "avsc")}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("gave %+v, want %+v", got, want)
	}
}

func TestMistakesNameTheFileInOneLine(t *testing.T) {
	for _, text := range []string{"projekt: x\n", "sandbox: perhaps\n", "sandbox: [\n", "- a\n", "registry: 5\n"} {
		path := filepath.Join(t.TempDir(), "config.yaml")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := Load(path)
		if err == nil {
			t.Errorf("%q is taken", text)
			continue
		}
		if strings.Contains(err.Error(), "\n") || !strings.Contains(err.Error(), path) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestAMisspeltSettingIsNamedWithItsLine(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config.yaml")
	if err := os.WriteFile(path, []byte("# mine\nproject: p\nsandbx: true\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Load(path)
	var unknown *UnknownError
	if !errors.As(err, &unknown) || unknown.Name != "sandbx" || err.Error() != path+`: line 3: unknown setting "sandbx"` {
		t.Error(err)
	}
	if err := os.WriteFile(path, []byte("sandbox: perhaps\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = Load(path)
	var wrong *ValueError
	if !errors.As(err, &wrong) || wrong.Example != "true" || err.Error() != path+`: line 1: sandbox can't be "perhaps"` {
		t.Error(err)
	}
}

func TestAFileOfCommentsIsEmpty(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config.yaml")
	if err := os.WriteFile(path, []byte(heading), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err := Load(path); err != nil || !reflect.DeepEqual(got, Config{}) {
		t.Errorf("gave %+v, %v", got, err)
	}
}

func TestPlaces(t *testing.T) {
	if got, err := Path(environ(map[string]string{"PGB_CONFIG": "/x/y.yaml"})); err != nil || got != "/x/y.yaml" {
		t.Errorf("PGB_CONFIG: %s, %v", got, err)
	}
	if got, err := Path(environ(nil)); err != nil || !strings.HasSuffix(got, filepath.Join("pgb", "config.yaml")) {
		t.Errorf("the default is %s, %v", got, err)
	}
	if got, err := StatePath(environ(map[string]string{"XDG_STATE_HOME": "/s"})); err != nil || got != filepath.Join("/s", "pgb") {
		t.Errorf("XDG_STATE_HOME: %s, %v", got, err)
	}
	if got, err := StatePath(environ(nil)); err != nil || filepath.Base(got) != "pgb" {
		t.Errorf("the default for state is %s, %v", got, err)
	}
}
