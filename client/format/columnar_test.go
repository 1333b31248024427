package format_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/apache/arrow-go/v18/arrow/ipc"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/client/format"
	"github.com/mwvgroup/pgb/client/shareddata"
)

// verdictsOf gives a row none, one or two classifications, of which some parts
// are missing.
func verdictsOf(i int) []alert.Classification {
	list := []alert.Classification{
		{Classifier: "SuperNNova", Version: "1.2", Class: "SN Ia", Code: "0", Prob: field.OfFloat64(0.1 + float64(i)/7), Primary: true},
		{Classifier: "größe", Class: "x", Prob: field.OfFloat32(0.3), Band: "g"},
		{Classifier: "ORACLE"},
	}
	return list[:i%4]
}

// columnar are the endings of the files that have typed columns and lists.
var columnar = map[string]format.Name{".arrows": format.Arrow, ".arrow": format.Feather, ".parquet": format.Parquet}

// writeColumnar writes rows and classifications as Arrow, as a stream and as a
// file, and as Parquet, in batches of n, and what readers should find.
func writeColumnar(t *testing.T, folder, name string, columns []alert.Column, messages []*alert.Message, n int) {
	t.Helper()
	rows := make([][]field.Value, len(messages))
	for i, m := range messages {
		m.Row().Classifications = verdictsOf(i)
		rows[i] = m.Row().Values
	}
	for ending, f := range columnar {
		out := open(t, format.Options{
			Format: f, Path: filepath.Join(folder, name+ending), Finite: true, Creator: "pgb 1.2.3",
			Layout: format.Layout{Classifications: true},
		}, columns)
		for at := 0; at < len(messages); at += n {
			if err := out.Put(t.Context(), messages[at:min(at+n, len(messages))]); err != nil {
				t.Fatal(err)
			}
		}
		if err := out.Close(true); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(folder, name+".json")
	writeExpected(t, path, columns, rows)
	addVerdicts(t, path, messages)
}

// addVerdicts adds the column of all classifications to what readers should find.
func addVerdicts(t *testing.T, path string, messages []*alert.Message) {
	t.Helper()
	var expected struct {
		Columns   []map[string]any
		Rows      [][]any
		Simulated any
	}
	decoder := json.NewDecoder(strings.NewReader(content(t, path)))
	decoder.UseNumber()
	if err := decoder.Decode(&expected); err != nil {
		t.Fatal(err)
	}
	expected.Columns = append(expected.Columns, map[string]any{"Name": "classifications", "Kind": "list"})
	text := func(s string) any {
		if s == "" {
			return nil
		}
		return s
	}
	for i, m := range messages {
		if m.Simulated() {
			expected.Simulated = "true"
		}
		list := []any{}
		for _, c := range verdictsOf(i) {
			var prob any
			if f, ok := c.Prob.Decimal(); ok {
				prob = f
			}
			list = append(list, map[string]any{
				"classifier": text(c.Classifier), "version": text(c.Version), "class": text(c.Class),
				"code": text(c.Code), "prob": prob, "band": text(c.Band), "primary": c.Primary,
			})
		}
		expected.Rows[i] = append(expected.Rows[i], list)
	}
	whole, err := json.Marshal(expected)
	if err == nil {
		err = os.WriteFile(path, whole, 0o666)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestColumnarReadersFindWhatWasWritten(t *testing.T) {
	python, folder := shareddata.Python(t), t.TempDir()
	writeColumnar(t, folder, "odd", oddColumns, rowMessages(oddColumns, oddRows(700)), 97)
	writeColumnar(t, folder, "none", oddColumns, nil, 1)
	real, messages := withRows(t, append(alert.DefaultColumns(), "candidate.candid", "candidate.magpsf", "candidate"),
		message(t, "ztf-alerts", ztfFile), message(t, "ztf-alerts", ztfOlder))
	writeColumnar(t, folder, "real", real, messages, 1)
	big := make([][]field.Value, 70000) // more than a row group
	for i := range big {
		big[i] = []field.Value{field.OfInt(1<<60 + int64(i)), field.OfString(fmt.Sprint(i))}
	}
	two := []alert.Column{{Name: "id", Kind: field.Int}, {Name: "text", Kind: field.Text}}
	writeColumnar(t, folder, "big", two, rowMessages(two, big), 1000)
	text, err := exec.CommandContext(t.Context(), python, "testdata/read_columnar.py", folder, "odd", "none", "real", "big").CombinedOutput()
	if want := "odd 700\nnone 0\nreal 2\nbig 70000\n"; err != nil || string(text) != want {
		t.Errorf("%v\n%s", err, text)
	}
}

// follower is pyarrow, which reads a stream as it comes.
func follower(t *testing.T) (to *os.File, said *bufio.Scanner) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), shareddata.Python(t), "testdata/read_columnar.py", "--live")
	cmd.Stderr = os.Stderr
	from, to, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdin = from
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	_ = from.Close()
	t.Cleanup(func() { _ = to.Close(); _ = cmd.Wait() })
	return to, bufio.NewScanner(out)
}

