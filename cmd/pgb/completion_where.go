package main

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/mwvgroup/pgb/client/registry"
	"github.com/mwvgroup/pgb/client/where"
)

var (
	// nameAtCaret is what stands of a name at the end of a filter.
	nameAtCaret = regexp.MustCompile(`[\pL\pN_.]*$`)
	// classAhead is what stands before the text of a class or classifier.
	classAhead = regexp.MustCompile(`(\bp\([^)]*|\bclass(ifier)?\s*(==|!=|in\s*\[)[^&|\]]*)$`)
)

// completeWhere completes what a filter ends with: the name of a field or of a
// function, and of a class where one is meant.
func (a *app) completeWhere(cmd *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
	const directive = cobra.ShellCompDirectiveNoSpace | cobra.ShellCompDirectiveNoFileComp
	typed = withoutShellQuote(typed)
	before, last := typed, ""
	var words []string
	if quote, at := openText(typed); quote != "" {
		if before, last = typed[:at], typed[at:]; classAhead.MatchString(typed[:at-1]) {
			words = classNames(a.known(), quote)
		}
	} else {
		last = nameAtCaret.FindString(typed)
		before = strings.TrimSuffix(typed, last)
		whole := last == "" && before != "" && strings.Contains("\"')]", before[len(before)-1:])
		if !whole && (last == "" || last[0] < '0' || last[0] > '9') {
			words = append(functionNames(), a.fieldNames(cmd)...)
		}
	}
	fit := beginning(words, last)
	for i := range fit {
		fit[i] = before + fit[i]
	}
	return fit, directive
}

// withoutShellQuote takes the quote off that a filter begins with on the command
// line: fish hands it over as it was typed.
func withoutShellQuote(typed string) string {
	if typed != "" && strings.Contains(`'"`, typed[:1]) && strings.Count(typed, typed[:1])%2 == 1 {
		return typed[1:]
	}
	return typed
}

// openText gives the quote of a text that a filter breaks off in, empty where it
// does in none, and where what is in it begins.
func openText(filter string) (quote string, at int) {
	for i := range len(filter) {
		switch c := filter[i : i+1]; {
		case quote == "" && (c == `"` || c == "'"):
			quote, at = c, i+1
		case c == quote:
			quote = ""
		}
	}
	return quote, at
}

func functionNames() []string {
	var names []string
	for _, shown := range where.Functions() {
		name, _, _ := strings.Cut(shown, "(")
		names = append(names, described(name+"(", shown))
	}
	return names
}

// classNames gives the classifiers and their classes, with the quote behind.
func classNames(reg *registry.Registry, quote string) []string {
	docs := map[string]string{}
	for _, name := range sortedNames(reg.Classifiers) {
		docs[name] = firstOf(reg.Classifiers[name].Doc, "classifier")
	}
	for _, name := range sortedNames(reg.Classifiers) {
		for _, class := range reg.Classifiers[name].Classes {
			if docs[class.Name] == "" {
				docs[class.Name] = "class of " + name
			}
		}
	}
	var names []string
	for _, name := range slices.Sorted(maps.Keys(docs)) {
		names = append(names, described(name+quote, docs[name]))
	}
	return names
}
