package local

import (
	"regexp"
	"strconv"
	"strings"

	"zombiezen.com/go/sqlite"
)

// names gives the names of the columns, each once: of several alike the second
// is name_2, and one without a name is column1, by its place.
func (s *sqlStatement) names() []string {
	names := make([]string, s.stmt.ColumnCount())
	lost := false
	for i := range names {
		names[i] = s.stmt.ColumnName(i)
		lost = lost || names[i] == ""
	}
	if lost {
		s.repeated(names)
	}
	taken := make(map[string]bool, len(names))
	for _, name := range names {
		taken[name] = true
	}
	used := make(map[string]bool, len(names))
	for i, name := range names {
		if name == "" {
			name = "column" + strconv.Itoa(i+1)
		}
		one := name
		for n := 2; used[one] || one != names[i] && taken[one]; n++ {
			one = name + "_" + strconv.Itoa(n)
		}
		used[one] = true
		names[i] = one
	}
	return names
}

// repeated fills in the names that the library leaves out as they stand twice.
// SQLite numbers the columns of a subquery that are named alike, "a:1", and the
// library's names have what stands in front of the number.
func (s *sqlStatement) repeated(names []string) {
	text := strings.TrimRight(s.text[:s.end], " \t\r\n\f;")
	stmt, _, err := s.conn.PrepareTransient("SELECT * FROM (" + text + "\n)")
	if err != nil {
		return // EXPLAIN and PRAGMA, which repeat no names
	}
	defer stmt.Finalize()
	if stmt.ColumnCount() != len(names) {
		return
	}
	known := make(map[string]bool, len(names))
	for _, name := range names {
		known[name] = true
	}
	for i := range names {
		if names[i] != "" {
			continue
		}
		names[i] = stmt.ColumnName(i)
		if at := strings.LastIndexByte(names[i], ':'); at >= 0 && known[names[i][:at]] {
			names[i] = names[i][:at]
		}
	}
}

// missingName is the name that SQLite says is not there, of a table or a function.
var missingName = regexp.MustCompile(`^no such (?:table|function|index|module|collation sequence|table-valued function): (?:.*\.)?([^.]+)$`)

// placeOf gives where in a statement a fault is, in bytes, -1 where that is not
// known. SQLite does not tell the place of a name that is missing.
func placeOf(text string, err error) int {
	if offset, ok := sqlite.ErrorOffset(err); ok {
		return offset
	}
	name := missingName.FindStringSubmatch(plainMessage(err))
	if name == nil {
		return -1
	}
	word, err := regexp.Compile(`(?i)(?:^|[^\pL\pN_$])(` + regexp.QuoteMeta(name[1]) + `)(?:$|[^\pL\pN_$])`)
	if err != nil {
		return -1
	}
	if at := word.FindStringSubmatchIndex(text); at != nil {
		return at[2]
	}
	return -1
}
