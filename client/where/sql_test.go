package where

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/client/where/wheretest"
)

// sqlKinds are the columns of the tests below; their SQL is their name, with
// dots as in records.
var sqlKinds = map[string]SQLColumn{
	"snr": {Kind: field.Float64}, "mag": {Kind: field.Float64}, "flux": {Kind: field.Float32, Widened: true},
	"ra": {Kind: field.Float64}, "dec": {Kind: field.Float64}, "band": {Kind: field.Text}, "class": {Kind: field.Text},
	"object_id": {Kind: field.Text}, "source_id": {Kind: field.Int}, "nbad": {Kind: field.Int}, "candid": {Kind: field.Int},
	"detected": {Kind: field.Bool}, "alert.prvDiaSources": {Kind: field.JSON}, `attr["n"]`: {Kind: field.Text}, "result.x": {},
	`p("SN Ia")`: {Kind: field.Float64},
}

func sqlKind(name string) (field.Kind, error) {
	if name == "source_id" {
		return field.Text, nil // as rows have it
	}
	return sqlKinds[name].Kind, nil
}

func sqlColumn(name string) (SQLColumn, bool) {
	c, ok := sqlKinds[name]
	c.Expr = name
	switch {
	case name == `p("SN Ia")`:
		c.Expr = "prob_ia"
	case name == `attr["n"]`:
		c.Expr = "attr_n"
	}
	return c, ok && c.Kind != field.Missing
}

