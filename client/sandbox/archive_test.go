package sandbox_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mwvgroup/pgb/client/archive"
	"github.com/mwvgroup/pgb/client/archive/local"
	"github.com/mwvgroup/pgb/client/registry"
	"github.com/mwvgroup/pgb/client/sandbox"
	"github.com/mwvgroup/pgb/client/sandbox/sim"
)

// sharedDir is the folder of the archive that tests only read, shared its path.
var (
	sharedDir string
	shared    = sync.OnceValues(func() (path string, err error) {
		if sharedDir, err = os.MkdirTemp("", "pgb-sandbox-test"); err != nil {
			return "", err
		}
		return sandbox.Archive(context.Background(), registry.Default(), sandbox.ArchiveOptions{Dir: sharedDir})
	})
)

func sharedArchive(t *testing.T) string {
	t.Helper()
	path, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func openArchive(t *testing.T, path string) *local.Archive {
	t.Helper()
	a, err := local.Open(t.Context(), local.Options{Path: path, ReadOnly: true, Registry: registry.Default()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	return a
}

// names lists the files of a folder.
func names(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, e := range entries {
		all = append(all, e.Name())
	}
	return strings.Join(all, " ")
}

// rows runs a statement and gives its rows as text.
func rows(t *testing.T, a *local.Archive, text string) string {
	t.Helper()
	answer, err := a.SQL(t.Context(), text, 0)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for batch, err := range answer.Batches {
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range batch {
			for _, v := range row {
				fmt.Fprint(&out, v, " ")
			}
			out.WriteByte('\n')
		}
	}
	return out.String()
}

func TestTheArchiveHasTheSupernova(t *testing.T) {
	a := openArchive(t, sharedArchive(t))
	id, err := registry.Default().ParseID(sim.StarName, "")
	if err != nil {
		t.Fatal(err)
	}
	query := archive.Query{Targets: []archive.Target{{ID: id}}, Names: []string{"object_id", "mjd", "simulated"}}
	alerts := 0
	for batch, err := range a.Alerts(t.Context(), query) {
		if err != nil {
			t.Fatal(err)
		}
		for _, hit := range batch {
			if !hit.Message.Simulated() {
				t.Error("an alert of the sandbox that does not say so")
			}
			alerts++
		}
	}
	points := 0
	for curve, err := range a.LightCurves(t.Context(), query) {
		if err != nil {
			t.Fatal(err)
		}
		points += len(curve.Points)
	}
	classifiers := map[string]bool{}
	for verdict, err := range a.Classifications(t.Context(), query) {
		if err != nil {
			t.Fatal(err)
		}
		classifiers[verdict.Classifier] = true
	}
	if alerts < 2 || points < 15 || len(classifiers) == 0 {
		t.Errorf("%d alerts, %d points, classifiers %v", alerts, points, classifiers)
	}
}

func TestTheArchiveHoldsHundredsOfObjectsAndAllSurveys(t *testing.T) {
	a := openArchive(t, sharedArchive(t))
	counted := rows(t, a, "SELECT survey, count(DISTINCT object_id) > 100, count(*) > 300, max(mjd) - min(mjd) > 90 FROM alerts GROUP BY survey ORDER BY survey")
	for _, want := range []string{"lsst 1 1 1 \n", "ztf 1 1 1 \n", "lvk "} {
		if !strings.Contains(counted, want) {
			t.Errorf("%s; want %q", counted, want)
		}
	}
}

func TestAnArchiveIsMadeOnceAndIsWholeOrNotThere(t *testing.T) {
	sandbox.FewerObjects(t)
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	halfWay := sandbox.ArchiveOptions{Dir: dir, Progress: func(fraction float64) {
		if fraction > 0.3 {
			cancel()
		}
	}}
	if path, err := sandbox.Archive(ctx, registry.Default(), halfWay); !errors.Is(err, context.Canceled) {
		t.Fatalf("%s, %v", path, err)
	}
	if left := names(t, dir); left != "" {
		t.Fatalf("half an archive: %s", left)
	}

	var told []float64
	o := sandbox.ArchiveOptions{Dir: dir, Progress: func(fraction float64) { told = append(told, fraction) }}
	path, err := sandbox.Archive(t.Context(), registry.Default(), o)
	if err != nil {
		t.Fatal(err)
	}
	if left := names(t, dir); left != filepath.Base(path) || len(told) < 2 || told[len(told)-1] != 1 {
		t.Errorf("%s; progress %v", left, told)
	}
	told = nil
	if again, err := sandbox.Archive(t.Context(), registry.Default(), o); err != nil || again != path || told != nil {
		t.Errorf("%s, then %s, %v; progress %v", path, again, err, told)
	}
	// The same seed gives the same content in another file.
	second, err := sandbox.Archive(t.Context(), registry.Default(), sandbox.ArchiveOptions{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	one, other := openArchive(t, second), openArchive(t, path)
	for _, text := range []string{
		"SELECT * FROM alerts ORDER BY survey, source_id, topic", "SELECT * FROM classifications ORDER BY 1, 2, 3, 4, 5, 6, 7, 8", "SELECT * FROM photometry ORDER BY object_id, survey, mjd, band, kind, flux",
	} {
		a, b := rows(t, one, text), rows(t, other, text)
		if sha256.Sum256([]byte(a)) != sha256.Sum256([]byte(b)) || len(a) < 1000 {
			t.Errorf("%s: two archives of a seed differ, in %d and %d bytes", text, len(a), len(b))
		}
	}
}

// killedChild is the variable that names the folder in which a copy of this
// process makes an archive and kills itself half-way.
const killedChild = "PGB_TEST_KILLED_IN"

func makeAndBeKilled(dir string) {
	self, err := os.FindProcess(os.Getpid())
	if err == nil {
		_, err = sandbox.Archive(context.Background(), registry.Default(), sandbox.ArchiveOptions{Dir: dir, Progress: func(fraction float64) {
			if fraction > 0.1 {
				if err := self.Kill(); err == nil {
					select {}
				}
			}
		}})
	}
	fmt.Println("not killed:", err)
}

func TestAProcessThatIsKilledLeavesNoArchive(t *testing.T) {
	dir := t.TempDir()
	child := exec.CommandContext(t.Context(), os.Args[0])
	child.Env = append(os.Environ(), killedChild+"="+dir)
	if out, err := child.CombinedOutput(); err == nil || len(out) > 0 {
		t.Fatalf("%v: %s", err, out)
	}
	if left := names(t, dir); !strings.HasPrefix(left, "sandbox-new-") || strings.Contains(left, " ") {
		t.Errorf("%q is left behind", left)
	}
}

func TestTwoWhoAskAtOnceGetOneArchive(t *testing.T) {
	sandbox.FewerObjects(t)
	dir := t.TempDir()
	var both sync.WaitGroup
	for range 2 {
		both.Go(func() {
			path, err := sandbox.Archive(t.Context(), registry.Default(), sandbox.ArchiveOptions{Dir: dir, Seed: 7})
			if err != nil {
				t.Error(err)
				return
			}
			a, err := local.Open(t.Context(), local.Options{Path: path, ReadOnly: true})
			if err != nil {
				t.Error(err)
				return
			}
			if err := a.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	both.Wait()
	// Who reads an archive may leave its log beside it.
	left, err := filepath.Glob(filepath.Join(dir, "*.db"))
	if err != nil || len(left) != 1 || !strings.HasPrefix(filepath.Base(left[0]), "sandbox-7-") {
		t.Error(left, err)
	}
}

func TestAnArchiveThatCameMeanwhileIsNotReplaced(t *testing.T) {
	name := filepath.Base(sharedArchive(t))
	sandbox.FewerObjects(t)
	dir := t.TempDir()
	other := filepath.Join(dir, name)
	path, err := sandbox.Archive(t.Context(), registry.Default(), sandbox.ArchiveOptions{Dir: dir, Progress: func(float64) {
		if err := os.WriteFile(other, []byte("of another process"), 0o644); err != nil {
			t.Error(err)
		}
	}})
	if err != nil || path != other {
		t.Fatalf("%s, %v", path, err)
	}
	if body, err := os.ReadFile(path); err != nil || string(body) != "of another process" {
		t.Errorf("%d bytes, %v", len(body), err)
	}
}

func TestAnotherRegistryOrSeedHasAnotherArchive(t *testing.T) {
	dir := filepath.Dir(sharedArchive(t))
	reg := registry.Default()
	reg.Namespaces = append([]*registry.Namespace{{Name: "Gnome", Pattern: "G[0-9]+", Kind: "text"}}, reg.Namespaces...)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, o := range []struct {
		reg  *registry.Registry
		seed uint64
	}{{reg, 0}, {registry.Default(), 2}} {
		if path, err := sandbox.Archive(ctx, o.reg, sandbox.ArchiveOptions{Dir: dir, Seed: o.seed}); !errors.Is(err, context.Canceled) {
			t.Errorf("the archive of another is taken: %s, %v", path, err)
		}
	}
}

func TestWhatWasLeftBehindIsSwept(t *testing.T) {
	dir := t.TempDir()
	long := time.Now().Add(-60 * 24 * time.Hour)
	for name, old := range map[string]bool{"sandbox-1-aaaaaaaaaaaa.db": true, "sandbox-1-bbbbbbbbbbbb.db": false, "mine.db": true, "sandbox-new-1/archive.db": true, "sandbox-new-2/archive.db": false} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, nil, 0o644); err != nil {
			t.Fatal(err)
		}
		if old {
			for _, p := range []string{path, filepath.Join(dir, strings.Split(name, "/")[0])} {
				if err := os.Chtimes(p, long, long); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := sandbox.Archive(ctx, registry.Default(), sandbox.ArchiveOptions{Dir: dir}); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	if left := names(t, dir); left != "mine.db sandbox-1-bbbbbbbbbbbb.db sandbox-new-2" {
		t.Error(left)
	}
}

// What another program made is of no use to anybody, unless it is in use.
func TestANewArchiveTakesThePlaceOfOthers(t *testing.T) {
	sandbox.FewerObjects(t)
	dir := t.TempDir()
	path, err := sandbox.Archive(t.Context(), registry.Default(), sandbox.ArchiveOptions{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	body, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	_, build, _ := strings.Cut(strings.TrimPrefix(filepath.Base(path), "sandbox-"), "-")
	old := time.Now().Add(-time.Hour)
	for name, body := range map[string]string{
		"sandbox-1-aaaaaaaaaaaa.db": string(body), "sandbox-1-bbbbbbbbbbbb.db": string(body), // to go, and in use
		"sandbox-1-cccccccccccc.db": string(body), // of a program that runs now and then
		"sandbox-2-" + build:        string(body), // another seed of this program
		"sandbox-1-dddddddddddd.db": "not an archive", "sandbox-1-mine.db": string(body), "mine.db": string(body),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(body), 0o644); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(name, "cccc") {
			if err := os.Chtimes(filepath.Join(dir, name), old, old); err != nil {
				t.Fatal(err)
			}
		}
	}
	used := openArchive(t, filepath.Join(dir, "sandbox-1-bbbbbbbbbbbb.db"))
	if rows(t, used, "SELECT count(*) FROM alerts") == "" {
		t.Fatal("nothing can be read")
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if _, err := sandbox.Archive(t.Context(), registry.Default(), sandbox.ArchiveOptions{Dir: dir}); err != nil {
		t.Fatal(err)
	}
	left, err := filepath.Glob(filepath.Join(dir, "*.db"))
	if err != nil || len(left) != 7 || strings.Contains(names(t, dir), "aaaa") {
		t.Errorf("there are %s, %v", names(t, dir), err)
	}
}

// Making the archive, and finding it made.
func BenchmarkArchive(b *testing.B) {
	b.Run("made", func(b *testing.B) {
		for b.Loop() {
			path, err := sandbox.Archive(b.Context(), registry.Default(), sandbox.ArchiveOptions{Dir: b.TempDir()})
			if err != nil {
				b.Fatal(err)
			}
			if file, err := os.Stat(path); err == nil {
				b.ReportMetric(float64(file.Size())/1e6, "MB")
			}
		}
	})
	b.Run("found", func(b *testing.B) {
		o := sandbox.ArchiveOptions{Dir: b.TempDir()}
		if _, err := sandbox.Archive(b.Context(), registry.Default(), o); err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			if _, err := sandbox.Archive(b.Context(), registry.Default(), o); err != nil {
				b.Fatal(err)
			}
		}
	})
}
