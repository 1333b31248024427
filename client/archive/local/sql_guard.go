package local

import (
	"slices"
	"strings"

	"zombiezen.com/go/sqlite"
)

// readingOnly refuses all that is more than reading. The connection can't write
// to the archive in any case, and no function reaches outside of it; this also keeps statements from other files and
// from settings, and tells what is refused in plain words.
type readingOnly struct{ refused string }

// harmlessPragmas only tell something.
var harmlessPragmas = []string{
	"table_info", "table_xinfo", "table_list", "index_list", "index_info", "index_xinfo", "foreign_key_list",
	"function_list", "pragma_list", "collation_list", "compile_options",
}

// tellingPragmas tell a setting, and change it when they are given a value.
var tellingPragmas = []string{"user_version", "application_id", "page_size", "page_count", "freelist_count", "encoding", "journal_mode", "data_version"}

// Authorize is asked for each thing that a statement does.
func (g *readingOnly) Authorize(action sqlite.Action) sqlite.AuthResult {
	what := ""
	switch action.Type() {
	case sqlite.OpSelect, sqlite.OpRead, sqlite.OpRecursive, sqlite.OpFunction:
	case sqlite.OpPragma:
		name := strings.ToLower(action.Pragma())
		if !slices.Contains(harmlessPragmas, name) && (action.PragmaArg() != "" || !slices.Contains(tellingPragmas, name)) {
			what = "PRAGMA " + name
		}
	default:
		what = nameOf(action)
	}
	if what == "" {
		return sqlite.AuthResultOK
	}
	if g.refused == "" {
		g.refused = what
	}
	return sqlite.AuthResultDeny
}

// nameOf says what an action does: "INSERT", "CREATE TABLE".
func nameOf(action sqlite.Action) string {
	name := strings.TrimPrefix(action.Type().String(), "SQLITE_")
	name = strings.ReplaceAll(name, "_", " ")
	if op := action.Operation(); op != "" {
		return op
	}
	return name
}

// readingWords begin the statements that only read.
var readingWords = []string{"SELECT", "WITH", "VALUES", "EXPLAIN", "PRAGMA"}

// beginsReading refuses a statement by its first word.
func beginsReading(text string) error {
	word, offset := firstWord(text)
	upper := strings.ToUpper(word)
	switch {
	case strings.ContainsRune(text, 0):
		return &StatementError{Text: text, Offset: strings.IndexByte(text, 0), Message: "a NUL stands in the statement"}
	case offset == len(text):
		return &StatementError{Text: text, Offset: -1, Message: "there is no statement"}
	case word == "" || slices.Contains(readingWords, upper):
		return nil // what is no word SQLite tells better
	case slices.Contains(writingWords, upper):
		return &RefusedError{What: upper}
	}
	return nil
}

// writingWords begin the statements that do more.
var writingWords = []string{
	"INSERT", "UPDATE", "DELETE", "REPLACE", "CREATE", "DROP", "ALTER", "ATTACH", "DETACH", "VACUUM", "REINDEX", "ANALYZE",
	"BEGIN", "COMMIT", "END", "ROLLBACK", "SAVEPOINT", "RELEASE",
}

// firstWord gives a statement's first word, behind blanks and comments, and where
// it stands.
func firstWord(text string) (word string, offset int) {
	offset = len(text) - len(withoutBlanks(text))
	rest := text[offset:]
	end := 0
	for end < len(rest) && ('a' <= rest[end]|0x20 && rest[end]|0x20 <= 'z') {
		end++
	}
	return rest[:end], offset
}

// isBlank says whether nothing but blanks, comments and semicolons is left.
func isBlank(text string) bool { return withoutBlanks(text) == "" }

// withoutBlanks cuts blanks, comments and semicolons off in front.
func withoutBlanks(text string) string {
	for {
		text = strings.TrimLeft(text, " \t\r\n\f;")
		switch {
		case strings.HasPrefix(text, "--"):
			i := strings.IndexByte(text, '\n')
			if i < 0 {
				return ""
			}
			text = text[i:]
		case strings.HasPrefix(text, "/*"):
			i := strings.Index(text[2:], "*/")
			if i < 0 {
				return ""
			}
			text = text[2+i+2:]
		default:
			return text
		}
	}
}