func TestSQLReadsAsInTheGoldenTable(t *testing.T) {
	var table strings.Builder
	for _, text := range []string{
		`snr > 20`, `snr > 20 and band == "r" and abs(dec) < 10`, `20 < snr <= 30`, `mag != 18.5`,
		`not (mag < 18)`, `not (mag < 18 or band == "g")`, `not has(mag)`, `has(mag) and has(alert.prvDiaSources)`,
		`nbad == 0`, `nbad == 0.5`, `candid > 9007199254740993.5`, `mag > 9007199254740993`, `candid == mag`, `candid < mag`,
		`candid >= mag`, `candid != mag`,
		`candid < 1e19`, `candid < -1e19`, `candid != 1e19`, `mag <= 9007199254740993`, `mag == 9007199254740993`, `5 in 1..nbad`, `1 < 2`, `nbad + 1 > candid`, `snr - 2 * mag > 0`, `1 / snr > 0.1`, `nbad % 2 == 1`, `snr % 2 == 1`, `snr ** 2 > 4`,
		`sqrt(snr) > 3`, `31.4 - 2.5 * log10(snr) < 20`, `min(snr, 5) < max(mag, 1)`, `abs(nbad) > 1`,
		`band in ["g", "r"]`, `band not in ["g"]`, `nbad in [0, 1.0, 2.5]`, `snr in 5..10`, `snr not in 5..mag`,
		`flux > 5`, `flux == 0.1`, `-flux < 3`, `abs(flux) != 3`, `flux in [1, 2]`, `flux not in [1, 2]`, `log10(flux) * 2 > 1`, `flux + 1 > 2`, `flux in 5..10`, `not (flux > 5)`, `flux > mag`,
		`class contains "SN"`, `class startsWith "SN" and class endsWith ""`, `class not endsWith band`, `class matches "^SN I[abc]"`, `class matches "(?i)sn"`,
		`object_id == 9007199254740993`, `source_id == "9007199254740993"`, `source_id in ["1", "01", "x"]`, `source_id contains "99"`,
		`detected`, `not detected`, `detected == 1`, `detected in [true]`, `detected in [0, 1]`, `has(detected ? snr : mag)`, `has(detected ? band : class)`, `detected != (snr > 5)`, `nbad == true`, `(detected ? snr : mag) > 5`, `detected ? snr > 5 : has(mag)`,
		`within(10, 20, "2s")`, `within(0, -30, "1m") and snr > 5`, `within(10, 89.99, "2m")`, `not within(10, 20, "2s")`,
		`p("SN Ia") > 0.9`, `attr["n"] == "10"`, `attr["n"] > 5`, `attr["n"] > 5 and snr > 5`, `attr["n"] > 5 or snr > 5`, `not (attr["n"] > 5 and snr > 5)`,
		`result.x == 1`, `snr > 5 and (band == "r" or mag < 18 and attr["n"] > 5)`,
	} {
		e := mustParse(t, text)
		if err := e.Check(sqlKind); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		fmt.Fprintf(&table, "%s\n", text)
		for i, name := range []string{"sqlite", "bigquery"} {
			fmt.Fprintf(&table, "  %-8s  %s\n", name, describeSQL(e.SQL(Dialect(i), sqlColumn)))
		}
	}
	golden := filepath.Join("testdata", "sql.golden")
	if os.Getenv("PGB_UPDATE_GOLDEN") != "" {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(golden, []byte(table.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	got, lines := strings.Split(table.String(), "\n"), strings.Split(strings.ReplaceAll(string(want), "\r\n", "\n"), "\n")
	for i := range max(len(got), len(lines)) {
		if i >= len(got) || i >= len(lines) || got[i] != lines[i] {
			t.Fatalf("line %d is not as in %s (PGB_UPDATE_GOLDEN=1 writes it anew):\n%s", i+1, golden, strings.Join(got[i:min(i+1, len(got))], ""))
		}
	}
}

func describeSQL(c SQLCondition) string {
	if c.Text == "" {
		return "-"
	}
	s := c.Text
	for _, p := range c.Parameters {
		value := fmt.Sprintf("%#v", p.Value)
		if f, ok := p.Value.(float64); ok {
			value = float64Text(f)
		}
		s += "; " + p.Name + "=" + value
	}
	if !c.Exact {
		s += "; rest: " + c.Rest
	}
	return s
}

// sqlWords are all that a condition may be made of, beside columns named c0, c1
// and so on and parameters named p0, p1 and so on.
var sqlWords = regexp.MustCompile(`^(?:AND|OR|NOT|IS|IN|NULL|TRUE|FALSE|CASE|WHEN|THEN|ELSE|END|CAST|AS|REAL|TEXT|BLOB|STRING|INT64|FLOAT64|BIGNUMERIC|` +
	`coalesce|nullif|instr|substr|length|mod|abs|min|max|sqrt|log10|IF|IFNULL|NULLIF|IS_NAN|IS_INF|SAFE_ADD|SAFE_SUBTRACT|SAFE_MULTIPLY|SAFE_DIVIDE|SAFE_NEGATE|SAFE_CAST|` +
	`MOD|ABS|SQRT|LOG10|GREATEST|LEAST|STRPOS|STARTS_WITH|ENDS_WITH|REGEXP_CONTAINS|IEEE_DIVIDE|` +
	`c[0-9]+|@p[0-9]+|0|1|360|9e999|'\$'|\|\||<>|<=|>=|[-+*/%<>=(),]|\s)*$`)

// namedColumn takes the columns that the expressions name as c0, c1 and so on.
func namedColumn(kinds []field.Kind) func(name string) (SQLColumn, bool) {
	known := map[string]int{}
	return func(name string) (SQLColumn, bool) {
		if _, ok := known[name]; !ok {
			known[name] = len(known)
		}
		i := known[name]
		return SQLColumn{Expr: fmt.Sprintf("c%d", i), Kind: kinds[i%len(kinds)], Widened: i%2 == 1}, true
	}
}

func TestNothingOfAnExpressionGetsIntoSQL(t *testing.T) {
	for _, text := range []string{
		`band == "'; DROP TABLE alert; --"`, `band in ["x' OR '1'='1", "\" OR 1=1 --", "\x00'"]`, `band contains "%' OR 1=1"`,
		`attr["x' OR 1=1 --"] == "a"`, `attr["\"; DROP TABLE t"] startsWith "@p0"`, `alert["x) OR (1=1"] == "b"`, `has(result["' UNION SELECT 1"])`,
		`band matches "' OR (1=1) OR '"`, `p("x' OR 1=1", "y") == "z"`, `band == "@p1" and class == "@p0"`, `snr == 31337.5 or nbad == 424242`,
		`object_id == 31337`, `band endsWith "'$'"`, "band == \"`; DROP TABLE t\"", `within(31.337, 42.42, 4242)`,
	} {
		e := mustParse(t, text)
		for _, d := range []Dialect{SQLite, BigQuery} {
			for _, kinds := range [][]field.Kind{{field.Text}, {field.Float64}, {field.Int}, {field.Text, field.Float64}} {
				if c := e.SQL(d, namedColumn(kinds)); !sqlWords.MatchString(c.Text) {
					t.Errorf("%s: %s", text, c.Text)
				}
			}
		}
	}
}

func TestInjectionsFindNothingInSQLite(t *testing.T) {
	d := newDatabase(t)
	nul := make([]field.Value, len(wheretest.Columns))
	quoted := make([]field.Value, len(wheretest.Columns))
	class := wheretest.Index("class")
	nul[class], quoted[class] = field.OfString("a\x00b"), field.OfString("it's \"@p0\" %_")
	rows := [][]field.Value{make([]field.Value, len(wheretest.Columns)), nul, quoted}
	for _, text := range []string{
		`class == "' OR '1'='1"`, `class == "it's \"@p0\" %_"`, `class contains "%"`, `class startsWith "it's \"@p0\""`, `class endsWith "_"`, `class contains "__"`,
		`class == "a"`, `class == "a\x00b"`, `class contains "\x00"`, `class startsWith "a\x00"`, `class endsWith "\x00b"`, `class endsWith "xa\x00b"`, `class endsWith "b"`, `class > "a"`,
		`class in ["a\x00b", "'"]`, `class not contains "\x00"`, `not (class endsWith "$")`, `class endsWith "a"`, `class == "\xff"`,
	} {
		if err := d.holds(mustParse(t, text), false, rows); err != nil {
			t.Error(err)
		}
	}
}

func TestWhatIsNotFiniteIsMissingInSQLite(t *testing.T) {
	d := newDatabase(t)
	var rows [][]field.Value
	for _, snr := range []float64{0, 1, -1, 1e300, -1e300} {
		row := make([]field.Value, len(wheretest.Columns))
		row[wheretest.Index("snr")], row[wheretest.Index("candid")] = field.OfFloat64(snr), field.OfInt(math.MinInt64)
		rows = append(rows, row)
	}
	for _, text := range []string{
		`snr * snr > 1`, `not (snr * snr > 1)`, `snr * snr != 1`, `1 / (snr * snr) == 0`, `has(snr * snr)`, `has(1 / snr)`, `has(0 / snr)`, `has(snr % 0)`, `1 % snr == 0`,
		`snr * snr - snr * snr == 0`, `has(snr + 1e308 + 1e308)`, `has(sqrt(snr))`, `has(log10(snr))`, `log10(snr) < 1`, `-candid > 0`, `abs(candid) > 9223372036854775807`,
		`candid - 1 < candid`, `candid * candid > 1e30`, `candid % -1 == 0`, `candid % 0 == 0`, `snr * 1e300 not in 1..2`,
	} {
		e := mustParse(t, text)
		if err := d.holds(e, false, rows); err != nil {
			t.Error(err)
		}
		if c := e.SQL(SQLite, d.column); c.Text == "" {
			t.Errorf("%s is not translated", text)
		}
	}
}

func TestParametersTakeAPrefix(t *testing.T) {
	e := mustParse(t, `snr > 5 and band in ["g", "r"]`)
	c := e.SQLPrefixed(BigQuery, "where", sqlColumn)
	if want := "IF(IS_NAN(snr) OR IS_INF(snr), NULL, snr) > @where0 AND band IN (@where1, @where2)"; c.Text != want || len(c.Parameters) != 3 || c.Parameters[2] != (SQLParameter{"where2", "r"}) {
		t.Errorf("%s %v", c.Text, c.Parameters)
	}
}

// SQLite bounds the depth of its trees and of its parser, BigQuery the length of
// a statement.
func TestGreatExpressionsStayWithinTheBoundsOfSQL(t *testing.T) {
	d := newDatabase(t)
	rows := [][]field.Value{make([]field.Value, len(wheretest.Columns))}
	rows[0][0] = field.OfFloat64(0.5)
	for name, text := range map[string]string{
		"a long or":     "snr == 1" + strings.Repeat(" or snr == 0.5", 400),
		"a long and":    "snr == 0.5" + strings.Repeat(" and snr < 1", 400),
		"a long list":   "snr in [1" + strings.Repeat(", 2", 8000) + "]",
		"a deep sum":    strings.Repeat("(snr + ", 150) + "1" + strings.Repeat(")", 150) + " > 1",
		"a deep min":    strings.Repeat("min(snr, ", 38) + "1" + strings.Repeat(")", 38) + " == 0.5",
		"deep abs":      strings.Repeat("abs(", 150) + "nbad" + strings.Repeat(")", 150) + " > 1",
		"doubling abs":  strings.Repeat("abs(", 30) + "nbad" + strings.Repeat(")", 30) + " >= 0",
		"a deep choice": strings.Repeat("(snr > 0 ? snr : ", 100) + "1" + strings.Repeat(")", 100) + " > 1",
		"a deep not":    strings.Repeat("not (snr > 1 and ", 30) + "true" + strings.Repeat(")", 30),
	} {
		e, err := Parse(text)
		if err != nil {
			t.Fatalf("%s: %s", name, err.(*Error).Message)
		}
		if err := d.holds(e, false, rows); err != nil {
			t.Errorf("%s: %.500s", name, err)
		}
		for _, dialect := range []Dialect{SQLite, BigQuery} {
			if c := e.SQL(dialect, d.column); len(c.Text) > maxSQLText+maxSQLOperand || len(c.Parameters) > maxSQLParameters {
				t.Errorf("%s: %d bytes, %d parameters", name, len(c.Text), len(c.Parameters))
			}
		}
	}
}

func FuzzSQL(f *testing.F) {
	for _, text := range []string{
		`snr > 20 && band == "r" && abs(dec) < 10`, `not (1 < mag <= 5 or band not in ["g", 'r'])`, `within(270.1, -30.2, "5s") ? has(mag) : p("SN Ia") > 0.9`,
		`-2 ** x % 4 in 1..y`, `attr["kafka.topic"] matches "^z" and alert["x"].y not contains "é"`, `min(a, 2.5e3, 0x10) - log10(b) * 2.5 != .5`, `a == b or not (c endsWith "'")`,
	} {
		f.Add(text, uint16(0b1001110))
	}
	all := []field.Kind{field.Missing, field.Bool, field.Int, field.Float32, field.Float64, field.Text, field.JSON, field.Int}
	f.Fuzz(func(t *testing.T, text string, bits uint16) {
		e, err := Parse(text)
		if err != nil {
			return
		}
		kinds := []field.Kind{all[bits&7], all[bits>>3&7], all[bits>>6&7], all[bits>>9&7]}
		for _, d := range []Dialect{SQLite, BigQuery} {
			c := e.SQL(d, namedColumn(kinds))
			if !sqlWords.MatchString(c.Text) {
				t.Fatalf("%q becomes %q", text, c.Text)
			}
			used := map[string]bool{}
			for _, name := range regexp.MustCompile(`@p[0-9]+`).FindAllString(c.Text, -1) {
				used[name[1:]] = true
			}
			for _, p := range c.Parameters {
				if !used[p.Name] {
					t.Fatalf("%q becomes %q, without %s", text, c.Text, p.Name)
				}
				delete(used, p.Name)
			}
			if len(used) > 0 || c.Exact != (c.Rest == "") {
				t.Fatalf("%q becomes %+v", text, c)
			}
			if _, err := Parse(c.Rest); c.Rest != "" && err != nil {
				t.Fatalf("%q leaves %q: %v", text, c.Rest, err)
			}
		}
	})
}
