package render

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/field"
)

func TestTableStandsInColumns(t *testing.T) {
	var out bytes.Buffer
	s := &Screen{Out: &out, Width: 80}
	columns := []Column{{Header: "topic"}, {Header: "a night", Right: true}, {Header: "carries"}}
	rows := [][]string{{"ztf-loop", "86,400", "one a second"}, {"超新星", "1", "evil \x1b[2J\nline"}}
	if err := s.Table(columns, rows); err != nil {
		t.Fatal(err)
	}
	want := "topic     a night  carries\n" +
		"ztf-loop   86,400  one a second\n" +
		"超新星          1  evil \\x1b[2J\\nline\n"
	if out.String() != want {
		t.Errorf("printed\n%swant\n%s", out.String(), want)
	}
}

func TestTableWithoutHeadersHasNone(t *testing.T) {
	var out bytes.Buffer
	s := &Screen{Out: &out, Width: 80, Color: true}
	if err := s.Table([]Column{{}, {}}, [][]string{{"state", "durable"}, {"made", "?"}}); err != nil {
		t.Fatal(err)
	}
	if want := "state  durable\nmade   ?\n"; out.String() != want {
		t.Errorf("printed %q, want %q", out.String(), want)
	}
}

// A terminal cuts the last column where the screen ends; a file has it whole.
func TestTableFitsTheScreen(t *testing.T) {
	long := strings.Repeat("words ", 100)
	for width := 40; width <= 400; width++ {
		s, tty := terminal(width)
		if err := s.Table([]Column{{Header: "name"}, {Header: "carries"}}, [][]string{{"lsst-alerts", long}}); err != nil {
			t.Fatal(err)
		}
		for _, line := range shown(tty.String()) {
			if Width(line) > width {
				t.Fatalf("on %d cells a line takes %d: %q", width, Width(line), line)
			}
		}
	}
	wide := []Column{{Header: "topic"}, {Header: "classifiers"}, {Header: "a night", Right: true}, {Header: "carries"}}
	row := []string{"ztf-SuperNNova", "SuperNNova, purity, extragalactic_transient", "300,000", long}
	for width := 50; width <= 200; width++ {
		s, tty := terminal(width)
		if err := s.Table(wide, [][]string{row}); err != nil {
			t.Fatal(err)
		}
		lines := shown(tty.String())
		for _, line := range lines {
			if Width(line) > width {
				t.Fatalf("on %d cells a line takes %d: %q", width, Width(line), line)
			}
		}
		if !strings.Contains(lines[1], row[0]) || !strings.Contains(lines[1], row[2]) {
			t.Fatalf("on %d cells the name or a number is cut: %q", width, lines[1])
		}
	}
	var out bytes.Buffer
	s := &Screen{Out: &out, Width: 40}
	if err := s.Table([]Column{{Header: "name"}, {Header: "carries"}}, [][]string{{"lsst-alerts", long}}); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), strings.TrimSpace(long)) {
		t.Error("a file has the last column cut")
	}
}

func TestColorIsBoldHeadersOnly(t *testing.T) {
	for _, color := range []bool{true, false} {
		var out bytes.Buffer
		s := &Screen{Out: &out, Width: 80, Color: color}
		if err := s.Table([]Column{{Header: "a"}, {Header: "b"}}, [][]string{{"1", "2"}}); err != nil {
			t.Fatal(err)
		}
		want := "a  b\n1  2\n"
		if color {
			want = "\x1b[1ma  b\x1b[0m\n1  2\n"
		}
		if out.String() != want {
			t.Errorf("color %v: %q", color, out.String())
		}
	}
}

// columnsOfStream are like those of a stream, most important first.
var columnsOfStream = []alert.Column{
	{Name: "object_id", Kind: field.Text}, {Name: "mjd", Unit: "d", Kind: field.Float64}, {Name: "band", Kind: field.Text},
	{Name: "mag", Unit: "mag", Kind: field.Float32}, {Name: "class", Kind: field.Text}, {Name: "prob", Kind: field.Float64},
	{Name: "publish_time", Kind: field.Text}, {Name: "ra", Unit: "deg", Kind: field.Float64}, {Name: "message_id", Kind: field.Text},
}

// byOrder keeps the first columns of columnsOfStream first; the last one never.
func byOrder(name string) int {
	for i, c := range columnsOfStream[:len(columnsOfStream)-1] {
		if c.Name == name {
			return i + 1
		}
	}
	return 0
}

// message makes a message with a row.
func message(simulated bool, texts ...string) *alert.Message {
	m := &alert.Message{}
	if simulated {
		m.Headers = []alert.Header{{Name: alert.SimulatedAttr, Value: []byte("true")}}
	}
	row := &alert.Row{}
	for i, c := range columnsOfStream {
		value := field.Value{}
		if i < len(texts) && texts[i] != "-" {
			value = field.OfText([]byte(texts[i]))
			if c.Kind == field.Float64 || c.Kind == field.Float32 {
				var f float64
				if _, err := fmt.Sscan(texts[i], &f); err != nil {
					panic(err)
				}
				value = field.OfFloat64(f)
			}
		}
		row.Values = append(row.Values, value)
	}
	m.SetRow(row)
	return m
}

