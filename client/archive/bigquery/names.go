package bigquery

import (
	"strings"
	"unicode/utf8"
)

// tokenKind is the kind of a part of a statement.
type tokenKind uint8

const (
	wordToken   tokenKind = iota // a name, a keyword or a number
	quotedToken                  // a name in backquotes
	markToken                    // any other character
	textToken                    // a text
)

type token struct {
	kind     tokenKind
	from, to int
}

// tokens takes a statement of GoogleSQL apart as far as it takes to find names:
// comments are left out, and what is in a text is not looked at.
func tokens(text string) []token {
	var list []token
	for i := 0; i < len(text); {
		from := i
		c := text[i]
		switch {
		case c == '#' || strings.HasPrefix(text[i:], "--"):
			i = after(text, i, "\n")
			continue
		case strings.HasPrefix(text[i:], "/*"):
			i = after(text, i+2, "*/")
			continue
		case c == '`':
			i = after(text, i+1, "`")
			list = append(list, token{quotedToken, from, i})
		case c == '"' || c == '\'':
			i = endOfText(text, i, isRaw(text, list, i))
			list = append(list, token{textToken, from, i})
		case isWord(c):
			for i < len(text) && (isWord(text[i]) || text[i] == '-' && i+1 < len(text) && isLetter(text[i+1]) && isLetter(text[i-1])) {
				i++
			}
			list = append(list, token{wordToken, from, i})
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			i++
		default:
			i++
			list = append(list, token{markToken, from, i})
		}
	}
	return list
}

func after(text string, from int, mark string) int {
	if i := strings.Index(text[from:], mark); i >= 0 {
		return from + i + len(mark)
	}
	return len(text)
}

// isRaw says whether the text that begins at a place has a prefix with an r, in
// which a backslash is a backslash.
func isRaw(text string, list []token, at int) bool {
	if len(list) == 0 {
		return false
	}
	last := list[len(list)-1]
	return last.kind == wordToken && last.to == at && strings.ContainsAny(text[last.from:last.to], "rR") && last.to-last.from <= 2
}

// endOfText gives the end of a text, of three quotes or one.
func endOfText(text string, i int, raw bool) int {
	mark := text[i : i+1]
	if strings.HasPrefix(text[i:], strings.Repeat(mark, 3)) {
		mark = strings.Repeat(mark, 3)
	}
	for i += len(mark); i < len(text); i++ {
		switch {
		case text[i] == '\\' && (!raw || i+1 < len(text)):
			i++
		case strings.HasPrefix(text[i:], mark):
			return i + len(mark)
		}
	}
	return len(text)
}

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

func isWord(c byte) bool { return isLetter(c) || c >= '0' && c <= '9' || c == '_' }

// insertion is a text that was put into a statement, before a place of it.
type insertion struct {
	at   int
	text string
}

type insertions []insertion

// column gives where a column of a line, counted from 1 in characters, was
// before the insertions.
func (s insertions) column(text string, line, column int) int {
	start := 0
	for range line - 1 {
		start = after(text, start, "\n")
	}
	shift := 0
	for _, one := range s {
		if one.at < start || strings.Contains(text[start:min(one.at, len(text))], "\n") {
			continue
		}
		before := utf8.RuneCountInString(text[start:one.at]) + 1
		size := utf8.RuneCountInString(one.text)
		if column >= before+shift+size {
			shift += size
		} else if column >= before+shift {
			return before
		}
	}
	return column - shift
}

// withProjects puts the project before the tables of the registry that a
// statement names without one: as `dataset.table`, or as dataset.table behind
// FROM or JOIN.
func (a *Archive) withProjects(text string) (string, insertions) {
	projects := map[string]string{}
	for _, t := range a.registry.Tables {
		for _, name := range tableNames(t) {
			projects[strings.ToLower(t.Dataset+"."+name)] = a.project(t)
		}
	}
	list := tokens(text)
	var put insertions
	word := func(i int) string {
		if i < 0 || i >= len(list) {
			return ""
		}
		return strings.ToLower(strings.Trim(text[list[i].from:list[i].to], "`"))
	}
	for i, t := range list {
		if word(i-1) == "." || t.kind == markToken || t.kind == textToken {
			continue
		}
		if t.kind == quotedToken {
			if project, ok := projects[word(i)]; ok {
				put = append(put, insertion{t.from + 1, project + "."})
				continue
			}
		}
		if project, ok := projects[word(i)+"."+word(i+2)]; ok && word(i+1) == "." && (word(i-1) == "from" || word(i-1) == "join") {
			put = append(put, insertion{t.from, "`" + project + "`."})
		}
	}
	var b strings.Builder
	from := 0
	for _, one := range put {
		b.WriteString(text[from:one.at])
		b.WriteString(one.text)
		from = one.at
	}
	b.WriteString(text[from:])
	return b.String(), put
}
