package doctor

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/mwvgroup/pgb/client/signin/signintest"
)

// run runs checks and gives their lines.
func run(t *testing.T, checks ...Check) []string {
	t.Helper()
	var lines []string
	r := &Runner{
		Timeout: 10 * time.Second,
		Explain: func(err error) (string, []string) { return err.Error(), []string{"what the error says"} },
		Report:  func(r Result) error { lines = append(lines, r.Line()); return nil },
	}
	if _, err := r.Run(t.Context(), checks); err != nil {
		t.Fatal(err)
	}
	return lines
}

func want(t *testing.T, got []string, lines ...string) {
	t.Helper()
	if !reflect.DeepEqual(got, lines) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(lines, "\n"))
	}
}

func fails(err error) func(context.Context) (string, error) {
	return func(context.Context) (string, error) { return "", err }
}

func TestLinesSayWhatToType(t *testing.T) {
	want(t, run(t,
		Check{Name: "a", Run: func(context.Context) (string, error) { return "well", nil }},
		Check{Name: "b", Run: fails(errors.New("broken"))},
		Check{Name: "c", Run: fails(finding(errors.New("broken"), "mend it", "leave it"))},
		Check{Name: "d", Needs: []string{"a", "c"}, Run: fails(errors.New("not run"))},
		Check{Name: "e", Needs: []string{"a"}, Run: fails(skip("of no use"))},
	),
		"ok  a: well",
		"!!  b: broken: what the error says",
		"!!  c: broken: mend it; or leave it",
		"--  d: can't be told without c",
		"--  e: of no use",
	)
}

func TestACheckThatDoesNotAnswerIsGivenUp(t *testing.T) {
	r := &Runner{Timeout: time.Millisecond, Explain: func(err error) (string, []string) { return err.Error(), nil }, Report: func(Result) error { return nil }}
	results, err := r.Run(t.Context(), []Check{{Name: "slow", Run: func(ctx context.Context) (string, error) {
		<-ctx.Done()
		return "", ctx.Err()
	}}})
	if err != nil || results[0].State != Problem || !strings.HasPrefix(results[0].Detail, "no answer within 1ms") {
		t.Errorf("gave %+v, %v", results, err)
	}
}

func TestAnInterruptEndsTheChecks(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	stop := errors.New("stop")
	r := &Runner{Timeout: time.Minute, Explain: func(err error) (string, []string) { return err.Error(), nil }, Report: func(Result) error { return nil }}
	results, err := r.Run(ctx, []Check{
		{Name: "a", Run: func(ctx context.Context) (string, error) {
			cancel(stop)
			return "", context.Cause(ctx)
		}},
		{Name: "b", Run: fails(nil)},
	})
	if !errors.Is(err, stop) || len(results) != 0 {
		t.Errorf("gave %+v, %v", results, err)
	}
}

func TestFoldersAreWritableOrNot(t *testing.T) {
	folder := t.TempDir()
	deep := filepath.Join(folder, "a", "b")
	file := filepath.Join(folder, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	got := run(t, Writable("there", folder, "fix"), Writable("not yet", deep, "fix"), Writable("a file", file, "fix"), Writable("nowhere", "", "fix"))
	want(t, got,
		"ok  there: "+folder,
		"ok  not yet: "+deep+" (made when it is needed)",
		"!!  a file: "+file+" is no folder: fix",
		"!!  nowhere: no place for it: $HOME is not set: fix",
	)
	left, err := os.ReadDir(folder)
	if err != nil || len(left) != 1 {
		t.Errorf("%v is left, %v", left, err)
	}
}

func TestProxiesAreToldWithoutPasswords(t *testing.T) {
	proxy, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer proxy.Close()
	set := map[string]string{"HTTPS_PROXY": "http://me:secret@" + proxy.Addr().String(), "no_proxy": "localhost"}
	want(t, run(t, Proxy(func(name string) string { return set[name] }), Proxy(func(string) string { return "" })),
		"ok  proxy: HTTPS_PROXY=http://...@"+proxy.Addr().String()+", no_proxy=localhost",
		"ok  proxy: none named (HTTPS_PROXY)",
	)
	if got := withoutPassword("me:secret@proxy:3128"); strings.Contains(got, "secret") {
		t.Errorf("gave %s", got)
	}
}

func TestAProxyThatIsNoneIsTold(t *testing.T) {
	for value, says := range map[string]string{
		"http://" + signintest.Closed(t): "no proxy answers there: dial tcp 127.0.0.1:",
		signintest.Closed(t):             "no proxy answers there: dial tcp 127.0.0.1:",
		"gopher://127.0.0.1":             "gopher is no way to speak to a proxy",
		"http://me:secret@/":             "that is no address of a proxy",
	} {
		got := run(t, Proxy(func(name string) string { return map[string]string{"https_proxy": value}[name] }))[0]
		if !strings.HasPrefix(got, "!!  proxy: https_proxy=") || !strings.Contains(got, says) || strings.Contains(got, "secret") || !strings.HasSuffix(got, "; or unset https_proxy") {
			t.Errorf("%s: %s", value, got)
		}
	}
}

func TestAnAddressListensOrNot(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	want(t, run(t, Listens("emulator", address, "fix")), "ok  emulator: listens at "+address)
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	if got := run(t, Listens("emulator", address, "fix"))[0]; !strings.HasPrefix(got, "!!  emulator: ") || !strings.HasSuffix(got, ": fix") {
		t.Error(got)
	}
}