func TestLiveTableDropsColumnsByPriority(t *testing.T) {
	before := 0
	for width := 40; width <= 400; width++ {
		s, tty := terminal(width)
		l := NewLive(s, columnsOfStream, byOrder)
		if err := l.Put(t.Context(), []*alert.Message{message(false, "ZTF21abc", "61284.13", "g", "15.8785", "SN Ia", "0.9457555", "2026-11-21T08:07:43.699188Z", "16.58", "17")}); err != nil {
			t.Fatal(err)
		}
		lines := shown(tty.String())
		for _, line := range lines {
			if Width(line) > width {
				t.Fatalf("on %d cells a line takes %d: %q", width, Width(line), line)
			}
		}
		names := 0
		for i, c := range columnsOfStream {
			if strings.Contains(lines[0], header(c)) {
				if names++; names != i+1 {
					t.Fatalf("on %d cells %s is shown and a more important one is not: %q", width, c.Name, lines[0])
				}
			}
		}
		if names < before || names == 0 {
			t.Fatalf("%d cells show %d columns, fewer show %d", width, names, before)
		}
		before = names
		if strings.Contains(lines[0], "message_id") {
			t.Fatal("a column without priority is shown")
		}
	}
	if before != len(columnsOfStream)-1 {
		t.Errorf("the widest screen shows %d columns", before)
	}
}

