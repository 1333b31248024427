package main

import (
	"go/ast"
	"go/token"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/spf13/pflag"

	"github.com/mwvgroup/pgb/cmd/internal/config"
)

// TestEveryCommandExplainsItself holds the help of every command against what a
// person needs: what it does, at length, and lines to type.
func TestEveryCommandExplainsItself(t *testing.T) {
	root := documented()
	n := 0
	for cmd := range commands(root) {
		n++
		path := cmd.CommandPath()
		if cmd.Short == "" || strings.HasSuffix(cmd.Short, ".") {
			t.Errorf("%s: its line is %q", path, cmd.Short)
		}
		if len(cmd.Long) <= len(cmd.Short) {
			t.Errorf("%s has no explanation beyond its line", path)
		}
		for line := range strings.SplitSeq(cmd.Long, "\n") {
			if len([]rune(line)) > 110 {
				t.Errorf("%s: a line of its explanation has %d cells: %s", path, len([]rune(line)), line)
			}
		}
		if !strings.Contains(cmd.Example, "pgb ") {
			t.Errorf("%s has no example", path)
		}
		for line := range strings.SplitSeq(cmd.Example, "\n") {
			if !strings.HasPrefix(line, "  ") {
				t.Errorf("%s: an example is not indented by two: %q", path, line)
			}
		}
		if cmd.RunE == nil {
			t.Errorf("%s does nothing", path)
		}
		cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
			if f.Usage == "" || strings.HasSuffix(f.Usage, ".") {
				t.Errorf("%s --%s: %q", path, f.Name, f.Usage)
			}
		})
	}
	if n < 20 {
		t.Errorf("looked at %d commands only", n)
	}
}

// exampleCall finds calls of pgb in examples.
var exampleCall = regexp.MustCompile(`(?:^|[|(] *|=\S+ )pgb ([a-z][^|>#]*)`)

// TestExamplesNameCommandsAndFlagsThatThereAre keeps examples from growing old.
func TestExamplesNameCommandsAndFlagsThatThereAre(t *testing.T) {
	root := documented()
	for cmd := range commands(root) {
		for line := range strings.SplitSeq(cmd.Example, "\n") {
			for _, call := range exampleCall.FindAllStringSubmatch(strings.TrimSpace(line), -1) {
				words := strings.Fields(call[1])
				found, _, err := root.Find(words)
				if err != nil || found == root {
					t.Errorf("%s: %s: there is no such command", cmd.CommandPath(), line)
					continue
				}
				for _, word := range words {
					name, isFlag := strings.CutPrefix(word, "--")
					name, _, _ = strings.Cut(strings.Trim(name, `)"'`), "=")
					if isFlag && name != "" && found.Flag(name) == nil && found.InheritedFlags().Lookup(name) == nil {
						t.Errorf("%s: %s: there is no flag --%s", cmd.CommandPath(), line, name)
					}
				}
			}
		}
	}
}

// TestEveryVariableThatIsReadIsDocumented compares the list of environment
// variables with the code.
func TestEveryVariableThatIsReadIsDocumented(t *testing.T) {
	known := map[string]bool{}
	for _, v := range config.Variables() {
		known[v.Name] = true
	}
	read, constants := map[string]bool{}, map[string]string{}
	var named []string // constants that name a variable
	eachFile(t, func(folder, _ string, file *ast.File, _ *token.FileSet) {
		if folder == "client/shareddata" || strings.HasSuffix(folder, "test") || folder == "cmd/internal/pictures" {
			return
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.ValueSpec:
				for i, value := range n.Values {
					if text, ok := textOfLiteral(value); ok && i < len(n.Names) {
						constants[folder+" "+n.Names[i].Name] = text
					}
				}
			case *ast.CallExpr:
				if !reads(n) {
					return true
				}
				if text, ok := textOfLiteral(n.Args[0]); ok {
					read[text] = true
				} else if name, ok := n.Args[0].(*ast.Ident); ok {
					named = append(named, folder+" "+name.Name)
				}
			}
			return true
		})
	})
	for _, name := range named {
		if text, ok := constants[name]; ok {
			read[text] = true
		}
	}
	for name := range read {
		if !known[name] {
			t.Errorf("%s is read, but config.Variables does not have it", name)
		}
	}
	if len(read) < 10 {
		t.Errorf("found %d variables only", len(read))
	}
}

// reads says whether a call asks for an environment variable.
func reads(call *ast.CallExpr) bool {
	name := ""
	switch f := call.Fun.(type) {
	case *ast.Ident:
		name = f.Name
	case *ast.SelectorExpr:
		name = f.Sel.Name
	}
	return len(call.Args) == 1 && (strings.EqualFold(name, "getenv") || name == "LookupEnv")
}

func textOfLiteral(n ast.Expr) (string, bool) {
	literal, ok := n.(*ast.BasicLit)
	if !ok || literal.Kind != token.STRING {
		return "", false
	}
	text, err := strconv.Unquote(literal.Value)
	return text, err == nil
}
