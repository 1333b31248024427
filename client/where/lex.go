package where

import (
	"errors"
	"fmt"
	"slices"
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser/lexer"
)

// source is the text of an expression and its tokens. The parser of expr counts
// in characters, everything else here in bytes.
type source struct {
	text   string
	bytes  []int // byte offset of each character, and len(text)
	tokens []lexer.Token
}

func newSource(text string) *source {
	s := &source{text: text}
	for i := range text {
		s.bytes = append(s.bytes, i)
	}
	s.bytes = append(s.bytes, len(text))
	return s
}

// span turns a place counted in characters into one counted in bytes.
func (s *source) span(l file.Location) Span {
	last := len(s.bytes) - 1
	from, to := min(max(l.From, 0), last), min(max(l.To, 0), last)
	return Span{s.bytes[from], max(s.bytes[to]-s.bytes[from], 0)}
}

func (s *source) fail(at Span, format string, args ...any) *Error {
	return &Error{Text: s.text, Offset: at.Offset, Length: at.Length, Message: fmt.Sprintf(format, args...)}
}

// scan takes the text apart and refuses what the language does not have, with
// words that name what it has. The parser itself would accept most of it.
func (s *source) scan() error {
	if len(s.text) > MaxLength {
		return s.fail(Span{MaxLength, 0}, "the expression is longer than %d bytes", MaxLength)
	}
	if !utf8.ValidString(s.text) {
		for i, r := range s.text {
			if r == utf8.RuneError && !strings.HasPrefix(s.text[i:], "\ufffd") {
				return s.fail(Span{i, 1}, "the expression is not valid UTF-8")
			}
		}
	}
	if strings.TrimSpace(s.text) == "" {
		return s.fail(Span{len(s.text), 0}, "the expression is empty")
	}
	tokens, err := lexer.Lex(file.NewSource(s.text))
	if err != nil {
		return s.lexError(err)
	}
	s.tokens = tokens
	depth := 0
	for i, t := range tokens {
		if t.Is(lexer.Bracket, "(", "[") {
			depth++
		} else if t.Is(lexer.Bracket, ")", "]") {
			depth--
		}
		// Twice the depth of trees, so that every tree can be printed and read.
		if depth > 2*MaxDepth {
			return s.fail(s.span(t.Location), "the brackets are nested deeper than %d", 2*MaxDepth)
		}
		if err := s.checkCall(i); err != nil {
			return err
		}
		if i > 0 && tokens[i-1].Is(lexer.Operator, ".") {
			continue // any word may name a member
		}
		if message := s.refuse(i); message != "" {
			return s.fail(s.span(t.Location), "%s", message)
		}
	}
	return nil
}

// foreign says what to write instead of tokens that other languages have.
var foreign = map[string]string{
	"=":    "= is no comparison: write ==",
	"&":    "& is no operator: write && or and",
	"|":    "| is no operator: write || or or",
	"??":   "?? is not in the language: has(x) tests for a value, x ? a : b chooses",
	"?.":   "?. is not in the language: a missing part of a path is a missing value, write a dot",
	"::":   ":: is not in the language",
	";":    "; is not in the language: there is one expression, joined by and and or",
	"let":  "let is not in the language: there are no variables",
	"if":   "if is not in the language: write condition ? a : b",
	"else": "else is not in the language: write condition ? a : b",
	"#":    "# is not in the language: there are no closures",
	"{":    "{ is not in the language: there are no closures and maps",
	"}":    "} is not in the language: there are no closures and maps",
	"===":  "=== is no comparison: write ==",
	"AND":  "AND is written in lower case: and",
	"OR":   "OR is written in lower case: or",
	"NOT":  "NOT is written in lower case: not",
	"IN":   "IN is written in lower case: in",
	"LIKE": "LIKE is not in the language: write contains, startsWith, endsWith or matches",
	"like": "like is not in the language: write contains, startsWith, endsWith or matches",
	"nil":  noNull, "null": noNull, "NULL": noNull, "None": noNull, "NaN": noNull, "nan": noNull,
	"True": "True is written in lower case: true", "False": "False is written in lower case: false",
}

const noNull = "a missing value can't be compared: has(x) tests for a value, not has(x) for none"

func (s *source) refuse(i int) string {
	t := s.tokens[i]
	switch t.Kind {
	case lexer.Bytes:
		return `b"..." is not in the language: write "..."`
	case lexer.Operator, lexer.Bracket, lexer.Identifier:
		if message := foreign[t.Value]; message != "" {
			return message
		}
		if t.Value == "<" && s.tokens[i+1].Is(lexer.Operator, ">") {
			return "<> is no comparison: write !="
		}
	}
	return ""
}