func TestAnArrowStreamIsReadAsItComes(t *testing.T) {
	to, said := follower(t)
	out := open(t, format.Options{Format: format.Arrow, Writer: to}, wordColumn)
	see := func(want string) {
		t.Helper()
		if !said.Scan() || said.Text() != want {
			t.Fatalf("%q, not %s", said.Text(), want)
		}
	}
	held(t, out, "a", "b")
	held(t, out)
	settle(t, held(t, out, "c"))
	see("3")
	settle(t, held(t, out, "d", "e", "f"))
	see("6")
	settle(t, held(t, out, "g")) // once is enough
	settle(t, held(t, out))
	see("7")
	held(t, out, "h")
	if err := out.Close(true); err != nil {
		t.Fatal(err)
	}
	_ = to.Close()
	see("8")
	see("end")
}

func settle(t *testing.T, h *format.HeldError) {
	t.Helper()
	if err := h.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// sizesOf gives how many rows the batches of an Arrow stream have.
func sizesOf(t *testing.T, stream []byte) (sizes []int64) {
	t.Helper()
	reader, err := ipc.NewReader(bytes.NewReader(stream))
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Release()
	for reader.Next() {
		sizes = append(sizes, reader.RecordBatch().NumRows())
	}
	if err := reader.Err(); err != nil {
		t.Fatal(err)
	}
	return sizes
}

func TestARowOfAnArrowStreamIsDueALingerAfterItCame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var b bytes.Buffer
		out := open(t, format.Options{Format: format.Arrow, Writer: &b}, wordColumn)
		first := time.Now()
		for i := range 3 {
			h := held(t, out, "a")
			if !h.Due().Equal(first.Add(format.Linger)) || h.Safe() != 0 || b.Len() > 0 {
				t.Errorf("%d: due %v, %d safe, %d bytes", i, h.Due().Sub(first), h.Safe(), b.Len())
			}
			time.Sleep(format.Linger / 4)
		}
		time.Sleep(format.Linger / 4)
		if h := held(t, out, "b"); !h.Due().IsZero() || h.Safe() != 4 { // nobody asked for it
			t.Errorf("due %v, %d safe", h.Due().Sub(first), h.Safe())
		}
		if err := out.Close(true); err != nil || !slices.Equal(sizesOf(t, b.Bytes()), []int64{4}) {
			t.Errorf("%v, batches of %v", err, sizesOf(t, b.Bytes()))
		}
	})
}

func TestABatchOfAnArrowStreamIsWrittenWhenItIsFull(t *testing.T) {
	for _, finite := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) { // no row waits too long meanwhile
			path := filepath.Join(t.TempDir(), "a.arrows")
			out := open(t, format.Options{Format: format.Arrow, Path: path, Finite: finite}, wordColumn)
			put := func(n, long, safe int) { // n rows of a word so long
				t.Helper()
				list := slices.Repeat([]string{strings.Repeat("x", long)}, n)
				if finite { // its messages count when it has its name
					if err := out.Put(t.Context(), words(list...)); err != nil {
						t.Fatal(err)
					}
				} else if h := held(t, out, list...); h.Safe() != safe {
					t.Errorf("%d safe, due %v", h.Safe(), h.Due())
				}
			}
			put(999, 1, 0)
			put(2, 1, 1000)
			put(2999, 1, 3000)
			put(1, 1, 0)
			put(9, 1<<20, 0)
			put(8, 1<<20, 16)
			if err := out.Close(true); err != nil {
				t.Fatal(err)
			}
			if got := sizesOf(t, []byte(content(t, path))); !slices.Equal(got, []int64{1000, 1000, 1000, 1000, 16, 2}) {
				t.Errorf("finite=%v: batches of %v", finite, got)
			}
		})
	}
}

