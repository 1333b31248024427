package local

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/mwvgroup/pgb/client/archive"
	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/client/registry"
)

// rowsOf runs a statement and writes its rows as JSON.
func rowsOf(t testing.TB, a *Archive, text string) (columns []string, lines []string) {
	t.Helper()
	rows, err := a.SQL(context.Background(), text, 0)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	for _, c := range rows.Columns {
		columns = append(columns, c.Name+" "+c.Kind.String())
	}
	for batch, err := range rows.Batches {
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		for _, row := range batch {
			var cells []string
			for _, v := range row {
				cells = append(cells, string(v.AppendJSON(nil)))
			}
			lines = append(lines, strings.Join(cells, " "))
		}
	}
	return columns, lines
}

func TestSQLReads(t *testing.T) {
	t.Parallel()
	a := filled(t)
	for _, test := range []struct{ text, columns, rows string }{
		{"SELECT 1 AS n, 'x' AS t, 0.5 AS f, NULL AS m, x'00ff' AS b", "n integer,t text,f number,m missing,b bytes", `1 "x" 0.5 null "AP8="`},
		{"select 1 as a union all select 2.5 union all select null", "a number", "1,2.5,null"},
		{"VALUES (1, 'a'), (2, 'b')", "column1 integer,column2 text", `1 "a",2 "b"`},
		{"-- a comment\n/* and another */ SELECT 3 AS n; -- and the end ;\n", "n integer", "3"},
		{"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) SELECT count(*) AS n, max(i) AS last FROM n", "n integer,last integer", "2000 2000"},
		{"SELECT name FROM pragma_table_info('objects') ORDER BY cid LIMIT 2", "name text", `"object_id","survey"`},
		{"PRAGMA user_version", "user_version integer", fmt.Sprint(version)},
		{"SELECT DISTINCT simulated FROM alerts", "simulated integer", "1"},
		{"SELECT 1 AS empty WHERE 0", "empty missing", ""},
		{"SELECT 1 AS a, 2 AS a, 3 AS b, 4 AS a; -- two of a name", "a integer,a_2 integer,b integer,a_3 integer", "1 2 3 4"},
		{"SELECT 1 AS a, 2 AS a, 3 AS a_2", "a integer,a_3 integer,a_2 integer", "1 2 3"},
		{`SELECT 1 AS "", 2 AS ""`, "column1 integer,column2 integer", "1 2"},
		{"SELECT 1, 1 UNION ALL SELECT 2, 3 ORDER BY 1 LIMIT 1", "1 integer,1_2 integer", "1 1"},
		{"EXPLAIN QUERY PLAN SELECT 1", "id integer,parent integer,notused integer,detail text", `1 0 0 "SCAN CONSTANT ROW"`},
		{"SELECT substr(publish_time, 20) = printf('.%06dZ', 1000 * CAST(substr(publish_time, 21, 3) AS INTEGER)) AS ok FROM messages LIMIT 1", "ok integer", "1"},
	} {
		columns, rows := rowsOf(t, a, test.text)
		if got := strings.Join(columns, ","); got != test.columns {
			t.Errorf("%s: columns %s, want %s", test.text, got, test.columns)
		}
		if got := strings.Join(rows, ","); got != test.rows {
			t.Errorf("%s: rows %s, want %s", test.text, got, test.rows)
		}
	}
}

