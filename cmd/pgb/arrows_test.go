package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// module is the path of the module whose packages are looked at.
const module = "github.com/mwvgroup/pgb"

// arrows say which room may know which. A room may also know whatever those
// may know.
var arrows = map[string][]string{
	"cmd":             {"tui", "client"},
	"tui":             {"client/alert", "client/sky", "client/where"},
	"client":          {"client/stream", "client/archive", "client/format", "client/registry", "client/sandbox", "client/targets", "client/picture"},
	"client/sandbox":  {"client/stream", "client/archive", "client/alert"},
	"client/targets":  {"client/registry", "client/sky", "client/jsonscan"},
	"client/picture":  {"client/alert"},
	"client/stream":   {"client/format", "client/where", "client/alert", "client/signin"},
	"client/archive":  {"client/format", "client/where", "client/alert", "client/signin"},
	"client/format":   {"client/alert"},
	"client/where":    {"client/alert"},
	"client/alert":    {"client/registry", "client/jsonscan"},
	"client/registry": {"client/avro", "client/sky"},
	"client/avro":     {"client/field"},
	"client/jsonscan": {"client/field"},
	"client/sky":      {},
	"client/field":    {},
	"client/signin":   {},
	// Only tests know these, and what draws the documentation's pictures.
	"tui/screen":                   {"tui"},
	"tui/screentest":               {"tui/screen"},
	"cmd/internal/pictures":        {"tui/screen"},
	"client/archive/archivetest":   {"client/sandbox", "client/shareddata"},
	"client/alert/stamp/stamptest": {"client/alert", "client/shareddata"},
	"client/shareddata":            {},
	"client/internal":              {"client/shareddata"},
}

// forbidden packages, by the rooms that must not know them. A room's rule holds
// for what lies below it too.
var forbidden = []struct {
	in, imports string
	unless      string // a folder where it is right
}{
	{"client", "github.com/spf13/", ""},
	{"client", "charm.land/", ""},
	{"client", "github.com/charmbracelet/", ""},
	{"client", "github.com/olekukonko/", ""},
	{"cmd", "github.com/olekukonko/", "cmd/internal/render"},
	{"tui", "github.com/spf13/", ""},
	{"tui", "cloud.google.com/", ""},
	{"client/field", ".", ""},
	{"client/sky", ".", ""},
}

// vagueNames are names of packages that say nothing.
var vagueNames = []string{"util", "utils", "common", "helpers", "types", "pkg", "misc"}

// TestPackagesKnowOnlyWhatThePlanAllows holds the imports of every package
// against the plan of the house.
func TestPackagesKnowOnlyWhatThePlanAllows(t *testing.T) {
	seen := 0
	eachFile(t, func(folder, name string, file *ast.File, fset *token.FileSet) {
		seen++
		from, known := roomOf(folder)
		if !known {
			t.Errorf("%s is in no room that the plan has", folder)
			return
		}
		if slices.Contains(vagueNames, file.Name.Name) {
			t.Errorf("%s: package %s says nothing by its name", folder, file.Name.Name)
		}
		for _, spec := range file.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			where := path.Join(folder, name)
			checkOutside(t, where, folder, imported)
			inside, ours := strings.CutPrefix(imported, module+"/")
			if !ours {
				continue
			}
			to, known := roomOf(inside)
			if !known {
				t.Errorf("%s imports %s, which is in no room that the plan has", where, imported)
			} else if from != to && !reaches(from, to) {
				t.Errorf("%s: the plan has no arrow from %s to %s", where, from, to)
			}
		}
		if strings.HasPrefix(folder, "client") {
			refuseStandardStreams(t, path.Join(folder, name), file, fset)
		}
	})
	if seen < 50 {
		t.Errorf("looked at %d files only: are these all?", seen)
	}
}

// eachFile gives all Go files of the module that are no tests, parsed.
func eachFile(t *testing.T, look func(folder, name string, file *ast.File, fset *token.FileSet)) {
	t.Helper()
	root := filepath.Join("..", "..")
	for _, top := range []string{"cmd", "client", "tui"} {
		err := filepath.WalkDir(filepath.Join(root, top), func(file string, entry fs.DirEntry, err error) error {
			if err != nil {
				if top == "tui" { // not there yet
					return fs.SkipAll
				}
				return err
			}
			if entry.IsDir() && entry.Name() == "testdata" {
				return filepath.SkipDir
			}
			if filepath.Ext(file) != ".go" || strings.HasSuffix(file, "_test.go") {
				return nil
			}
			fset := token.NewFileSet()
			parsed, err := parser.ParseFile(fset, file, nil, parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			relative, err := filepath.Rel(root, file)
			if err != nil {
				return err
			}
			look(path.Dir(filepath.ToSlash(relative)), entry.Name(), parsed, fset)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// roomOf gives the room that a folder of the module is in.
func roomOf(folder string) (room string, known bool) {
	for room := folder; room != "."; room = path.Dir(room) {
		if _, ok := arrows[room]; ok {
			return room, room != "client" || folder == "client"
		}
	}
	return "", false
}

// reaches says whether arrows lead from one room to another.
func reaches(from, to string) bool {
	for _, next := range arrows[from] {
		if next == to || reaches(next, to) {
			return true
		}
	}
	return false
}

// checkOutside holds an import against the list of what is forbidden.
func checkOutside(t *testing.T, where, folder, imported string) {
	t.Helper()
	for _, rule := range forbidden {
		if !below(folder, rule.in) || rule.unless != "" && below(folder, rule.unless) {
			continue
		}
		standard := !strings.Contains(strings.SplitN(imported, "/", 2)[0], ".")
		if rule.imports == "." && !standard && !strings.HasPrefix(imported, module) ||
			rule.imports != "." && strings.HasPrefix(imported, rule.imports) {
			t.Errorf("%s must not import %s", where, imported)
		}
	}
}

func below(folder, top string) bool { return folder == top || strings.HasPrefix(folder, top+"/") }

// refuseStandardStreams finds uses of the process's output in the client.
func refuseStandardStreams(t *testing.T, where string, file *ast.File, fset *token.FileSet) {
	t.Helper()
	ast.Inspect(file, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := s.X.(*ast.Ident); ok && x.Name == "os" && (s.Sel.Name == "Stdout" || s.Sel.Name == "Stderr") {
				t.Errorf("%s:%d uses os.%s: the client has no standard output", where, fset.Position(n.Pos()).Line, s.Sel.Name)
			}
		}
		return true
	})
}
