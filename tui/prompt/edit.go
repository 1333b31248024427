package prompt

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/mwvgroup/pgb/tui/cells"
	"github.com/mwvgroup/pgb/tui/keys"
)

// Keys are the keys that edit. Letters are given to [Prompt.Insert].
func (p *Prompt) Keys() []keys.Binding {
	return []keys.Binding{
		{Keys: []string{"up", "ctrl+p"}, Does: "earlier line", Do: func() { p.recall(-1) }},
		{Keys: []string{"down", "ctrl+n"}, Does: "later line", Do: func() { p.recall(1) }},
		{Keys: []string{"tab"}, Does: "complete, next candidate", Do: func() { p.tab(1) }},
		{Keys: []string{"shift+tab"}, Does: "candidate before", Do: func() { p.tab(-1) }},
		{Keys: []string{"left", "ctrl+b"}, Does: "left", Do: func() { p.moveTo(p.before(p.cursor)) }},
		{Keys: []string{"right", "ctrl+f"}, Does: "right", Do: func() { p.moveTo(p.behind(p.cursor)) }},
		{Keys: []string{"alt+b", "ctrl+left", "alt+left"}, Does: "a word left", Do: func() { p.moveTo(p.wordBefore()) }},
		{Keys: []string{"alt+f", "ctrl+right", "alt+right"}, Does: "a word right", Do: func() { p.moveTo(p.wordBehind()) }},
		{Keys: []string{"ctrl+a", "home"}, Does: "to the beginning", Do: func() { p.moveTo(0) }},
		{Keys: []string{"ctrl+e", "end"}, Does: "to the end", Do: func() { p.moveTo(len(p.text)) }},
		{Keys: []string{"backspace", "ctrl+h", "shift+backspace"}, Does: "delete to the left", Do: func() { p.change(p.before(p.cursor), p.cursor, "") }},
		{Keys: []string{"delete", "ctrl+d"}, Does: "delete", Do: func() { p.change(p.cursor, p.behind(p.cursor), "") }},
		{Keys: []string{"ctrl+w", "alt+backspace"}, Does: "cut the word before", Do: func() { p.cut(p.blankBefore(), p.cursor) }},
		{Keys: []string{"alt+d"}, Does: "cut the word behind", Do: func() { p.cut(p.cursor, p.wordBehind()) }},
		{Keys: []string{"ctrl+u"}, Does: "cut to the beginning", Do: func() { p.cut(0, p.cursor) }},
		{Keys: []string{"ctrl+k"}, Does: "cut to the end", Do: func() { p.cut(p.cursor, len(p.text)) }},
		{Keys: []string{"ctrl+y"}, Does: "put in what was cut", Do: func() { p.Insert(p.killed) }},
	}
}

func (p *Prompt) moveTo(cursor int) {
	p.cursor = cursor
	p.completion = completion{}
}

func (p *Prompt) cut(from, to int) {
	if from < to {
		p.killed = p.text[from:to]
		p.change(from, to, "")
	}
}

// before gives where the character before a place begins, with what belongs to
// it and has no width of its own.
func (p *Prompt) before(place int) int {
	for place > 0 {
		r, size := utf8.DecodeLastRuneInString(p.text[:place])
		place -= size
		if runeCells(r) > 0 {
			break
		}
	}
	return place
}

// behind gives where the character at a place ends.
func (p *Prompt) behind(place int) int {
	for first := true; place < len(p.text); first = false {
		r, size := utf8.DecodeRuneInString(p.text[place:])
		if !first && runeCells(r) > 0 {
			break
		}
		place += size
	}
	return place
}

// runeCells says how many cells a character takes.
func runeCells(r rune) int {
	if r >= ' ' && r <= '~' {
		return 1
	}
	return cells.Width(string(r))
}

func isWord(r rune) bool {
	return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)
}

func (p *Prompt) wordBefore() int {
	left := strings.TrimRightFunc(p.text[:p.cursor], func(r rune) bool { return !isWord(r) })
	return len(strings.TrimRightFunc(left, isWord))
}

func (p *Prompt) wordBehind() int {
	right := strings.TrimLeftFunc(p.text[p.cursor:], func(r rune) bool { return !isWord(r) })
	return len(p.text) - len(strings.TrimLeftFunc(right, isWord))
}

// blankBefore gives where the text up to the cursor begins that has no blank in
// it, as shells cut words.
func (p *Prompt) blankBefore() int {
	left := strings.TrimRight(p.text[:p.cursor], " ")
	return strings.LastIndexByte(left, ' ') + 1
}

// recall shows another line of the history. The line that is being typed comes
// after the newest.
func (p *Prompt) recall(n int) {
	to := p.recalled + n
	if to < 0 || to > len(p.history) {
		return
	}
	if p.recalled == len(p.history) {
		p.unfinished = p.text
	}
	p.recalled = to
	line := p.unfinished
	if to < len(p.history) {
		line = oneLine(p.history[to])
	}
	p.show(line)
	if p.Changed != nil {
		p.Changed(p.text)
	}
}
