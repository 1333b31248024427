package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// platforms are those of .goreleaser.yaml and of notebooks/wheels.py.
var platforms = []string{"linux/amd64", "linux/arm64", "darwin/amd64", "darwin/arm64", "windows/amd64", "windows/arm64"}

// standard stands for the standard library, as a bill of materials names it.
const standard = "std"

// module is a module that is linked.
type module struct {
	path, version string
	root          string          // its folder
	folders       map[string]bool // of its packages that are linked
	platforms     []string
	texts         []text
}

// listed is what go list says of a package.
type listed struct {
	Dir      string
	Standard bool
	Module   *listedModule
}

type listedModule struct {
	Path, Version, Dir string
	Main               bool
	Replace            *listedModule
}

// linked gives the modules of a program on some platforms, by path, the standard
// library first.
func linked(program string, platforms []string) ([]module, error) {
	goroot, err := goList("", "env", "GOROOT", "GOVERSION")
	if err != nil {
		return nil, err
	}
	root, version, _ := strings.Cut(strings.TrimSpace(string(goroot)), "\n")
	std := module{path: standard, version: version, root: root, folders: map[string]bool{root: true}, platforms: platforms}
	found := map[string]*module{}
	for _, platform := range platforms {
		out, err := goList(platform, "list", "-deps", "-json=Dir,Standard,Module", program)
		if err != nil {
			return nil, err
		}
		for packages := json.NewDecoder(bytes.NewReader(out)); ; {
			var p listed
			if err := packages.Decode(&p); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				return nil, err
			}
			if p.Standard || p.Module == nil || p.Module.Main {
				continue
			}
			note(found, p, platform)
		}
	}
	modules := []module{std}
	for _, m := range found {
		modules = append(modules, *m)
	}
	slices.SortFunc(modules[1:], func(a, b module) int { return strings.Compare(a.path, b.path) })
	return modules, nil
}

func note(found map[string]*module, p listed, platform string) {
	as := p.Module
	if as.Replace != nil {
		as = as.Replace
	}
	m := found[p.Module.Path]
	if m == nil {
		m = &module{path: as.Path, version: as.Version, root: p.Module.Dir, folders: map[string]bool{}}
		found[p.Module.Path] = m
	}
	if !slices.Contains(m.platforms, platform) {
		m.platforms = append(m.platforms, platform)
	}
	for folder := p.Dir; len(folder) >= len(m.root); folder = filepath.Dir(folder) {
		m.folders[folder] = true
	}
}

// goList runs go, as a build without cgo for a platform would.
func goList(platform string, args ...string) ([]byte, error) {
	cmd := exec.Command("go", args...)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=-buildvcs=false")
	if system, processor, ok := strings.Cut(platform, "/"); ok {
		cmd.Env = append(cmd.Env, "GOOS="+system, "GOARCH="+processor)
	}
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go %s: %w: %s", strings.Join(args, " "), err, bytes.TrimSpace(stderr.Bytes()))
	}
	return out, nil
}