func TestLiveTableKeepsItsColumnsAndGrows(t *testing.T) {
	s, tty := terminal(400)
	l := NewLive(s, columnsOfStream[:3], nil)
	put := func(m ...*alert.Message) {
		t.Helper()
		if err := l.Put(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
	put(message(false, "ZTF21abc", "61284.13", "g"), message(false, "9000346781166298540", "-", "-"))
	put(message(false, "ZTF21abd", "1", "r"))
	put(message(false, "a name of 27 letters, \x1b[2Jlong", "1", "r")) // escaped
	put(message(false, "ZTF21abe", "1", "i"))
	want := []string{
		"object_id               mjd [d]  band",
		"ZTF21abc             61284.13000  g",
		"9000346781166298540            -  -",
		"ZTF21abd                 1.00000  r",
		"object_id                             mjd [d]  band",
		"a name of 27 letters, \\x1b[2Jlong     1.00000  r",
		"ZTF21abe                              1.00000  i",
		"",
	}
	got := shown(tty.String())
	for i := range max(len(got), len(want)) {
		if i >= len(got) || i >= len(want) || squeeze(got[i]) != squeeze(want[i]) {
			t.Fatalf("the terminal shows\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
	// What belongs together ends in the same cell.
	for _, pair := range [][2]int{{0, 1}, {1, 2}, {1, 3}, {4, 5}, {5, 6}} {
		if lastColumn(got[pair[0]]) != lastColumn(got[pair[1]]) {
			t.Errorf("columns are not aligned:\n%s\n%s", got[pair[0]], got[pair[1]])
		}
	}
}

// squeeze leaves one blank of several.
func squeeze(line string) string { return strings.Join(strings.Fields(line), " ") }

// lastColumn is where the last word of a line begins.
func lastColumn(line string) int { return Width(line[:strings.LastIndexByte(line, ' ')+1]) }

func TestLiveTableBoundsItsColumns(t *testing.T) {
	s, tty := terminal(400)
	l := NewLive(s, columnsOfStream[:2], nil)
	if err := l.Put(t.Context(), []*alert.Message{message(false, strings.Repeat("x", 5000), "1")}); err != nil {
		t.Fatal(err)
	}
	for _, line := range shown(tty.String()) {
		if Width(line) > maxWidth+gap+12 {
			t.Errorf("a line takes %d cells", Width(line))
		}
	}
}

func TestLiveTableSaysOnceThatDataAreSimulated(t *testing.T) {
	s, tty := terminal(100)
	l := NewLive(s, columnsOfStream[:3], nil)
	for _, simulated := range []bool{false, true, true} {
		if err := l.Put(t.Context(), []*alert.Message{message(simulated, "ZTF21abc", "1", "g")}); err != nil {
			t.Fatal(err)
		}
	}
	if n := strings.Count(tty.String(), "simulated data, not observations\n"); n != 1 {
		t.Errorf("said %d times:\n%s", n, tty)
	}
	if strings.HasPrefix(tty.String(), "simulated") {
		t.Error("real data are called simulated")
	}
}

func TestEmptyLiveTableHasAHeader(t *testing.T) {
	s, tty := terminal(100)
	l := NewLive(s, columnsOfStream[:3], nil)
	if err := l.Close(true); err != nil {
		t.Fatal(err)
	}
	if got := tty.String(); squeeze(got) != "object_id mjd [d] band" {
		t.Errorf("printed %q", got)
	}
}

func TestCellsAreRoundedToTheirUnit(t *testing.T) {
	for _, c := range []struct {
		column alert.Column
		value  field.Value
		want   string
	}{
		{alert.Column{Name: "mjd", Unit: "d"}, field.OfFloat64(61284.168586), "61284.16859"},
		{alert.Column{Name: "mag", Unit: "mag"}, field.OfFloat32(15.878542), "15.879"},
		{alert.Column{Name: "flux", Unit: "nJy"}, field.OfFloat32(-17719.283), "-17719.3"},
		{alert.Column{Name: "snr"}, field.OfFloat32(7.17), "7.2"},
		{alert.Column{Name: "prob"}, field.OfFloat64(0.98783), "0.988"},
		{alert.Column{Name: "x"}, field.OfFloat64(0.0000123), "0.00001230"},
		{alert.Column{Name: "n"}, field.OfInt(9223372036854775807), "9223372036854775807"},
		{alert.Column{Name: "publish_time"}, field.OfText([]byte("2026-11-21T08:07:43.699188Z")), "2026-11-21 08:07:43Z"},
		{alert.Column{Name: "mag"}, field.Value{}, "-"},
	} {
		if got := Cell(c.column, c.value); got != c.want {
			t.Errorf("%s: %q, want %q", c.column.Name, got, c.want)
		}
	}
}

// The first rows of a table tell how wide its columns are: what does not fit is
// left out, the least important first, and no line wraps.
func TestTheFirstRowsDropColumnsThatDoNotFit(t *testing.T) {
	var out bytes.Buffer
	screen := &Screen{Out: &out, Err: io.Discard, Width: 40}
	columns := []alert.Column{{Name: "object_id", Kind: field.Text}, {Name: "class", Kind: field.Text}, {Name: "note", Kind: field.Text}}
	order := map[string]int{"class": 1, "object_id": 2, "note": 3}
	live := NewLive(screen, columns, func(name string) int { return order[name] })
	m := &alert.Message{}
	m.SetRow(&alert.Row{Columns: columns, Values: []field.Value{
		field.OfString("ZTF21abc"), field.OfString("not extragalactic transient"), field.OfString("n"),
	}})
	if err := live.Put(t.Context(), []*alert.Message{m}); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(out.String()) {
		if Width(strings.TrimRight(line, "\n")) > screen.Width {
			t.Errorf("line %q is wider than the screen", line)
		}
	}
	if !strings.Contains(out.String(), "not extragalactic") || strings.Contains(out.String(), "note") {
		t.Errorf("printed %q", out.String())
	}
}

// The last few columns of a narrow table stay: words are cut for them, as far as
// it takes, in this batch and in later ones.
func TestWordsMakeRoomForTheLastColumns(t *testing.T) {
	columns := []alert.Column{{Name: "mjd", Unit: "d", Kind: field.Float64}, {Name: "classifier", Kind: field.Text}, {Name: "class", Kind: field.Text}, {Name: "note", Kind: field.Text}}
	var all []alert.Column
	for i := range enough - len(columns) {
		all = append(all, alert.Column{Name: fmt.Sprint("n", i), Kind: field.Int})
	}
	all = append(all, columns...)
	said := func(classifier, class string) []*alert.Message {
		m, values := &alert.Message{}, make([]field.Value, len(all)-len(columns))
		m.SetRow(&alert.Row{Columns: all, Values: append(values, field.OfFloat64(61284), field.OfString(classifier), field.OfString(class), field.OfString("n"))})
		return []*alert.Message{m}
	}
	for width, want := range map[int]string{61: "extragalac… not extragalacti… n", 90: "extragalactic_transient not extragalactic transient n"} {
		s, tty := terminal(width)
		live := NewLive(s, all, func(name string) int { return len(name) })
		for _, batch := range [][]*alert.Message{said("purity", "pure"), said("extragalactic_transient", "not extragalactic transient")} {
			if err := live.Put(t.Context(), batch); err != nil {
				t.Fatal(err)
			}
		}
		lines := shown(tty.String())
		for _, line := range lines {
			if Width(line) > width {
				t.Errorf("on %d cells a line takes %d: %q", width, Width(line), line)
			}
		}
		if last := squeeze(lines[len(lines)-2]); !strings.HasSuffix(last, want) {
			t.Errorf("on %d cells: %q", width, last)
		}
	}
}

func TestWhereNothingIsClassifiedAnAlertsBrightnessIsShown(t *testing.T) {
	columns := []alert.Column{{Name: "class", Kind: field.Text}, {Name: "prob", Kind: field.Float64}, {Name: "mag", Unit: "mag", Kind: field.Float64}, {Name: "band", Kind: field.Text}}
	order := func(name string) int {
		return slices.IndexFunc(columns, func(c alert.Column) bool { return c.Name == name }) + 1
	}
	for want, class := range map[string]field.Value{"class prob": field.OfString("SN Ia"), "mag [mag] band": {}} {
		s, tty := terminal(30)
		m := &alert.Message{}
		m.SetRow(&alert.Row{Columns: columns, Values: []field.Value{class, {}, field.OfFloat64(18.5), field.OfString("r")}})
		if err := NewLive(s, columns, order).Put(t.Context(), []*alert.Message{m}); err != nil {
			t.Fatal(err)
		}
		if got := squeeze(shown(tty.String())[0]); got != want {
			t.Errorf("columns %q, not %q", got, want)
		}
	}
}
