package format_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/client/format"
)

// words makes messages with a row of one word each.
func words(list ...string) []*alert.Message {
	messages := make([]*alert.Message, len(list))
	for i, word := range list {
		messages[i] = new(alert.Message)
		messages[i].SetRow(&alert.Row{Values: []field.Value{field.OfString(word)}})
	}
	return messages
}

var wordColumn = []alert.Column{{Name: "word", Kind: field.Text}}

// held puts words and gives what is said of them.
func held(t *testing.T, out *format.Output, list ...string) *format.HeldError {
	t.Helper()
	var answer *format.HeldError
	if err := out.Put(t.Context(), words(list...)); !errors.As(err, &answer) {
		t.Fatalf("not held: %v", err)
	}
	return answer
}

func TestPartsHaveAsManyRowsAsAskedForAndGoOnFromThoseThatAreThere(t *testing.T) {
	for _, name := range []format.Name{format.CSV, format.JSONLines, format.JSONArray, format.Arrow, format.Feather, format.Parquet, format.VOTable, format.FITS, format.ECSV} {
		folder := t.TempDir()
		path := filepath.Join(folder, "night.x")
		for _, there := range []string{"night-0007.x", "night-00.x", "night-0009.y", "nights-0010.x", "night-abcd.x"} {
			if err := os.WriteFile(filepath.Join(folder, there), []byte(there), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		out := open(t, format.Options{Format: name, Path: path, Rotate: &format.Rotation{Rows: 3}}, wordColumn)
		if h := held(t, out, "a", "b"); h.Safe() != 0 || !h.Due().IsZero() {
			t.Errorf("%s: %d safe, due %v", name, h.Safe(), h.Due())
		}
		if strings.Contains(names(t, folder), "night-0008.x") && !strings.Contains(names(t, folder), ".night-0008.x.part-") {
			t.Errorf("%s: a part has its name before it is closed: %s", name, names(t, folder))
		}
		if h := held(t, out, "c", "d", "e", "f", "g"); h.Safe() != 6 {
			t.Errorf("%s: %d safe", name, h.Safe())
		}
		h := held(t, out, "h")
		if err := h.Settle(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := out.Close(true); err != nil {
			t.Fatal(err)
		}
		want := "night-00.x night-0007.x night-0008.x night-0009.x night-0009.y night-0010.x night-abcd.x nights-0010.x"
		if got := names(t, folder); got != want {
			t.Errorf("%s: %s", name, got)
		}
		if content(t, filepath.Join(folder, "night-0007.x")) != "night-0007.x" {
			t.Errorf("%s: a part was written over", name)
		}
	}
}

func TestAPartOfAnotherProgramIsNotWrittenOver(t *testing.T) {
	folder := t.TempDir()
	out := open(t, format.Options{Format: format.CSV, Path: filepath.Join(folder, "n.csv"), Rotate: &format.Rotation{}}, wordColumn)
	h := held(t, out, "mine")
	if err := os.WriteFile(filepath.Join(folder, "n-0001.csv"), []byte("theirs"), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := h.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := content(t, filepath.Join(folder, "n-0001.csv")) + " " + content(t, filepath.Join(folder, "n-0002.csv")); got != "theirs word\nmine\n" {
		t.Errorf("%q", got)
	}
	if got := names(t, folder); got != "n-0001.csv n-0002.csv" {
		t.Error(got)
	}
}

func TestAPartIsDueSomeTimeAfterItsFirstRow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out := open(t, format.Options{Format: format.CSV, Path: filepath.Join(t.TempDir(), "n.csv"), Rotate: &format.Rotation{Every: time.Minute}}, wordColumn)
		time.Sleep(time.Hour)
		first := time.Now()
		if due := held(t, out, "a").Due(); !due.Equal(first.Add(time.Minute)) {
			t.Error(due)
		}
		time.Sleep(30 * time.Second)
		h := held(t, out, "b")
		if !h.Due().Equal(first.Add(time.Minute)) {
			t.Error(h.Due())
		}
		if err := h.Settle(t.Context()); err != nil {
			t.Fatal(err)
		}
		if h := held(t, out, "c"); !h.Due().Equal(first.Add(90*time.Second)) || h.Safe() != 0 {
			t.Errorf("due %v, %d safe though its part is open", h.Due(), h.Safe())
		}
		if err := out.Close(false); err != nil {
			t.Fatal(err)
		}
	})
}

func TestAFileThatIsReadableOnlyOnceItIsClosedHoldsItsMessages(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "n.parquet")
	out := open(t, format.Options{Format: format.Parquet, Path: path}, wordColumn)
	h := held(t, out, "a", "b")
	if _, err := os.Stat(path); err == nil {
		t.Error("the file is there before it is closed")
	}
	if err := h.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := content(t, path); len(got) < 8 || got[:4] != "PAR1" || got[len(got)-4:] != "PAR1" {
		t.Errorf("%.20q", got)
	}
	if err := out.Put(t.Context(), words("late")); !errors.Is(err, format.ErrOnePart) {
		t.Error(err)
	}
}

