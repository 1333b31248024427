package client_test

import (
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestPagesShowGoThatIsRun holds the Go of the documents against the examples
// and tests of this package: every block of it stands, line for line, in one, or
// in a function that one calls.
func TestPagesShowGoThatIsRun(t *testing.T) {
	code := codeThatIsRun(t)
	for page, least := range map[string]int{"README.md": 2, "docs/go.md": 14} {
		text, err := os.ReadFile(filepath.Join("..", filepath.FromSlash(page)))
		if err != nil {
			t.Fatal(err)
		}
		blocks := regexp.MustCompile("(?ms)^```go\n(.*?)^```$").FindAllStringSubmatch(string(text), -1)
		if len(blocks) < least {
			t.Errorf("%s has %d blocks of Go", page, len(blocks))
		}
		for _, block := range blocks {
			if !strings.Contains(code, "\n"+unindented(block[1])) {
				t.Errorf("%s shows what no test runs:\n%s", page, block[1])
			}
		}
	}
}

// unindented gives lines without what stands before and behind them.
func unindented(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		b.WriteString(strings.TrimSpace(line) + "\n")
	}
	return b.String()
}

// codeThatIsRun gives the examples that are run and the tests of this package,
// and the functions of its test files that they call.
func codeThatIsRun(t *testing.T) string {
	t.Helper()
	paths, err := filepath.Glob("*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	functions, texts := map[string]*ast.FuncDecl{}, map[string]string{}
	var run []string
	for _, path := range paths {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, path, raw, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		for _, example := range doc.Examples(file) {
			if example.Output != "" || example.EmptyOutput {
				run = append(run, "Example"+example.Name)
			}
		}
		for _, declared := range file.Decls {
			f, ok := declared.(*ast.FuncDecl)
			if !ok || f.Recv != nil {
				continue
			}
			name := f.Name.Name
			functions[name] = f
			texts[name] = string(raw[fset.Position(f.Pos()).Offset:fset.Position(f.End()).Offset])
			if strings.HasPrefix(name, "Test") {
				run = append(run, name)
			}
		}
	}
	var code strings.Builder
	for seen := map[string]bool{}; len(run) > 0; {
		name := run[0]
		run = run[1:]
		if seen[name] || functions[name] == nil {
			continue
		}
		seen[name] = true
		code.WriteString("\n" + unindented(texts[name]))
		ast.Inspect(functions[name].Body, func(n ast.Node) bool {
			if called, ok := n.(*ast.Ident); ok {
				run = append(run, called.Name)
			}
			return true
		})
	}
	return code.String()
}