func TestSQLDoesNothingButRead(t *testing.T) {
	t.Parallel()
	a := filled(t)
	other := filepath.Join(t.TempDir(), "other.db")
	before := counted(t, a, "SELECT count(*) FROM message")
	for _, text := range []string{
		"INSERT INTO meta VALUES ('x', 1)", "UPDATE alert SET mjd = 0", "DELETE FROM message", "REPLACE INTO meta VALUES ('simulated', 0)",
		"WITH x AS (SELECT 1) DELETE FROM alert", "WITH x AS (SELECT 1) INSERT INTO meta SELECT 'x', 1", "WITH x AS (SELECT 1) UPDATE alert SET mjd = 0",
		"CREATE TABLE x (y)", "CREATE TEMP TABLE x (y)", "CREATE TEMP VIEW x AS SELECT 1", "CREATE TRIGGER x AFTER INSERT ON alert BEGIN SELECT 1; END",
		"DROP TABLE alert", "DROP VIEW alerts", "ALTER TABLE alert RENAME TO x", "CREATE INDEX x ON alert (mjd)", "REINDEX", "ANALYZE",
		"ATTACH '" + other + "' AS o", "DETACH main", "VACUUM", "VACUUM INTO '" + other + "'", "EXPLAIN INSERT INTO meta VALUES ('x', 1)",
		"BEGIN", "BEGIN IMMEDIATE", "COMMIT", "END", "ROLLBACK", "SAVEPOINT x", "RELEASE x",
		"PRAGMA query_only = off", "PRAGMA user_version = 7", "PRAGMA journal_mode = delete", "PRAGMA writable_schema = on", "PRAGMA wal_checkpoint",
		"PRAGMA optimize", "PRAGMA mmap_size = 0", "PRAGMA database_list", "SELECT * FROM pragma_database_list", "SELECT a.* FROM alerts a, pragma_quick_check", "SELECT load_extension('x')", "/* */ insert into meta values ('x', 1)", ";;DROP TABLE alert",
	} {
		rows, err := a.SQL(context.Background(), text, 0)
		if err == nil {
			for _, err = range rows.Batches {
				if err != nil {
					break
				}
			}
		}
		var refused *RefusedError
		if !errors.As(err, &refused) || !strings.Contains(err.Error(), "only reads") {
			t.Errorf("%s: %v", text, err)
		}
	}
	if after := counted(t, a, "SELECT count(*) FROM message"); after != before || before == 0 {
		t.Errorf("%d messages, %d before", after, before)
	}
	if _, err := os.Stat(other); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("another file was made: %v", err)
	}
	if _, rows := rowsOf(t, a, "SELECT 1"); len(rows) != 1 {
		t.Error("a statement after them gives no rows")
	}
}

