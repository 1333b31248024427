package chooser

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/mwvgroup/pgb/tui/cells"
	"github.com/mwvgroup/pgb/tui/keys"
)

var topics = []Item{
	{Name: "classifications", Doc: "what classifiers say of the alerts of all surveys", Detail: "700 k alerts, 60 GB, $2.40", Group: true},
	{Name: "lsst-alerts", Doc: "all alerts of LSST, whole", Detail: "7 M alerts, 600 GB, $24"},
	{Name: "lsst-lite", Doc: "alerts of LSST without images", Detail: "7 M alerts, 20 GB, $0.80"},
	{Name: "ztf-lite", Doc: "alerts of ZTF without images", Detail: "200 k alerts, 1 GB, $0.04"},
	{Name: "lvk-alerts", Doc: "gravitational waves", Detail: "20 alerts"},
}

func open() *Chooser {
	c := &Chooser{Title: "Topics", Footer: []keys.Binding{{Keys: []string{"enter"}, Does: "opens"}, {Keys: []string{"esc"}, Does: "goes back"}}}
	c.Set(topics)
	return c
}

func expect(t *testing.T, c *Chooser, width, height int, want ...string) {
	t.Helper()
	if got := c.Render(width, height).Lines(); !slices.Equal(got, want) {
		t.Errorf("%dx%d:\n%s\nnot\n%s", width, height, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func press(t *testing.T, c *Chooser, names ...string) {
	t.Helper()
	for _, name := range names {
		if !keys.Run(name, c.Keys()) {
			t.Fatalf("%s does nothing", name)
		}
	}
}

func chosen(t *testing.T, c *Chooser, want string) {
	t.Helper()
	if item, ok := c.Chosen(); item.Name != want || ok != (want != "") {
		t.Errorf("chosen is %q, not %q", item.Name, want)
	}
}

func names(c *Chooser) string {
	var list []string
	for _, i := range c.shown {
		list = append(list, c.items[i].Name)
	}
	return strings.Join(list, " ")
}

func TestTheListHasTheColumnsThatFit(t *testing.T) {
	c := open()
	c.Choose("lsst-lite")
	expect(t, c, 120, 12,
		"",
		"         ┌─ Topics ───────────────────────────────────────────────────────────────────────────────────────────┐",
		"         │ > type to narrow the list                                                                          │",
		"         │                                                                                                    │",
		"         │ * classifications  what classifiers say of the alerts of all surveys   700 k alerts, 60 GB, $2.40  │",
		"         │   lsst-alerts      all alerts of LSST, whole                              7 M alerts, 600 GB, $24  │",
		"         │>  lsst-lite        alerts of LSST without images                         7 M alerts, 20 GB, $0.80  │",
		"         │   ztf-lite         alerts of ZTF without images                         200 k alerts, 1 GB, $0.04  │",
		"         │   lvk-alerts       gravitational waves                                                  20 alerts  │",
		"         └─ Enter opens  Esc goes back ───────────────────────────────────────────────────────────────────────┘",
		"",
		"")
	expect(t, c, 80, 14,
		"",
		"┌─ Topics ─────────────────────────────────────────────────────────────────────┐",
		"│ > type to narrow the list                                                    │",
		"│                                                                              │",
		"│ * classifications  what classifiers say of the alerts of all surveys         │",
		"│   lsst-alerts      all alerts of LSST, whole                                 │",
		"│>  lsst-lite        alerts of LSST without images                             │",
		"│   ztf-lite         alerts of ZTF without images                              │",
		"│   lvk-alerts       gravitational waves                                       │",
		"│──────────────────────────────────────────────────────────────────────────────│",
		"│ alerts of LSST without images                                                │",
		"│ 7 M alerts, 20 GB, $0.80                                                     │",
		"└─ Enter opens  Esc goes back ─────────────────────────────────────────────────┘",
		"")
	expect(t, c, 40, 12,
		"┌─ Topics ─────────────────────────────┐",
		"│ > type to narrow the list            │",
		"│                                      │",
		"│ * classifications  what classifier…  │",
		"│   lsst-alerts      all alerts of L…  │",
		"│>  lsst-lite        alerts of LSST …  │",
		"│   ztf-lite         alerts of ZTF w… ▼│",
		"│──────────────────────────────────────│",
		"│ alerts of LSST without images        │",
		"│ 7 M alerts, 20 GB, $0.80             │",
		"│                                      │",
		"└─ Enter opens  Esc goes back ─────────┘")
	expect(t, c, 40, 7,
		"┌─ Topics ─────────────────────────────┐",
		"│ > type to narrow the list            │",
		"│                                      │",
		"│ * classifications  what classifier…  │",
		"│   lsst-alerts      all alerts of L…  │",
		"│>  lsst-lite        alerts of LSST … ▼│",
		"└─ Enter opens  Esc goes back ─────────┘")
	expect(t, c, 7, 3,
		" > ty…",
		"   l… ▲",
		">  l… ▼")
	c.Theme.ASCII = true
	c.Insert("LITE")
	expect(t, c, 80, 14,
		"",
		"+- Topics ---------------------------------------------------------------------+",
		"| > LITE                                                                2 of 5 |",
		"|                                                                              |",
		"|>  ztf-lite         alerts of ZTF without images                              |",
		"|   lsst-lite        alerts of LSST without images                             |",
		"|                                                                              |",
		"|                                                                              |",
		"|                                                                              |",
		"|------------------------------------------------------------------------------|",
		"| alerts of ZTF without images                                                 |",
		"| 200 k alerts, 1 GB, $0.04                                                    |",
		"+- Enter opens  Esc goes back -------------------------------------------------+",
		"")
}

func TestTheChosenOneIsExplainedWhereItsLineIsTooShort(t *testing.T) {
	c := &Chooser{}
	c.Set([]Item{{Name: "ztf-lite", Doc: "alerts of the Zwicky Transient Facility without their images and history", Detail: "200 k alerts, 1 GB, $0.04"}})
	expect(t, c, 50, 12,
		"┌────────────────────────────────────────────────┐",
		"│ > type to narrow the list                      │",
		"│                                                │",
		"│>  ztf-lite  alerts of the Zwicky Transient F…  │",
		"│                                                │",
		"│                                                │",
		"│────────────────────────────────────────────────│",
		"│ alerts of the Zwicky Transient Facility        │",
		"│ without their images and history               │",
		"│ 200 k alerts, 1 GB, $0.04                      │",
		"└────────────────────────────────────────────────┘",
		"")
}

func TestLettersNarrowTheListBestFirst(t *testing.T) {
	for typed, want := range map[string]string{
		"":                     "classifications lsst-alerts lsst-lite ztf-lite lvk-alerts",
		"lite":                 "ztf-lite lsst-lite",
		"LSST":                 "lsst-lite lsst-alerts classifications",
		"ls":                   "lsst-lite lsst-alerts lvk-alerts classifications",
		"alerts":               "lvk-alerts lsst-alerts ztf-lite lsst-lite classifications",
		"ztf-lite":             "ztf-lite",
		"lsst lite":            "lsst-lite",
		"lite lsst":            "lsst-lite",
		"images":               "ztf-lite lsst-lite",
		"gravitational":        "lvk-alerts",
		"0.80":                 "lsst-lite",
		"zl":                   "ztf-lite",
		"xyz":                  "",
		"classifiers  surveys": "classifications",
	} {
		c := open()
		c.Insert(typed)
		if got := names(c); got != want {
			t.Errorf("%q shows %s, not %s", typed, got, want)
		}
	}
}

func TestTheBeginningOfAWordCountsMore(t *testing.T) {
	c := &Chooser{}
	c.Set([]Item{{Name: "elite"}, {Name: "ztf-lite"}, {Name: "lite-and-more"}})
	c.Insert("lite")
	if got := names(c); got != "lite-and-more ztf-lite elite" {
		t.Errorf("shows %s", got)
	}
}

func TestAnEmptyResultSaysSo(t *testing.T) {
	c := open()
	c.Insert("xyz")
	chosen(t, c, "")
	expect(t, c, 80, 14,
		"",
		"┌─ Topics ─────────────────────────────────────────────────────────────────────┐",
		"│ > xyz                                                                 0 of 5 │",
		"│                                                                              │",
		"│ nothing fits xyz                                                             │",
		"│                                                                              │",
		"│                                                                              │",
		"│                                                                              │",
		"│                                                                              │",
		"│                                                                              │",
		"│                                                                              │",
		"│                                                                              │",
		"└─ Enter opens  Esc goes back ─────────────────────────────────────────────────┘",
		"")
	press(t, c, "down", "pgup", "end")
	chosen(t, c, "")
	press(t, c, "backspace", "backspace", "backspace", "backspace")
	chosen(t, c, "classifications")
	c.Set(nil)
	c.Empty = "no object has been looked at yet"
	expect(t, c, 60, 8,
		"            ┌─ Topics ─────────────────────────┐",
		"            │ > type to narrow the list        │",
		"            │                                  │",
		"            │ no object has been looked at yet │",
		"            │                                  │",
		"            │                                  │",
		"            └─ Enter opens  Esc goes back ─────┘",
		"")
}

func TestWhatIsChosenStaysChosen(t *testing.T) {
	c := open()
	if !c.Choose("ztf-lite") || c.Choose("no such topic") {
		t.Error("chose what is not there")
	}
	chosen(t, c, "ztf-lite")
	c.Set(topics[1:])
	chosen(t, c, "ztf-lite")
	c.Insert("l")
	c.Insert("vk")
	chosen(t, c, "lvk-alerts")
	press(t, c, "ctrl+u")
	chosen(t, c, "lvk-alerts")
	c.Set(topics[:2])
	chosen(t, c, "classifications")
}

func TestKeysMoveThroughALongList(t *testing.T) {
	c := &Chooser{}
	var items []Item
	for i := range 100 {
		items = append(items, Item{Name: fmt.Sprint("object ", i)})
	}
	c.Set(items)
	c.Render(60, 14)
	press(t, c, "up")
	chosen(t, c, "object 0")
	press(t, c, "down", "down", "up")
	chosen(t, c, "object 1")
	press(t, c, "pgdown")
	chosen(t, c, "object 10")
	expect(t, c, 60, 14,
		"            ┌──────────────────────────────────┐",
		"            │ > type to narrow the list        │",
		"            │                                  │",
		"            │   object 1                      ▲│",
		"            │   object 2                       │",
		"            │   object 3                       │",
		"            │   object 4                       │",
		"            │   object 5                       │",
		"            │   object 6                       │",
		"            │   object 7                       │",
		"            │   object 8                       │",
		"            │   object 9                       │",
		"            │>  object 10                     ▼│",
		"            └──────────────────────────────────┘")
	press(t, c, "pgup", "end", "down")
	chosen(t, c, "object 99")
	c.Render(60, 14)
	c.Wheel(-3)
	chosen(t, c, "object 96")
	press(t, c, "home")
	chosen(t, c, "object 0")
}

func TestAClickChoosesWhatIsUnderIt(t *testing.T) {
	c := open()
	lines := c.Render(120, 20).Lines()
	for y, line := range lines {
		at := strings.Index(line, "ztf-lite")
		if at < 0 {
			continue
		}
		if !c.Click(cells.Width(line[:at]), y) {
			t.Error("nothing there")
		}
		chosen(t, c, "ztf-lite")
		if c.Click(0, y) || c.Click(cells.Width(line[:at]), y+4) {
			t.Error("takes what is beside the list")
		}
		chosen(t, c, "ztf-lite")
		return
	}
	t.Error("no ztf-lite in the list")
}

func TestTheCursorIsWhereOneTypes(t *testing.T) {
	c := open()
	c.Insert("lsst")
	line := c.Render(80, 20).Lines()
	x, y := c.Cursor()
	if before := []rune(line[y])[:x]; !strings.HasSuffix(string(before), "> lsst") {
		t.Errorf("the cursor stands behind %q", string(before))
	}
}

func TestHostileTextStaysInItsColumn(t *testing.T) {
	c := &Chooser{Title: "a\x1b[2Jb"}
	c.Set([]Item{{Name: "\x1b]0;x\x07evil\u202e", Doc: strings.Repeat("宽", 300), Detail: "a\nb"}, {Name: strings.Repeat("n", 10_000)}})
	c.Insert("\x1b[31m")
	for _, line := range c.Render(80, 14).Lines() {
		if strings.ContainsAny(line, "\x1b\x07\n\u202e") || cells.Width(line) > 80 {
			t.Errorf("%q", line)
		}
	}
}

func TestAnySizeIsFilledExactly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := open()
		c.Theme.ASCII = rapid.Bool().Draw(t, "ascii")
		item := rapid.Custom(func(t *rapid.T) Item {
			return Item{Name: rapid.String().Draw(t, "name"), Doc: rapid.String().Draw(t, "doc"), Detail: rapid.String().Draw(t, "detail"), Group: rapid.Bool().Draw(t, "group")}
		})
		c.Set(rapid.SliceOfN(item, 0, 40).Draw(t, "items"))
		c.Insert(rapid.StringN(0, 3, -1).Draw(t, "typed"))
		c.Move(rapid.IntRange(-5, 50).Draw(t, "move"))
		width, height := rapid.IntRange(0, 250).Draw(t, "width"), rapid.IntRange(0, 60).Draw(t, "height")
		block := c.Render(width, height)
		if block.Width() != width || block.Height() != height {
			t.Fatalf("%dx%d, not %dx%d", block.Width(), block.Height(), width, height)
		}
		if text := strings.Join(block.Lines(), ""); c.Theme.ASCII && cells.ASCII(text) != text {
			t.Fatalf("not of 7 bits: %q", text)
		}
		if x, y := c.Cursor(); width > 0 && height > 0 && (x < 0 || x >= width || y < 0 || y >= height) {
			t.Fatalf("the cursor is at %d, %d of %dx%d", x, y, width, height)
		}
		if at := c.at - c.top; c.rows > 0 && len(c.shown) > 0 && (at < 0 || at >= c.rows) {
			t.Fatalf("what is chosen is not seen: %d of %d", at, c.rows)
		}
	})
}

func BenchmarkRender(b *testing.B) {
	c := open()
	c.Set(slices.Repeat(topics, 40))
	for b.Loop() {
		c.Render(200, 60)
	}
}

func TestWhatIsChosenIsKnownByItsKeyWhereNamesAreTheSame(t *testing.T) {
	c := &Chooser{}
	items := []Item{{Name: "7", Doc: "of one", Key: "a 7"}, {Name: "7", Doc: "of another", Key: "b 7"}}
	c.Set(items)
	press(t, c, "down")
	c.Insert("another")
	press(t, c, "ctrl+u")
	c.Set(slices.Clone(items))
	if item, ok := c.Chosen(); !ok || item.Key != "b 7" {
		t.Errorf("chosen is %q", item.Key)
	}
}
