//go:build unix

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mwvgroup/pgb/tui/screentest"
)

// shellsEnv names the shells that must be there for their completions to be
// tested, as in "bash zsh fish"; others are tested where they are found.
const shellsEnv = "PGB_TEST_SHELLS"

// bashCompletion is what bash's completions need, as distributions have it.
const bashCompletion = "/usr/share/bash-completion/bash_completion"

// typings are lines, and what a shell makes of each once Tab is pressed: it
// stands on the screen then. In bash a word that is whole ends its quotes.
var typings = []struct{ line, want string }{
	{"pgb strea", "pgb stream"},
	{"pgb stream --topic classi", "--topic classifications"},
	{"pgb topics show ztf-loo", "show ztf-loop"},
	{"pgb stream --topic ztf-alerts,lsst-sup", "--topic ztf-alerts,lsst-supernnova"},
	{"pgb stream --topic ztf-alerts --fields object_id,candidate.drbv", "--fields object_id,candidate.drbversion"},
	{"pgb stream --format pa", "--format parquet"},
	{"pgb lookup --archive big", "--archive bigquery"},
	{"pgb lookup --survey ls", "--survey lsst"},
	{"pgb lookup ZTF21abc --where 'mag < 20' --surv", "--survey"},
	{"pgb stream --where 'mag < 20 && lim_m", "'mag < 20 && lim_mag"},
	{`pgb stream --where "mag < 20 && log1`, `"mag < 20 && log10(`},
	{"pgb stream --topic ztf-alerts --where 'snr > 5 && candidate.drbv", "'snr > 5 && candidate.drbversion"},
	{`pgb stream --where 'p("SN I`, `'p("SN Ia"`},
	{"pgb lightcurve --where 'kin", "'kind"},
}

// inShell gives a shell on a terminal, ready for a line.
func inShell(t *testing.T, name string, setup string, args ...string) *screentest.Terminal {
	t.Helper()
	must := strings.Contains(" "+os.Getenv(shellsEnv)+" ", " "+name+" ")
	path, err := exec.LookPath(name)
	if name == "bash" && err == nil {
		_, err = os.Stat(bashCompletion)
	}
	if err != nil && !must {
		t.Skipf("%s with its completions is not here: %v", name, err)
	}
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "setup"), []byte(setup), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path, args...)
	cmd.Dir = folder
	cmd.Env = append(append(os.Environ(), environment(folder)...), "TERM=xterm", "PS1=ready> ", "HISTFILE=")
	term := screentest.Start(t, cmd, 200, 50)
	term.Type(". ./setup; printf '%s%s\\n' is ready", "enter")
	term.WaitForText("isready")
	return term
}

func TestBashCompletes(t *testing.T) {
	pressTab(t, inShell(t, "bash", ". "+bashCompletion+"\nbind 'set bell-style none'\n. <(pgb completion bash)\n", "--norc", "--noprofile", "-i"))
}

func TestZshCompletes(t *testing.T) {
	pressTab(t, inShell(t, "zsh", "autoload -Uz compinit\ncompinit -u -D\nsource <(pgb completion zsh)\n", "-f", "-i"))
}

// pressTab types lines into a shell that is ready.
func pressTab(t *testing.T, term *screentest.Terminal) {
	t.Helper()
	for _, typing := range typings {
		term.Type(typing.line, "tab")
		term.WaitFor(typing.line+" to become "+typing.want, func(s screentest.Screen) bool { return s.Contains(typing.want) })
		term.Type("ctrl+u", "ctrl+l")
		term.WaitFor("an empty screen", func(s screentest.Screen) bool { return !s.Contains("pgb") })
	}
	term.Type("exit", "enter")
	term.Wait()
}

// fish says itself what it would complete a line to.
func TestFishCompletes(t *testing.T) {
	path, err := exec.LookPath("fish")
	if err != nil {
		if strings.Contains(os.Getenv(shellsEnv), "fish") {
			t.Fatal(err)
		}
		t.Skip("fish is not here")
	}
	for _, typing := range typings {
		cmd := exec.Command(path, "--no-config", "-c", "pgb completion fish | source; complete -C $argv[1]", typing.line)
		cmd.Env = append(os.Environ(), environment(t.TempDir())...)
		out, err := cmd.Output()
		want := strings.TrimLeft(typing.want, `'"`) // a quoted word, without the quote
		if want == typing.want {
			want = want[strings.LastIndexByte(want, ' ')+1:]
		}
		if err != nil || !strings.Contains("\n"+string(out), "\n"+want) {
			t.Errorf("%s became %q, %v", typing.line, out, err)
		}
	}
}