func TestATornArrowStreamIsReadUpToItsLastBatch(t *testing.T) {
	var b bytes.Buffer
	out := open(t, format.Options{Format: format.Arrow, Writer: &b}, wordColumn)
	var ends []int
	for range 3 {
		settle(t, held(t, out, "a", "b"))
		ends = append(ends, b.Len())
	}
	for _, c := range []struct {
		length int
		want   string
	}{{ends[2], "2 4 6 end"}, {ends[2] - 1, "2 4 broken off end"}, {ends[1] + 20, "2 4 broken off end"}, {ends[0], "2 end"}} {
		to, said := follower(t)
		if _, err := to.Write(b.Bytes()[:c.length]); err != nil {
			t.Fatal(err)
		}
		_ = to.Close()
		var got []string
		for said.Scan() {
			got = append(got, said.Text())
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%d of %d bytes: %q, not %q", c.length, ends[2], got, c.want)
		}
	}
}

func TestAnArrowStreamCannotBeAppendedTo(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.arrows")
	if _, err := format.Open(format.Options{Format: format.Arrow, Path: path, Append: true}); err == nil || names(t, filepath.Dir(path)) != "" {
		t.Errorf("%v, %s", err, names(t, filepath.Dir(path)))
	}
}

func TestAnArrowStreamGrowsUnderItsNameAndEndsBehindItsLastBatch(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.arrows")
	out := open(t, format.Options{Format: format.Arrow, Path: path}, wordColumn)
	settle(t, held(t, out, "a", "b"))
	there := content(t, path)
	if there == "" {
		t.Error("nothing is there")
	}
	held(t, out, "held, and given back")
	if err := out.Close(false); err != nil {
		t.Fatal(err)
	}
	if got := content(t, path); got != there {
		t.Errorf("%d bytes, not %d", len(got), len(there))
	}
}

func TestOneFileOfTypedColumnsHoldsNoMixOfSimulatedAndRealRows(t *testing.T) {
	simulated := rowMessages(wordColumn, [][]field.Value{{field.OfString("a")}})
	for _, f := range columnar {
		out := open(t, format.Options{Format: f, Path: filepath.Join(t.TempDir(), "x"), Finite: true}, wordColumn)
		if err := out.Put(t.Context(), simulated); err != nil {
			t.Fatal(err)
		}
		if err := out.Put(t.Context(), words("real")); err != format.ErrSimulatedAndReal {
			t.Errorf("%s: %v", f, err)
		}
		if err := out.Close(false); err != nil {
			t.Fatal(err)
		}
	}
}

func TestARowWhoseColumnCannotHoldItsValueIsRejected(t *testing.T) {
	kinds := []field.Kind{field.Bool, field.Int, field.Float32, field.Float64, field.Bytes, field.Text, field.JSON}
	values := []struct {
		value field.Value
		fits  string // the kinds, by place, that hold it
	}{
		{field.OfBool(true), "1000011"}, {field.OfInt(5), "0111011"}, {field.OfInt(1<<53 + 1), "0100011"}, {field.OfFloat64(5), "0111011"},
		{field.OfFloat64(0.1), "0001011"}, {field.OfFloat32(0.1), "0011011"}, {field.OfString("x"), "0000111"},
		{field.OfBytes([]byte{1}), "0000111"}, {field.OfJSON([]byte("[]")), "0000011"}, {field.Value{}, "1111111"},
	}
	for _, v := range values {
		fits := ""
		for _, kind := range kinds {
			columns := []alert.Column{{Name: "c", Kind: kind}}
			out := open(t, format.Options{Format: format.Arrow, Writer: new(bytes.Buffer)}, columns)
			var h *format.HeldError
			if err := out.Put(t.Context(), rowMessages(columns, [][]field.Value{{v.value}})); !errors.As(err, &h) {
				t.Fatal(err)
			}
			rejected, _ := h.Rejected()
			fits += fmt.Sprint(1 - len(rejected))
		}
		if fits != v.fits {
			t.Errorf("%s %s: %s, not %s", v.value.Kind(), v.value, fits, v.fits)
		}
	}
}
