package prompt

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// completion is what the word at the cursor may become.
type completion struct {
	candidates []string
	// chosen is the candidate that is in the text; -1 for none yet.
	chosen int
	// left and right are the text around what a candidate replaces, and typed
	// is how much of each candidate's beginning left has at its end.
	left, right string
	typed       []int
}

// suggest asks for candidates for what has just been typed. Without anything
// typed of them none are shown before tab asks for them.
func (p *Prompt) suggest() {
	p.completion = p.candidates()
	if !slices.ContainsFunc(p.completion.typed, func(n int) bool { return n > 0 }) {
		p.completion = completion{}
	}
}

// candidates asks for what the word at the cursor may become.
func (p *Prompt) candidates() completion {
	if p.Complete == nil {
		return completion{}
	}
	c := completion{chosen: -1, left: p.text[:p.cursor], right: p.text[p.cursor:]}
	for _, candidate := range p.Complete(p.text, p.cursor) {
		if candidate = oneLine(candidate); candidate != "" {
			c.candidates = append(c.candidates, candidate)
			c.typed = append(c.typed, overlap(c.left, candidate))
		}
	}
	if len(c.candidates) == 1 && c.typed[0] == len(c.candidates[0]) {
		return completion{} // it is there already
	}
	return c
}

// overlap says how many bytes at the end of a text are the beginning of another,
// in letters of any case.
func overlap(text, of string) int {
	for n := min(len(text), len(of)); n > 0; n-- {
		if utf8.RuneStart(text[len(text)-n]) && strings.EqualFold(text[len(text)-n:], of[:n]) {
			return n
		}
	}
	return 0
}

// tab takes what all candidates have in common, and where that is nothing more,
// one after the other.
func (p *Prompt) tab(n int) {
	if len(p.completion.candidates) == 0 {
		p.completion = p.candidates()
	}
	c := p.completion
	if len(c.candidates) == 0 {
		return
	}
	if common := p.common(); c.chosen < 0 && n > 0 && len(c.candidates) > 1 && common != "" {
		p.replace(c.left + common)
		p.completion = p.candidates()
		return
	}
	switch {
	case c.chosen >= 0:
		c.chosen = (c.chosen + n + len(c.candidates)) % len(c.candidates)
	case n > 0:
		c.chosen = 0
	default:
		c.chosen = len(c.candidates) - 1
	}
	candidate := c.candidates[c.chosen]
	p.replace(c.left[:len(c.left)-c.typed[c.chosen]] + candidate)
	if len(c.candidates) > 1 {
		p.completion = c
	} else {
		p.completion = completion{}
	}
}

// replace puts another text before what stands behind the cursor. Candidates
// stay as they are.
func (p *Prompt) replace(left string) {
	right := p.completion.right
	if len(left)+len(right) > longest {
		return
	}
	p.text, p.cursor, p.fault = left+right, len(left), nil
	if p.Changed != nil {
		p.Changed(p.text)
	}
}

// common gives what all candidates go on with after what is typed of them.
func (p *Prompt) common() string {
	c := p.completion
	common := c.candidates[0][c.typed[0]:]
	for i, candidate := range c.candidates[1:] {
		rest := candidate[c.typed[i+1]:]
		n := 0
		for n < len(common) && n < len(rest) && common[n] == rest[n] {
			n++
		}
		common = common[:n]
	}
	for len(common) > 0 && !utf8.ValidString(common) {
		common = common[:len(common)-1]
	}
	return common
}
