package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	// markdownLink is a link or picture: the text in brackets, then what is meant.
	markdownLink    = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	markdownHeading = regexp.MustCompile(`(?m)^#{1,6} +(.*?)\s*$`)
	markdownCode    = regexp.MustCompile("(?ms)^```.*?^```$|`[^`\n]+`")
	notInAnchors    = regexp.MustCompile(`[^\p{L}\p{N}\p{M}_ -]`)
)

// documents gives the pages that people read, by their paths below the top of
// the module.
func documents(t *testing.T) map[string]string {
	t.Helper()
	top := filepath.Join("..", "..")
	names := []string{"README.md", "CONTRIBUTING.md", "CHANGELOG.md", filepath.Join("notebooks", "README.md")}
	pages, err := filepath.Glob(filepath.Join(top, "docs", "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, page := range pages {
		names = append(names, filepath.Join("docs", filepath.Base(page)))
	}
	texts := map[string]string{}
	for _, name := range names {
		text, err := os.ReadFile(filepath.Join(top, name))
		if err != nil {
			t.Fatal(err)
		}
		texts[filepath.ToSlash(name)] = string(text)
	}
	return texts
}

// anchorsOf gives the anchors of a page's headings, as GitHub makes them: in lower
// case, without marks, with - for blanks, and a number where one comes again.
func anchorsOf(text string) []string {
	var anchors []string
	text = regexp.MustCompile("(?ms)^```.*?^```$").ReplaceAllString(text, "")
	for _, heading := range markdownHeading.FindAllStringSubmatch(text, -1) {
		name := notInAnchors.ReplaceAllString(strings.ToLower(heading[1]), "")
		anchors = append(anchors, strings.ReplaceAll(name, " ", "-"))
	}
	return anchors
}

func TestLinksOfTheDocumentsLeadSomewhere(t *testing.T) {
	top := filepath.Join("..", "..")
	texts := documents(t)
	seen := 0
	for name, text := range texts {
		for _, link := range markdownLink.FindAllStringSubmatch(markdownCode.ReplaceAllStringFunc(text, withoutLinks), -1) {
			target, anchor, _ := strings.Cut(link[1], "#")
			if strings.Contains(target, "://") || strings.HasPrefix(target, "mailto:") {
				continue
			}
			seen++
			path := filepath.Join(filepath.Dir(filepath.FromSlash(name)), filepath.FromSlash(target))
			if target == "" {
				path = filepath.FromSlash(name)
			}
			if _, err := os.Stat(filepath.Join(top, path)); err != nil {
				t.Errorf("%s: the link %s leads nowhere", name, link[1])
				continue
			}
			if anchor == "" {
				continue
			}
			if page, known := texts[filepath.ToSlash(path)]; !known || !slices.Contains(anchorsOf(page), anchor) {
				t.Errorf("%s: the link %s leads to no heading", name, link[1])
			}
		}
	}
	if seen < 50 {
		t.Errorf("found %d links only", seen)
	}
}

// withoutLinks empties code, which has brackets of its own.
func withoutLinks(code string) string {
	return strings.NewReplacer("](", "] (").Replace(code)
}

func TestTheReadmeLinksEveryPage(t *testing.T) {
	texts := documents(t)
	for name := range texts {
		if name != "README.md" && !strings.Contains(texts["README.md"], "]("+name+")") && name != "notebooks/README.md" {
			t.Errorf("README.md has no link to %s", name)
		}
	}
	for _, page := range []string{
		"start", "stream", "filter", "lookup", "archive", "costs", "viewer", "python", "go", "schemas",
		"exit-codes", "configuration", "security", "benchmarks", "architecture",
	} {
		if texts["docs/"+page+".md"] == "" {
			t.Errorf("there is no docs/%s.md", page)
		}
	}
}