func TestAPartThatIsGivenUpLeavesNothingBehind(t *testing.T) {
	folder := t.TempDir()
	out := open(t, format.Options{Format: format.Parquet, Path: filepath.Join(folder, "n.parquet"), Rotate: &format.Rotation{Rows: 2}}, wordColumn)
	held(t, out, "a", "b", "c")
	if err := out.Close(false); err != nil {
		t.Fatal(err)
	}
	if got := names(t, folder); got != "n-0001.parquet" {
		t.Error(got)
	}
	none := open(t, format.Options{Format: format.Parquet, Path: filepath.Join(folder, "e.parquet"), Rotate: &format.Rotation{Rows: 2}}, wordColumn)
	if err := none.Close(true); err != nil {
		t.Fatal(err)
	}
	if got := names(t, folder); got != "n-0001.parquet" {
		t.Error("a part without rows:", got)
	}
}

func TestRowsThatAPartRejectsAreNotCounted(t *testing.T) {
	folder := t.TempDir()
	columns := []alert.Column{{Name: "n", Kind: field.Int}}
	out := open(t, format.Options{Format: format.Parquet, Path: filepath.Join(folder, "n.parquet"), Rotate: &format.Rotation{Rows: 2}}, columns)
	batch := words("x", "x", "no number", "x", "x", "x")
	for i, m := range batch {
		if i != 2 {
			m.SetRow(&alert.Row{Values: []field.Value{field.OfInt(int64(i))}})
		}
	}
	var h *format.HeldError
	if err := out.Put(t.Context(), batch); !errors.As(err, &h) {
		t.Fatal(err)
	}
	rejected, reasons := h.Rejected()
	if len(rejected) != 1 || rejected[0] != batch[2] || h.Safe() != 4 || !strings.Contains(reasons[0].Error(), "column n holds whole numbers") {
		t.Errorf("%d rejected: %v; %d safe", len(rejected), reasons, h.Safe())
	}
	if err := out.Close(false); err != nil {
		t.Fatal(err)
	}
}

func TestPartsNeedAFileAndNeitherAppendNorForce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "n.parquet")
	for _, o := range []format.Options{
		{Format: format.Parquet, Writer: new(bytes.Buffer)},
		{Format: format.Parquet, Path: path, Append: true},
		{Format: format.Parquet, Path: path, Force: true},
		{Format: format.Raw, Path: path},
		{Format: format.Avro, Path: filepath.Join(filepath.Dir(path), "folder")},
		{Format: format.CSV, Path: filepath.Join(filepath.Dir(path), "none", "n.csv")},
	} {
		o.Rotate, o.Layout.Columns = &format.Rotation{Rows: 2}, wordColumn
		if _, err := format.Open(o); err == nil {
			t.Errorf("%+v: no error", o)
		}
	}
}
