package files_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/format"
	"github.com/mwvgroup/pgb/client/stream/files"
)

func gzipped(t testing.TB, content []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(content); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func zstandard(t testing.TB, content []byte) []byte {
	t.Helper()
	w, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1))
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	return w.EncodeAll(content, nil)
}

// tarred makes an archive of members in the order given.
func tarred(t testing.TB, members ...any) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for i := 0; i < len(members); i += 2 {
		content := members[i+1].([]byte)
		if err := w.WriteHeader(&tar.Header{Name: members[i].(string), Mode: 0o644, Size: int64(len(content))}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(content); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestArchivesAndCompressedFilesAreOpened(t *testing.T) {
	ztf, lsst, lvk := shared(t, ztfFile), shared(t, lsstFile), shared(t, notice)
	archive := tarred(t, "night/", []byte{}, "night/a.avro", ztf, "night/._a.avro", []byte("junk"), "night/readme.txt", []byte("hello"),
		"b.json.gz", gzipped(t, lvk), "c/inner.tar", tarred(t, "d.bin", lsst))
	lsstID := ids(t, read(t, one(t, "x", lsst)))[0]
	for name, content := range map[string][]byte{
		"a.tar": archive, "a.tar.gz": gzipped(t, archive), "a.tgz": gzipped(t, archive), "a.tar.zst": zstandard(t, archive), "no-ending": gzipped(t, archive),
	} {
		path := one(t, name, content)
		messages := read(t, path)
		wantIDs(t, messages, ztfID, noticeID, lsstID)
		if len(messages) == 3 && !strings.HasSuffix(messages[2].Origin, ":c/inner.tar:d.bin") {
			t.Errorf("origin %s", messages[2].Origin)
		}
	}
	for name, content := range map[string][]byte{"a.avro.gz": gzipped(t, ztf), "a.avro.zst": zstandard(t, ztf)} {
		messages := read(t, one(t, name, content))
		wantIDs(t, messages, ztfID)
		if !strings.HasSuffix(messages[0].Origin, "a.avro") {
			t.Errorf("origin %s", messages[0].Origin)
		}
	}
}

func half(content []byte) []byte { return content[:len(content)/2] }

func TestDamagedArchivesGiveWhatIsWhole(t *testing.T) {
	archive := tarred(t, "a.json", shared(t, "lvk/MS181101ab-retraction.json"), "b.json", shared(t, notice))
	for name, content := range map[string][]byte{
		"torn.tar": half(archive), "torn.tar.gz": half(gzipped(t, archive)), "torn.tar.zst": half(zstandard(t, archive)),
	} {
		messages, err := readAll(t, files.Options{Paths: []string{one(t, name, content)}})
		if err != nil || len(messages) < 2 || messages[len(messages)-1].Broken == nil {
			t.Errorf("%s: %d messages, %v", name, len(messages), err)
		}
		wantIDs(t, messages[:1], noticeID)
	}
	bad := gzipped(t, shared(t, notice))
	bad[len(bad)/2] ^= 0xff
	messages := read(t, one(t, "a.tar", tarred(t, "bad.json.gz", bad, "good.avro", shared(t, ztfFile))))
	if last := len(messages) - 1; last < 1 || messages[last-1].Broken == nil {
		t.Fatalf("%d messages", len(messages))
	}
	wantIDs(t, messages[len(messages)-1:], ztfID)
}

func TestNestingHasAnEnd(t *testing.T) {
	content := shared(t, notice)
	for range 6 {
		content = gzipped(t, content)
	}
	_, err := readAll(t, files.Options{Paths: []string{one(t, "a.gz", content)}})
	var bad *files.FileError
	if !errors.As(err, &bad) {
		t.Error(err)
	}
}

func TestAnArchiveOfARawFolderKeepsTheAttributes(t *testing.T) {
	messages := simulated()
	raw := filepath.Join(t.TempDir(), "raw")
	write(t, format.Options{Format: format.Raw, Path: raw}, nil, messages...)
	var members []any
	err := filepath.WalkDir(raw, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		name, _ := filepath.Rel(raw, path)
		members = append(members, filepath.ToSlash(name), content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	backwards := make([]any, 0, len(members))
	for i := len(members) - 2; i >= 0; i -= 2 {
		backwards = append(backwards, members[i], members[i+1])
	}
	for name, list := range map[string][]any{"sorted": members, "backwards": backwards} {
		again := read(t, one(t, "raw.tar.gz", gzipped(t, tarred(t, list...))))
		if len(again) != len(messages) {
			t.Fatalf("%s: %d messages of %d", name, len(again), len(messages))
		}
		byID := map[string]*alert.Message{}
		for _, m := range again {
			byID[m.Topic+m.ID] = m
		}
		for _, m := range messages {
			if n := byID[m.Topic+m.ID]; n == nil || same(m, n) != nil || !bytes.Equal(m.Body, n.Body) || !n.Simulated() {
				t.Fatalf("%s: %s of %s differs", name, m.ID, m.Topic)
			}
		}
	}
	bodies := slices.Clone(members[:2])
	if strings.HasSuffix(bodies[0].(string), format.HeadersSuffix) {
		bodies = slices.Clone(members[2:4])
	}
	if again := read(t, one(t, "bodies.tar", tarred(t, bodies...))); len(again) != 1 || again[0].Broken != nil {
		t.Errorf("a body without its attributes: %d messages", len(again))
	}
}

func TestAnArchiveThatBreaksOffIsOneItem(t *testing.T) {
	ztf, lvk := shared(t, ztfFile), shared(t, notice)
	many := bytes.Repeat(ztf, 1+(5<<20)/len(ztf))
	for name, c := range map[string]struct {
		members []any
		want    string
	}{
		"small": {[]any{"a.json", lvk, "b.avro", ztf, "c.avro", ztf}, "the archive breaks off after 2 members"},
		"lines": {[]any{"a.json", lvk, "b.jsonl", lines(t, 1000)}, "the archive breaks off after 1 member"},
		"large": {[]any{"a.json", lvk, "b.avro", many}, "the archive breaks off after 1 member"},
		"inner": {[]any{"a.json", lvk, "b.tar", tarred(t, "x.avro", ztf, "y.avro", many)}, "the archive breaks off after 1 member"},
	} {
		archive := tarred(t, c.members...)
		last := c.members[len(c.members)-1].([]byte)
		cut := archive[:len(archive)-1024-len(last)/2]
		zipped := gzipped(t, archive)
		for ending, content := range map[string][]byte{".tar": cut, ".tar.gz": gzipped(t, cut), ".tgz": zipped[:len(zipped)-len(zipped)/100]} {
			if name == "lines" && ending == ".tgz" {
				continue // a hundredth of it is more than there is of them
			}
			path := one(t, name+ending, content)
			messages := read(t, path)
			var reasons []string
			for _, m := range messages {
				if m.Broken != nil {
					reasons = append(reasons, m.Broken.Error())
				}
			}
			if len(reasons) != 1 || reasons[0] != c.want && ending != ".tgz" || !strings.HasPrefix(reasons[0], "the archive breaks off after ") {
				t.Errorf("%s%s: %q", name, ending, reasons)
			}
		}
	}
	archive := tarred(t, "a.avro", ztf)
	_, err := readAll(t, files.Options{Paths: []string{one(t, "a.tar.gz", half(gzipped(t, archive)))}})
	var broken *files.BrokenArchiveError
	if failed := (*files.FileError)(nil); !errors.As(err, &failed) || !errors.As(err, &broken) || broken.Error() != "the archive breaks off in its first member" {
		t.Error(err)
	}
}
