package tree

import (
	"slices"
	"strings"
	"testing"

	"github.com/mwvgroup/pgb/tui/cells"
	"github.com/mwvgroup/pgb/tui/keys"
)

// parts are those of a message as tests have it.
var parts = []Part{
	{"attributes", []byte(`{"kafka.topic": "alerts", "n": "3"}`)},
	{"alert", []byte(`{"diaSourceId": 170032882292621441, "isDipole": false, "ssObject": null,
		"diaSource": {"ra": 150.1, "psfFlux": 1.50e3, "band": "r"},
		"prv": [{"ra": 1}, {"ra": 2, "band": "g"}], "none": [], "nothing": {}}`)},
	{"result", []byte(`{"SNe": [0.1, NaN, -Infinity]}`)},
}

func expect(t *testing.T, b *cells.Block, want ...string) {
	t.Helper()
	if got := b.Lines(); !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func press(t *testing.T, tree *Tree, names ...string) {
	t.Helper()
	for _, name := range names {
		if !keys.Run(name, tree.Keys()) {
			t.Fatalf("%s does nothing", name)
		}
	}
}

func expectSelected(t *testing.T, tree *Tree, want string) {
	t.Helper()
	if path, _, _ := tree.Selected(); path != want {
		t.Errorf("%s is selected, not %s", path, want)
	}
}

// newTree is a tree of which the parts are open and nothing else.
func newTree() *Tree {
	tree := &Tree{Focused: true}
	tree.Set(parts)
	tree.FoldAll(false)
	return tree
}

func TestPartsAreShownWithWhatIsInThemAsItIsWritten(t *testing.T) {
	tree := newTree()
	tree.Theme.ASCII = true
	expect(t, tree.Render(50, 15),
		"- attributes {2}",
		`    kafka.topic: "alerts"`,
		`    n: "3"`,
		"- alert {7}",
		"    diaSourceId: 170032882292621441",
		"    isDipole: false",
		"    ssObject: null",
		"  + diaSource {3}",
		"  + prv [2]",
		"    none [0]",
		"    nothing {0}",
		"- result {1}",
		"  + SNe [3]",
		"", "")
}

func TestSmallDocumentsAreOpenAtFirst(t *testing.T) {
	tree := &Tree{}
	tree.Set(parts[2:])
	expect(t, tree.Render(30, 5), "▾ result {1}", "  ▾ SNe [3]", "      [0]: 0.1", "      [1]: NaN", "      [2]: -Infinity")
}

func TestKeysFoldAndUnfold(t *testing.T) {
	tree := newTree()
	tree.Render(40, 4)
	for _, step := range []struct{ key, selected string }{
		{"end", "result.SNe"}, {"right", "result.SNe"}, {"right", "result.SNe[0]"}, {"down", "result.SNe[1]"},
		{"left", "result.SNe"}, {"left", "result.SNe"}, {"left", "result"}, {"enter", "result"}, {"down", "result"},
		{"up", "alert.nothing"}, {"right", "alert.nothing"}, {"pgup", "alert.diaSource"}, {"pgdown", "alert.nothing"},
		{"home", "attributes"}, {"E", "attributes"}, {"end", "result.SNe[2]"}, {"C", "result.SNe"}, {"space", "result.SNe"},
		{"G", "result.SNe[2]"},
	} {
		press(t, tree, step.key)
		if path, _, _ := tree.Selected(); path != step.selected {
			t.Errorf("%s selects %s, not %s", step.key, path, step.selected)
		}
	}
	expect(t, tree.Render(40, 4),
		"  ▾ SNe [3]                            │", "      [0]: 0.1                         │",
		"      [1]: NaN                         │", "      [2]: -Infinity                   █")
}

func TestSearchFindsNamesAndValuesAndUnfoldsWhatTheyAreIn(t *testing.T) {
	tree := newTree()
	tree.Render(40, 10)
	if n := tree.Search("ba"); n != 2 {
		t.Errorf("%d found", n)
	}
	expectSelected(t, tree, "alert.diaSource.band")
	if n := tree.Search("BAND"); n != 2 {
		t.Errorf("%d found", n)
	}
	press(t, tree, "n")
	expectSelected(t, tree, "alert.prv[1].band")
	if place, of := tree.Match(); place != 2 || of != 2 {
		t.Errorf("%d of %d", place, of)
	}
	press(t, tree, "n")
	expectSelected(t, tree, "alert.diaSource.band")
	press(t, tree, "N")
	expectSelected(t, tree, "alert.prv[1].band")
	if n := tree.Search("92621441"); n != 1 {
		t.Errorf("%d found", n)
	}
	expectSelected(t, tree, "alert.diaSourceId")
	b := tree.Render(50, 12)
	x := strings.Index("    diaSourceId: 170032882292621441", "92621441")
	for y, line := range b.Lines() {
		if !strings.Contains(line, "diaSourceId:") {
			continue
		}
		if before, hit := b.At(x-1, y).Style, b.At(x, y).Style; before.Reverse || !hit.Reverse {
			t.Errorf("not highlighted: %+v, %+v", before, hit)
		}
	}
	if tree.Search("nowhere") != 0 {
		t.Error("found what is nowhere")
	}
	expectSelected(t, tree, "alert.diaSourceId")
	tree.Next()
	tree.Search("")
	if place, of := tree.Match(); place != 0 || of != 0 {
		t.Errorf("%d of %d after the search ended", place, of)
	}
}

func TestAnotherMessageIsUnfoldedAsTheLastOneWas(t *testing.T) {
	tree := newTree()
	tree.Render(40, 20)
	tree.Search("psfFlux")
	tree.Search("")
	tree.Set([]Part{{"other", []byte(`1`)}, {"alert", []byte(`{"more": [` + strings.Repeat("0, ", 40) + `0],
		"diaSource": {"new": 1, "psfFlux": -2}, "prv": [{"ra": 1}]}`)}})
	expectSelected(t, tree, "alert.diaSource.psfFlux")
	expect(t, tree.Render(40, 8), "  other: 1", "▾ alert {3}", "  ▸ more [41]", "  ▾ diaSource {2}", "      new: 1", "      psfFlux: -2",
		"  ▸ prv [1]", "")
	tree.Set(parts[:1])
	expectSelected(t, tree, "attributes")
	tree.Set(nil)
	expect(t, tree.Render(20, 3), "", "  nothing to show", "")
	if _, _, ok := tree.Selected(); ok {
		t.Error("something is selected in an empty tree")
	}
	press(t, tree, "E", "C", "n", "down", "left", "right", "enter", "end")
}

func TestClicksSelectAndFold(t *testing.T) {
	tree := newTree()
	tree.Render(50, 18)
	tree.Click(20, 7)
	expectSelected(t, tree, "alert.diaSource")
	if got := tree.Render(50, 18).Lines()[8]; got != "  ▸ prv [2]" {
		t.Errorf("the first click did more than select: %q", got)
	}
	tree.Click(20, 7)
	if got := tree.Render(50, 18).Lines()[8]; got != "      ra: 150.1" {
		t.Errorf("the second click did not unfold: %q", got)
	}
	tree.Click(0, 3)
	if got := tree.Render(50, 18).Lines()[3]; got != "▸ alert {7}" {
		t.Errorf("a click on the mark did not fold: %q", got)
	}
	tree.Click(0, 17)
	tree.Click(-1, 3)
	expectSelected(t, tree, "alert")
}

func TestTheWheelScrollsWithTheSelectionOnTheScreen(t *testing.T) {
	tree := newTree()
	tree.Render(50, 4)
	tree.Wheel(5)
	expectSelected(t, tree, "alert.isDipole")
	tree.Wheel(100)
	expectSelected(t, tree, "alert.none")
	tree.Wheel(-100)
	expectSelected(t, tree, "alert")
}

func TestTextsAreCutAndCleaned(t *testing.T) {
	tree := &Tree{}
	long := strings.Repeat("x", 100_000)
	tree.Set([]Part{{"p\x1b", []byte(`{"a\u001b[2J": "\u001b]0;t\u0007\n\"q\" \u00e9\ud83d\ude00", "long": "` + long + `", "星": "星の\u202e名前"}`)}})
	expect(t, tree.Render(30, 4), "▾ p {3}", `    a[2J: "]0;t "q" é😀"`, `    long: "xxxxxxxxxxxxxxxxxx…`, `    星: "星の名前"`)
	tree.Theme.ASCII = true
	expect(t, tree.Render(14, 4), "- p {3}", `    a[2J: "...`, `    long: "...`, `    ?: "????"`)
	if tree.Search("é") != 1 || tree.Search(`"Q"`) != 1 {
		t.Error("escaped letters are not found")
	}
}

func TestWhatIsNoJSONSaysSo(t *testing.T) {
	tree := &Tree{}
	tree.Set([]Part{{"alert", []byte(`{"a": `)}, {"empty", nil}, {"result", []byte("\ufeff{\"a\": 1}")}})
	lines := tree.Render(60, 5).Lines()
	if !strings.HasPrefix(lines[0], "  alert: not readable: ") || lines[1] != "  empty: null" || lines[3] != "    a: 1" {
		t.Errorf("%q", lines)
	}
}

func TestATreeFitsEverySize(t *testing.T) {
	for _, theme := range []cells.Theme{{}, {ASCII: true, Plain: true}} {
		for width := range 40 {
			for height := range 10 {
				tree := newTree()
				tree.Theme = theme
				press(t, tree, "E", "end")
				if b := tree.Render(width, height); b.Width() != width || b.Height() != height {
					t.Fatalf("%dx%d, not %dx%d", b.Width(), b.Height(), width, height)
				}
			}
		}
	}
	tree := newTree()
	expect(t, tree.Render(1, 1), "▾")
	expect(t, tree.Render(8, 2), "▾ attri…", "    kaf…")
}