func TestSQLTellsWhatIsWrongAndWhere(t *testing.T) {
	t.Parallel()
	a := filled(t)
	for text, want := range map[string]string{
		"SELECT magnet FROM alerts":               "SQL: no such column: magnet at line 1, column 8",
		"SELECT mjd\nFROM alerts WHERE mjd >> ":   "SQL: incomplete input",
		"SELECT\n  mjd FORM alerts":               `SQL: near "alerts": syntax error at line 2, column 12`,
		"SELECT * FROM nowhere":                   "SQL: no such table: nowhere at line 1, column 15",
		"SELECT nowhere.x\nFROM main.\"nowhere\"": "SQL: no such table: main.nowhere at line 1, column 8",
		"SELECT unknowns(1), unknown(1)":          "SQL: no such function: unknowns at line 1, column 8",
		"SELECT 'a table' FROM sometable, some":   "SQL: no such table: sometable at line 1, column 23",
		"SELECT 1; SELECT 2":                      "SQL: a second statement stands behind the first at line 1, column 10",
		"SELECT ?":                                "SQL: the statement has the parameter ?, which has no value",
		"SELECT @mjd":                             "SQL: the statement has the parameter @mjd, which has no value",
		"":                                        "SQL: there is no statement",
		" -- nothing\n":                           "SQL: there is no statement",
		"SELECT 1 \x00; DROP TABLE alert":         "SQL: a NUL stands in the statement at line 1, column 10",
		"SELECT zeroblob(1000000000)":             "SQL: string or blob too big",
		"frobnicate":                              `SQL: near "frobnicate": syntax error at line 1, column 1`,
	} {
		rows, err := a.SQL(context.Background(), text, 0)
		if err == nil {
			for range rows.Batches {
			}
		}
		var wrong *StatementError
		if !errors.As(err, &wrong) || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

const endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n"

func TestSQLEndsWithItsContext(t *testing.T) {
	t.Parallel()
	a := filled(t)
	ctx, end := context.WithCancel(context.Background())
	rows, err := a.SQL(ctx, endless, 0)
	if err != nil {
		t.Fatal(err)
	}
	var last error
	for _, last = range rows.Batches {
		end()
	}
	if !errors.Is(last, context.Canceled) {
		t.Errorf("rows: %v", last)
	}
	// Rows that nobody ranges over hold no connection beyond their context.
	ctx, end = context.WithCancel(context.Background())
	for range maxReaders {
		if _, err := a.SQL(ctx, endless, 0); err != nil {
			t.Fatal(err)
		}
	}
	end()
	if _, rows := rowsOf(t, a, "SELECT 1"); len(rows) != 1 {
		t.Error("no connection is free")
	}
	ctx, end = context.WithCancel(context.Background())
	go end()
	if _, err = a.SQL(ctx, "SELECT count(*) FROM ("+endless+")", 0); !errors.Is(err, context.Canceled) {
		t.Errorf("first row: %v", err)
	}
}

func TestSQLRowsMayBeLeftAndReadOnce(t *testing.T) {
	t.Parallel()
	a := filled(t)
	rows, err := a.SQL(context.Background(), endless, 0)
	if err != nil {
		t.Fatal(err)
	}
	var kept [][]field.Value
	for batch, err := range rows.Batches {
		if err != nil {
			t.Fatal(err)
		}
		if kept = append(kept, batch...); len(kept) > 2000 {
			break
		}
	}
	for i, row := range kept {
		if n, _ := row[0].Int(); n != int64(i+1) {
			t.Fatalf("row %d is %d", i, n)
		}
	}
	errs := 0
	for _, err := range rows.Batches {
		if err != nil {
			errs++
		}
	}
	if errs != 1 {
		t.Errorf("%d errors when the rows are read again", errs)
	}
}

func TestViewsHaveTheColumnsThatTablesDescribe(t *testing.T) {
	t.Parallel()
	a := filled(t)
	tables, err := a.Tables(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for _, table := range tables {
		_, names := rowsOf(t, a, "SELECT name FROM pragma_table_info('"+table.Name+"') ORDER BY cid")
		var described []string
		for _, c := range table.Columns {
			described = append(described, `"`+c.Name+`"`)
			if c.Doc == "" || c.Type == "" {
				t.Errorf("%s.%s has no words or no type", table.Name, c.Name)
			}
		}
		if !slices.Equal(names, described) {
			t.Errorf("%s has %s, described as %s", table.Name, names, described)
		}
		_, count := rowsOf(t, a, "SELECT count(*) FROM "+table.Name)
		if count[0] == "0" || count[0] != string(field.OfInt(table.Rows).AppendJSON(nil)) {
			t.Errorf("%s has %s rows, described as %d", table.Name, count[0], table.Rows)
		}
	}
	var bytes int64
	for _, table := range tables {
		if table.Bytes < 1000 {
			t.Errorf("%s has %d bytes", table.Name, table.Bytes)
		}
		bytes += table.Bytes
	}
	if size, err := a.fileSize(); err != nil || bytes > size || bytes < size/3 {
		t.Errorf("the tables have %d bytes, the file and its log %d, %v", bytes, size, err)
	}
	if len(tables) != 5 {
		t.Errorf("%d tables", len(tables))
	}
	var unknown *registry.UnknownError
	if _, err := a.Table(context.Background(), "alert"); !errors.As(err, &unknown) || !slices.Contains(unknown.Near, "alerts") {
		t.Errorf("alert: %v", err)
	}
}

func TestViewsAreAskedByTheIndexOfObjects(t *testing.T) {
	t.Parallel()
	a := filled(t)
	for _, view := range []string{"alerts", "photometry", "classifications", "objects", "messages"} {
		plan, err := a.Plan(context.Background(), archive.SQL, archive.Query{Statement: "SELECT * FROM " + view + " WHERE object_id = 'ZTF21abc'"})
		if err != nil {
			t.Fatal(err)
		}
		if text := strings.Join(plan.Notes, "; "); !strings.Contains(text, "object_by_text") || strings.Contains(text, "SCAN") {
			t.Errorf("%s: %s", view, text)
		}
	}
}
