package registry

import (
	"cmp"
	"slices"
	"strings"
)

const (
	maxNear     = 3  // names given
	maxNearText = 80 // bytes of a name that are compared
)

// Near gives up to three of some names that a name may have been meant for, the
// likeliest first: names that differ by little, begin with it or contain it.
// Letter case counts for nothing, nor do "-", "_", "." and " " differ.
func Near(name string, among []string) []string {
	type candidate struct {
		name  string
		score int
	}
	plain := plainName(name)
	if plain == "" {
		return nil
	}
	var found []candidate
	seen := make(map[string]bool)
	for _, one := range among {
		if seen[one] {
			continue
		}
		seen[one] = true
		if score, ok := nearness(plain, plainName(one)); ok {
			found = append(found, candidate{one, score})
		}
	}
	slices.SortStableFunc(found, func(a, b candidate) int { return cmp.Compare(a.score, b.score) })
	var near []string
	for _, c := range found {
		// Beside what differs in letter case alone nothing else was meant, and
		// what is much worse than the best is no suggestion.
		if len(near) == maxNear || c.score > 0 && found[0].score == 0 || c.score > found[0].score+4 {
			break
		}
		near = append(near, c.name)
	}
	return near
}

var plainSeparators = strings.NewReplacer("-", "_", ".", "_", " ", "_")

func plainName(name string) string {
	if len(name) > maxNearText {
		name = name[:maxNearText]
	}
	return plainSeparators.Replace(strings.ToLower(strings.TrimSpace(name)))
}

// nearness gives a score of two plain names, 0 for equal ones; ok is false for
// names that are not alike. One edit costs 2.
func nearness(name, other string) (score int, ok bool) {
	if other == "" {
		return 0, false
	}
	longest := max(len(name), len(other))
	allowed := (longest + 2) / 4
	if longest <= 3 {
		allowed = 1
	}
	distance := editDistance(name, other)
	if distance < longest && distance <= allowed {
		return 2 * distance, true
	}
	switch {
	case len(name) >= 2 && strings.HasPrefix(other, name), len(other) >= 3 && strings.HasPrefix(name, other):
		return 3, true
	case len(name) >= 3 && strings.Contains(other, name), len(other) >= 4 && strings.Contains(name, other):
		return 4, true
	case sameWords(name, other):
		return 4, true
	}
	return 0, false
}

// sameWords says whether two names have the same words in another order.
func sameWords(a, b string) bool {
	x, y := strings.Split(a, "_"), strings.Split(b, "_")
	slices.Sort(x)
	slices.Sort(y)
	return len(x) > 1 && slices.Equal(x, y)
}

// editDistance counts insertions, deletions, replacements and swaps of
// neighbours (optimal string alignment).
func editDistance(a, b string) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(row[j-1]+1, last[j]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
