package main

import (
	"archive/tar"
	"archive/zip"
	"bufio"
	"bytes"
	"compress/gzip"
	"debug/buildinfo"
	"errors"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// distEnv names the folder that make snapshot or make wheels has written into:
// both run these tests then.
const distEnv = "PGB_TEST_DIST"

const fileName = "THIRD-PARTY-LICENSES.txt"

// built gives the files of a pattern in the folder, and skips where there are
// none to be tested.
func built(t *testing.T, pattern string) (files []string, licences []byte) {
	t.Helper()
	dist := os.Getenv(distEnv)
	if dist == "" {
		t.Skipf("%s names no folder of a release", distEnv)
	}
	files, err := filepath.Glob(filepath.Join(dist, filepath.FromSlash(pattern)))
	if err != nil {
		t.Fatal(err)
	}
	if licences, err = os.ReadFile(filepath.Join(dist, fileName)); err != nil {
		t.Fatal(err)
	}
	return files, licences
}

// pages are some that help and other pages lead to.
var pages = []string{"README.md", "docs/costs.md", "docs/cutouts.md", "docs/images/stream.png", "docs/images/python/lightcurve.png"}

func TestASnapshotsArchivesHoldTheLicences(t *testing.T) {
	tarballs, licences := built(t, "release/pgb_*.tar.gz")
	zips, _ := built(t, "release/pgb_*.zip")
	if len(tarballs) != 4 || len(zips) != 2 {
		t.Fatalf("there are %v and %v", tarballs, zips)
	}
	for _, name := range tarballs {
		raw := open(t, name)
		files := tarred(t, name, unzipped(t, name, raw))
		if !bytes.Equal(files[fileName], licences) {
			t.Errorf("%s has other licences or none", name)
		}
		for _, page := range pages {
			if len(files[page]) == 0 {
				t.Errorf("%s has no %s", name, page)
			}
		}
	}
	for _, name := range zips {
		if !bytes.Equal(zipped(t, name, fileName), licences) {
			t.Errorf("%s has other licences or none", name)
		}
	}
}

func TestASnapshotsPackagesHoldTheLicences(t *testing.T) {
	const place = "usr/share/doc/pgb/" + fileName
	debs, licences := built(t, "release/*.deb")
	apks, _ := built(t, "release/*.apk")
	rpms, _ := built(t, "release/*.rpm")
	if len(debs) != 2 || len(apks) != 2 || len(rpms) != 2 {
		t.Fatalf("there are %v, %v and %v", debs, apks, rpms)
	}
	for _, name := range debs {
		data := member(t, name, "data.tar.gz")
		files := tarred(t, name, unzipped(t, name, bytes.NewReader(data)))
		if !bytes.Equal(files[place], licences) {
			t.Errorf("%s has other licences or none", name)
		}
		for _, page := range pages {
			if len(files["usr/share/doc/pgb/"+page]) == 0 {
				t.Errorf("%s has no %s", name, page)
			}
		}
	}
	for _, name := range apks {
		if !bytes.Equal(tarred(t, name, unzipped(t, name, open(t, name)))[place], licences) {
			t.Errorf("%s has other licences or none", name)
		}
	}
	for _, name := range rpms {
		// The names of files stand in the header as they are; what is in them is
		// compressed in ways that the standard library does not know.
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Contains(raw, []byte("\x00"+fileName+"\x00")) || !bytes.Contains(raw, []byte("/usr/share/doc/pgb/\x00")) {
			t.Errorf("%s has no licences", name)
		}
	}
}

func TestWheelsHoldTheLicences(t *testing.T) {
	wheels, licences := built(t, "wheels/pgb_client-*.whl")
	if len(wheels) == 0 {
		t.Skip("there are no wheels")
	}
	for _, name := range wheels {
		version := strings.Split(filepath.Base(name), "-")[1]
		if !bytes.Equal(zipped(t, name, "pgb_client-"+version+".dist-info/licenses/"+fileName), licences) {
			t.Errorf("%s has other licences or none", name)
		}
	}
}

func TestTheLicencesAreThoseOfTheModulesInThePrograms(t *testing.T) {
	programs, licences := built(t, "release/*/pgb*")
	if len(programs) != 6 {
		t.Fatalf("there are %v", programs)
	}
	inside := map[string]bool{}
	for _, name := range programs {
		info, err := buildinfo.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		inside[standard+" "+info.GoVersion] = true
		for _, m := range info.Deps {
			if m.Replace != nil {
				m = m.Replace
			}
			inside[m.Path+" "+m.Version] = true
		}
	}
	list, _, _ := strings.Cut(string(licences), "\n"+rule)
	for line := range strings.Lines(strings.TrimPrefix(list, heading)) {
		words := strings.Fields(line)
		if len(words) < 3 {
			t.Fatalf("%q", line)
		}
		if name := words[0] + " " + words[1]; !inside[name] {
			t.Errorf("%s is in no program", name)
		} else {
			delete(inside, name)
		}
	}
	for name := range inside {
		t.Errorf("%s has no licence", name)
	}
}

func open(t *testing.T, name string) io.Reader {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

func unzipped(t *testing.T, name string, r io.Reader) io.Reader {
	t.Helper()
	plain, err := gzip.NewReader(r)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return plain
}

// tarred gives the files of a tar archive, or of several one after the other, of
// which only the last need be ended: such is a package of Alpine's.
func tarred(t *testing.T, name string, r io.Reader) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	for rest := bufio.NewReader(r); ; {
		if _, err := rest.Peek(1); errors.Is(err, io.EOF) {
			return files
		}
		for archive := tar.NewReader(rest); ; {
			header, err := archive.Next()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			body, err := io.ReadAll(archive)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			files[strings.TrimPrefix(path.Clean(header.Name), "/")] = body
		}
	}
}

func zipped(t *testing.T, name, file string) []byte {
	t.Helper()
	archive, err := zip.OpenReader(name)
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	f, err := archive.Open(file)
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return nil
	}
	body, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// member gives a file of an ar archive (ar(5)): a magic line, then a header of 60
// bytes before each file, with its size in decimal at byte 48.
func member(t *testing.T, name, file string) []byte {
	t.Helper()
	raw, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var seen []string
	for at := len("!<arch>\n"); at+60 <= len(raw); {
		size, err := strconv.Atoi(strings.TrimSpace(string(raw[at+48 : at+58])))
		if err != nil || at+60+size > len(raw) {
			t.Fatalf("%s is damaged: %v", name, err)
		}
		this := strings.TrimRight(string(raw[at:at+16]), " /")
		if this == file {
			return raw[at+60 : at+60+size]
		}
		seen = append(seen, this)
		at += 60 + size + size%2
	}
	t.Fatalf("%s has no %s: %v", name, file, slices.Sorted(slices.Values(seen)))
	return nil
}
