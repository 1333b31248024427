package chooser

import (
	"cmp"
	"slices"
	"strings"
)

// best appends the items that fit what is typed, best first: each of its
// words must be found in the name, in the text, or as letters of the name in
// their order.
func best(items []Item, typed string, into []int) []int {
	words := strings.Fields(strings.ToLower(typed))
	scores := make([]int, len(items))
	for i := range items {
		fits := true
		for _, word := range words {
			score := fit(&items[i], word)
			fits = fits && score > 0
			scores[i] += score
		}
		if fits {
			into = append(into, i)
		}
	}
	slices.SortStableFunc(into, func(a, b int) int {
		if scores[a] != scores[b] {
			return cmp.Compare(scores[b], scores[a])
		}
		if len(words) > 0 {
			return cmp.Compare(len(items[a].Name), len(items[b].Name))
		}
		return 0
	})
	return into
}

// fit says how well a word in small letters fits an item; 0 not at all.
func fit(item *Item, word string) int {
	name := strings.ToLower(item.Name)
	switch at := strings.Index(name, word); {
	case name == word:
		return 6
	case at == 0:
		return 5
	case at > 0 && !isLetter(name[at-1]):
		return 4
	case at > 0:
		return 3
	}
	if strings.Contains(strings.ToLower(item.Doc), word) || strings.Contains(strings.ToLower(item.Detail), word) {
		return 2
	}
	if hasInOrder(name, word) {
		return 1
	}
	return 0
}

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c >= 0x80 }

// hasInOrder says whether a text has all letters of a word in their order.
func hasInOrder(text, word string) bool {
	for _, r := range word {
		at := strings.IndexRune(text, r)
		if at < 0 {
			return false
		}
		text = text[at+len(string(r)):]
	}
	return true
}
