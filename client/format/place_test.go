package format_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/format"
)

func TestAFileIsNotReplacedUnlessForced(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.jsonl")
	for _, name := range []format.Name{format.JSONLines, format.CSV, format.JSONArray, format.Avro} {
		for _, finite := range []bool{false, true} {
			if err := os.WriteFile(path, []byte("old"), 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := format.Open(format.Options{Format: name, Path: path, Finite: finite}); !errors.Is(err, format.ErrExists) || content(t, path) != "old" {
				t.Errorf("%s: %v, %q", name, err, content(t, path))
			}
		}
	}
	put(t, format.Options{Format: format.CSV, Path: path, Finite: true, Force: true}, []string{"message_id"}, notice("7"))
	if got := content(t, path); got != "message_id\n7\n" {
		t.Errorf("%q", got)
	}
	if info, err := os.Stat(path); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("the mode of the replaced file is lost: %v, %v", info.Mode(), err)
	}
}

func TestALinkGoesOnPointingToTheResult(t *testing.T) {
	folder := t.TempDir()
	path, link := filepath.Join(folder, "a.csv"), filepath.Join(folder, "latest.csv")
	if err := os.WriteFile(path, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(path, link); err != nil {
		t.Skip(err)
	}
	put(t, format.Options{Format: format.CSV, Path: link, Finite: true, Force: true}, []string{"message_id"}, notice("7"))
	if got := content(t, path); got != "message_id\n7\n" {
		t.Errorf("%q", got)
	}
}

func TestAFiniteResultHasItsNameWhenItIsWhole(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "a.jsonl")
	columns, messages := withRows(t, []string{"message_id"}, notice("1"))
	for _, complete := range []bool{true, false} {
		out := open(t, format.Options{Format: format.JSONLines, Path: path, Finite: true, Force: true}, columns)
		if err := out.Put(t.Context(), messages); err != nil {
			t.Fatal(err)
		}
		if complete && content(t, path) != "" {
			t.Error("the result has its name before it is whole")
		}
		if err := out.Close(complete); err != nil {
			t.Fatal(err)
		}
		if got := names(t, folder); got != "a.jsonl" || content(t, path) != `{"message_id":"1"}`+"\n" {
			t.Errorf("%s: %q", got, content(t, path))
		}
		messages[0].ID = "2"
	}
}

func TestAStreamGrowsUnderItsOwnName(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.csv")
	columns, messages := withRows(t, []string{"message_id"}, notice("1"))
	out := open(t, format.Options{Format: format.CSV, Path: path}, columns)
	if err := out.Put(t.Context(), messages); err != nil || content(t, path) != "message_id\n1\n" {
		t.Errorf("%v, %q", err, content(t, path))
	}
	if err := out.Close(false); err != nil || content(t, path) != "message_id\n1\n" {
		t.Errorf("what was written for good is gone: %v, %q", err, content(t, path))
	}
}

func TestAFileMadeForNothingIsRemoved(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.jsonl")
	columns, _ := withRows(t, []string{"message_id"}, notice("1"))
	for _, o := range []format.Options{{}, {Append: true}, {Force: true}} {
		o.Format, o.Path = format.JSONLines, path
		if err := open(t, o, columns).Close(false); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(path); !os.IsNotExist(err) {
			t.Errorf("%+v: an empty file is left behind: %v", o, err)
		}
	}
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := open(t, format.Options{Format: format.JSONLines, Path: path, Append: true}, columns).Close(false); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Errorf("a file that was there before is gone: %v", err)
	}
}

func TestAppendCutsOffATornTail(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a")
	long := `{"message_id":"` + strings.Repeat("x", 200000) + `"}` + "\n"
	for _, c := range []struct {
		format     format.Name
		old, whole string
	}{
		{format.JSONLines, "", ""},
		{format.JSONLines, `{"message_id":"1"}` + "\n", `{"message_id":"1"}` + "\n"},
		{format.JSONLines, `{"message_id":"1"}` + "\n" + `{"mess`, `{"message_id":"1"}` + "\n"},
		{format.JSONLines, `{"mess`, ""},
		{format.JSONLines, long + long[:150000], long},
		{format.CSV, "", "message_id\n"},
		{format.CSV, "mess", "message_id\n"},
		{format.CSV, "message_id\n1\n", "message_id\n1\n"},
		{format.CSV, "message_id\n1\n2", "message_id\n1\n"},
		{format.CSV, "message_id\n1\n\"2\nand more", "message_id\n1\n"},
		{format.CSV, "message_id\n\"1\n\"\"\n\"\n\"2\"\"\n", "message_id\n\"1\n\"\"\n\"\n"},
	} {
		if err := os.WriteFile(path, []byte(c.old), 0o644); err != nil {
			t.Fatal(err)
		}
		put(t, format.Options{Format: c.format, Path: path, Append: true}, []string{"message_id"}, notice("9"))
		want := c.whole + `{"message_id":"9"}` + "\n"
		if c.format == format.CSV {
			want = c.whole + "9\n"
		}
		if got := content(t, path); got != want {
			t.Errorf("%s after %.60q: %.200q", c.format, c.old, got)
		}
	}
}

func TestAppendLeavesOtherFilesAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a")
	columns, _ := withRows(t, []string{"message_id"})
	for _, c := range []struct {
		format format.Name
		old    string
	}{
		{format.JSONLines, "dear diary"}, {format.JSONLines, "\x00\x01\x02\n"}, {format.CSV, "mag,class\n1,2\n"}, {format.CSV, "message_id,mag\n"},
		{format.CSV, `{"a":1}`}, {format.JSONArray, "[{}]"},
	} {
		if err := os.WriteFile(path, []byte(c.old), 0o644); err != nil {
			t.Fatal(err)
		}
		_, err := format.Open(format.Options{Format: c.format, Path: path, Append: true, Layout: format.Layout{Columns: columns}})
		if err == nil || content(t, path) != c.old {
			t.Errorf("%s: %v, %q", c.format, err, content(t, path))
		}
		if c.format != format.JSONArray && !errors.Is(err, format.ErrOtherContent) {
			t.Errorf("%s: %v", c.format, err)
		}
	}
}

func TestADamagedFileIsNotCutInTheMiddle(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.jsonl")
	if err := os.WriteFile(path, []byte("{}\n{}\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(path, 70<<20); err != nil {
		t.Fatal(err)
	}
	_, err := format.Open(format.Options{Format: format.JSONLines, Path: path, Append: true})
	if info, statErr := os.Stat(path); !errors.Is(err, format.ErrOtherContent) || statErr != nil || info.Size() != 70<<20 {
		t.Errorf("%v, %v", err, info)
	}
}

// full gives the path of a device on which nothing can be written.
func full(t testing.TB) string {
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Skip("there is no /dev/full here")
	}
	return "/dev/full"
}

func TestAFullDiskIsAnErrorAndNothingCountsAsWritten(t *testing.T) {
	device := full(t)
	for _, name := range []format.Name{format.JSONLines, format.CSV, format.JSONArray, format.Avro} {
		for _, finite := range []bool{false, true} {
			columns, messages := withRows(t, few, message(t, "ztf-alerts", ztfFile))
			out := open(t, format.Options{Format: name, Path: device, Finite: finite}, columns)
			for range 2 {
				if err := out.Put(t.Context(), messages); !errors.Is(err, syscall.ENOSPC) || !strings.HasPrefix(err.Error(), "/dev/full: ") {
					t.Errorf("%s: %v", name, err)
				}
			}
			if err := out.Close(true); err != nil {
				t.Errorf("%s: close: %v", name, err)
			}
		}
	}
	q := format.NewQuarantine(device, nil)
	if err := q.Put([]*alert.Message{notice("1")}, []error{errors.New("why")}); !errors.Is(err, syscall.ENOSPC) {
		t.Error(err)
	}
	if err := q.Close(); err != nil {
		t.Error(err)
	}
}

func TestAFolderThatIsNotThereIsNamed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "no", "a.csv")
	for _, o := range []format.Options{{}, {Finite: true}, {Append: true}} {
		o.Format, o.Path = format.CSV, path
		if _, err := format.Open(o); !errors.Is(err, os.ErrNotExist) || strings.Count(err.Error(), path) != 1 {
			t.Errorf("%+v: %v", o, err)
		}
	}
	if _, err := format.Open(format.Options{Format: format.CSV, Path: t.TempDir()}); err == nil {
		t.Error("a folder was opened as a file")
	}
}

func TestRawFoldersKeepEveryMessage(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "raw")
	first, other := notice("1"), notice("2")
	other.Body = append(append([]byte{}, other.Body...), ' ') // the same notice, in other bytes
	odd := message(t, "projects/p/topics/NUL", lsstFile)
	odd.As = "lsst-alerts"
	long := notice("3")
	long.Topic = strings.Repeat("t", 300)
	put(t, format.Options{Format: format.Raw, Path: folder}, nil, first, first, other, odd, long, message(t, "con.x", ztfFile))
	for _, topic := range strings.Fields(names(t, folder)) {
		if strings.ContainsAny(topic, `/\:`) || len(topic) > 140 || topic == "con.x" {
			t.Errorf("folder %s", topic)
		}
	}
	identity, err := reader().Identity(first)
	if err != nil {
		t.Fatal(err)
	}
	want := fmt.Sprintf("%[1]s-2.headers.json %[1]s-2.json %[1]s.headers.json %[1]s.json", identity)
	if got := names(t, filepath.Join(folder, "lvk-alerts")); got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
	if got := content(t, filepath.Join(folder, "lvk-alerts", identity.String()+".json")); got != string(first.Body) {
		t.Errorf("%q", got)
	}
	if _, err := format.Open(format.Options{Format: format.Raw, Path: folder}); !errors.Is(err, format.ErrExists) {
		t.Error(err)
	}
	put(t, format.Options{Format: format.Raw, Path: folder, Append: true}, nil, first, other)
	if got := names(t, filepath.Join(folder, "lvk-alerts")); got != want {
		t.Errorf("written again: %s", got)
	}
}
