package main

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

const permissive = `Copyright (c) 2020 Somebody

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, and so on.
`

// folder makes a module of files, each with its text.
func folder(t *testing.T, files map[string]string) *module {
	t.Helper()
	m := &module{path: "example.org/some", version: "v1.2.3", root: t.TempDir(), folders: map[string]bool{}}
	for name, body := range files {
		path := filepath.Join(m.root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
		m.folders[filepath.Dir(path)] = true
	}
	return m
}

func TestAModuleWithoutALicenceIsRefused(t *testing.T) {
	for _, files := range []map[string]string{
		{"README": "free software"},
		{"NOTICE": permissive},
		{"license.go": permissive},
	} {
		if err := folder(t, files).read(); err == nil || !strings.Contains(err.Error(), "example.org/some v1.2.3") {
			t.Errorf("%v: %v", files, err)
		}
	}
}

func TestALicenceThatAsksForMoreIsRefused(t *testing.T) {
	for name, body := range map[string]string{
		"LICENSE":     "GNU GENERAL PUBLIC LICENSE\n   Version 3",
		"COPYING":     "GNU Lesser General\nPublic License",
		"LICENSE.md":  "Mozilla Public License, version 2.0",
		"LICENCE.txt": permissive + "\nThe Commons Clause License Condition",
		"LICENSE.MIT": "All rights reserved.",
	} {
		m := folder(t, map[string]string{name: body, "deep/LICENSE": permissive})
		if err := m.read(); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s with %q: %v", name, body, err)
		}
	}
}

func TestTextsOfAllLinkedFoldersArePassedOn(t *testing.T) {
	m := folder(t, map[string]string{"LICENSE": permissive, "NOTICE.txt": "made by many\r\n", "inner/COPYING": "Apache License\nVersion 2.0, January 2004"})
	if err := os.Mkdir(filepath.Join(m.root, "apart"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(m.root, "apart", "LICENSE"), []byte("GNU General Public License"), 0o600); err != nil {
		t.Fatal(err)
	}
	m.platforms = []string{"linux/amd64"}
	if err := m.read(); err != nil {
		t.Fatal(err)
	}
	twin := *m
	twin.path, twin.platforms = "example.org/twin", platforms
	written := string(document([]module{*m, twin}))
	for _, want := range []string{
		"example.org/some  v1.2.3  Apache-2.0, MIT  linux/amd64\n", "example.org/twin  v1.2.3  Apache-2.0, MIT\n",
		"\nexample.org/some v1.2.3: NOTICE.txt\nexample.org/twin v1.2.3: NOTICE.txt\n" + rule + "\nmade by many\n",
	} {
		if !strings.Contains(written, want) {
			t.Errorf("%q is not in\n%s", want, written)
		}
	}
	if n := strings.Count(written, "Somebody"); n != 1 {
		t.Errorf("the same text is there %d times", n)
	}
}

func TestTheProgramMayBePassedOn(t *testing.T) {
	var twice [2][]byte
	for i := range twice {
		// Other platforms have modules that are not downloaded yet.
		modules, err := linked("github.com/mwvgroup/pgb/cmd/pgb", []string{runtime.GOOS + "/" + runtime.GOARCH})
		if err != nil {
			t.Fatal(err)
		}
		for i := range modules {
			if err := modules[i].read(); err != nil {
				t.Error(err)
			}
		}
		for _, path := range []string{standard, "github.com/spf13/cobra", "google.golang.org/grpc"} {
			if !slices.ContainsFunc(modules, func(m module) bool { return m.path == path && m.version != "" }) {
				t.Errorf("%s is not among %d modules", path, len(modules))
			}
		}
		if slices.ContainsFunc(modules, func(m module) bool {
			return strings.HasPrefix(m.path, "github.com/mwvgroup/pgb") || m.path == "pgregory.net/rapid"
		}) {
			t.Error("what is no third party, or only in tests, is listed")
		}
		twice[i] = document(modules)
	}
	if !bytes.Equal(twice[0], twice[1]) {
		t.Error("the same modules give other bytes")
	}
}

func TestWhatIsNoPackageIsAnError(t *testing.T) {
	file := filepath.Join(t.TempDir(), "licences.txt")
	if err := run([]string{"./no-such-package", file}); err == nil {
		t.Error("a package that is not there has licences")
	}
	if err := run(nil); err == nil {
		t.Error("no arguments are taken")
	}
	if _, err := os.Stat(file); err == nil {
		t.Error("a file was written")
	}
}
