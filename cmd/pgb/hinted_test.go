package main

import (
	"context"
	"go/ast"
	"go/token"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/mwvgroup/pgb/cmd/internal/render"
)

// hintedCommand finds what is to be typed in a hint: up to what ends a part of a sentence.
var hintedCommand = regexp.MustCompile(`\bpgb [a-z-][^:;,()?]*`)

// proseAfterCommand are words that follow the program's name in a sentence.
var proseAfterCommand = []string{"is", "made"}

// TestWhatHintsSayCanBeTyped reads the hints in the sources: each command in them is
// there, and has the flags that stand behind it.
func TestWhatHintsSayCanBeTyped(t *testing.T) {
	root := newRoot(&app{ctx: context.Background(), screen: &render.Screen{}})
	seen := 0
	eachFile(t, func(folder, name string, file *ast.File, fset *token.FileSet) {
		if folder != "cmd/pgb" {
			return
		}
		ast.Inspect(file, func(n ast.Node) bool {
			list, ok := n.(*ast.CompositeLit)
			if !ok {
				return true
			}
			array, ok := list.Type.(*ast.ArrayType)
			if !ok {
				return true
			}
			if of, ok := array.Elt.(*ast.Ident); !ok || of.Name != "string" {
				return true
			}
			for _, element := range list.Elts {
				ast.Inspect(element, func(n ast.Node) bool {
					literal, ok := n.(*ast.BasicLit)
					if !ok || literal.Kind != token.STRING {
						return true
					}
					text, err := strconv.Unquote(literal.Value)
					if err != nil {
						t.Fatal(err)
					}
					for _, line := range hintedCommand.FindAllString(text, -1) {
						seen++
						if bad := cantBeTyped(root, strings.Fields(line)[1:]); bad != "" {
							t.Errorf("%s: %q: %s", fset.Position(literal.Pos()), text, bad)
						}
					}
					return true
				})
			}
			return true
		})
	})
	if seen < 40 {
		t.Errorf("only %d commands were found in hints", seen)
	}
}

// cantBeTyped says what is wrong with the words of a command; empty is nothing.
func cantBeTyped(root *cobra.Command, words []string) string {
	cmd := root
	for len(words) > 0 && cmd.HasSubCommands() {
		next := subcommand(cmd, words[0])
		if next == nil {
			break
		}
		cmd, words = next, words[1:]
	}
	if cmd == root && len(words) > 0 && !strings.HasPrefix(words[0], "-") && !slices.Contains(proseAfterCommand, words[0]) {
		return "there is no command " + words[0]
	}
	cmd.InitDefaultHelpFlag()
	for _, word := range words {
		name, isFlag := strings.CutPrefix(word, "--")
		name, _, _ = strings.Cut(name, "=")
		if name = strings.TrimRight(name, ".'\""); isFlag && name != "" && cmd.Flag(name) == nil {
			return cmd.CommandPath() + " has no flag --" + name
		}
	}
	return ""
}