// checkCall refuses functions that do not exist before the parser meets them,
// because it knows many that this language has not.
func (s *source) checkCall(i int) error {
	t := s.tokens[i]
	if t.Kind != lexer.Identifier || !s.tokens[i+1].Is(lexer.Bracket, "(") {
		return nil
	}
	if i > 0 && s.tokens[i-1].Is(lexer.Operator, ".") {
		return s.fail(s.span(t.Location), "%s is no method: functions stand by themselves, as in abs(x)", t.Value)
	}
	if !slices.Contains(functions, t.Value) && foreign[t.Value] == "" {
		e := s.fail(s.span(t.Location), "unknown function %q: there are %s", t.Value, strings.Join(functions, ", "))
		e.Near = near(t.Value, functions)
		return e
	}
	return nil
}

func (s *source) lexError(err error) error {
	var fault *file.Error
	if !errors.As(err, &fault) {
		return s.fail(Span{0, len(s.text)}, "%v", err)
	}
	at := s.span(fault.Location)
	switch {
	case strings.HasPrefix(fault.Message, "literal not terminated"):
		return s.fail(Span{len(s.text), 0}, "a text has no closing quote")
	case strings.HasPrefix(fault.Message, "unclosed comment"):
		return s.fail(Span{len(s.text), 0}, "a comment has no end")
	case strings.HasPrefix(fault.Message, "bad number syntax"):
		start := at.Offset
		for start > 0 && isWord(s.text[start-1]) {
			start--
		}
		end := at.Offset
		for end < len(s.text) && isWord(s.text[end]) {
			end++
		}
		word := s.text[start:end]
		return s.fail(Span{start, len(word)}, `%s is no number: an angle or a text needs quotes, as in "%s"`, word, word)
	case strings.HasPrefix(fault.Message, "unrecognized character"):
		return s.fail(at, "%q is not in the language", s.text[at.Offset:at.Offset+at.Length])
	}
	return s.fail(at, "%s", fault.Message)
}

func isWord(c byte) bool {
	return c == '_' || c == '.' || c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' || c >= utf8.RuneSelf
}

// parseError words an error of the parser.
func (s *source) parseError(err error) error {
	var fault *file.Error
	if !errors.As(err, &fault) {
		return s.fail(Span{0, len(s.text)}, "%v", err)
	}
	if fault.Message == "unexpected token EOF" {
		return s.fail(Span{len(s.text), 0}, "the expression ends too early")
	}
	at := s.span(fault.Location)
	for i, t := range s.tokens {
		if t.Location != fault.Location {
			continue
		}
		switch {
		case strings.Contains(fault.Message, "integer literal"):
			// The parser has gone on to the token after the number.
			number := s.tokens[max(i-1, 0)]
			return s.fail(s.span(number.Location), "%s is beyond 64-bit integers", number.Value)
		case strings.Contains(fault.Message, "float literal"):
			number := s.tokens[max(i-1, 0)]
			return s.fail(s.span(number.Location), "%s is beyond 64-bit floats", number.Value)
		case strings.Contains(fault.Message, "maximum allowed nodes"):
			return s.fail(at, "the expression has too many parts")
		case strings.HasPrefix(fault.Message, "unexpected token"), fault.Message == "expected name":
			return s.fail(at, "unexpected %s", s.text[at.Offset:at.Offset+at.Length])
		}
	}
	return s.fail(at, "%s", fault.Message)
}

// tokenAt gives the index of the first token at or behind an offset.
func (s *source) tokenAt(offset int) int {
	return sort.Search(len(s.tokens), func(i int) bool { return s.span(s.tokens[i].Location).Offset >= offset })
}

// closing gives the offset behind the bracket that closes the one at open.
func (s *source) closing(open int) int {
	depth := 0
	for _, t := range s.tokens[s.tokenAt(open):] {
		at := s.span(t.Location)
		if t.Kind != lexer.Bracket {
			continue
		}
		if t.Value == "(" || t.Value == "[" {
			depth++
		} else {
			depth--
		}
		if depth == 0 {
			return at.Offset + at.Length
		}
	}
	return len(s.text)
}

// leavesParens says whether a bracket closes between two offsets that opened
// before the first.
func (s *source) leavesParens(from, to int) bool {
	depth := 0
	for _, t := range s.tokens[s.tokenAt(from):] {
		if s.span(t.Location).Offset >= to {
			break
		}
		if t.Kind != lexer.Bracket {
			continue
		}
		if t.Value == "(" || t.Value == "[" {
			depth++
		} else if depth--; depth < 0 {
			return true
		}
	}
	return false
}
