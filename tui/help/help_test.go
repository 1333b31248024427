package help

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/mwvgroup/pgb/tui/cells"
	"github.com/mwvgroup/pgb/tui/keys"
)

var groups = []keys.Group{
	{Name: "Everywhere", Bindings: []keys.Binding{
		{Keys: []string{"?"}, Does: "this help"},
		{Keys: []string{"q", "ctrl+c"}, Does: "quit"},
		{Keys: []string{"tab"}, Does: "next part"},
	}},
	{Name: "Table", Bindings: []keys.Binding{
		{Keys: []string{"j", "down"}, Does: "next alert"},
		{Keys: []string{"k", "up"}, Does: "alert before"},
	}},
	{Name: "Sky", Bindings: []keys.Binding{
		{Keys: []string{"+"}, Does: "closer"},
		{Keys: []string{"-"}, Does: "farther"},
	}},
}

func expect(t *testing.T, h *Help, width, height int, want ...string) {
	t.Helper()
	if got := h.Render(width, height).Lines(); !slices.Equal(got, want) {
		t.Errorf("%dx%d:\n%s\nnot\n%s", width, height, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestTheHelpTakesTheColumnsThatItNeeds(t *testing.T) {
	h := &Help{}
	h.Set(groups)
	expect(t, h, 34, 14,
		"   ┌─ Keys ──────────────────┐",
		"   │ Everywhere              │",
		"   │ ?          this help    │",
		"   │ q, Ctrl-C  quit         │",
		"   │ Tab        next part    │",
		"   │                         │",
		"   │ Table                   │",
		"   │ j, ↓       next alert   │",
		"   │ k, ↑       alert before │",
		"   │                         │",
		"   │ Sky                     │",
		"   │ +          closer       │",
		"   │ -          farther      │",
		"   └─ Esc closes ────────────┘")
	expect(t, h, 80, 9,
		"             ┌─ Keys ────────────────────────────────────────────┐",
		"             │ Everywhere                Table                   │",
		"             │ ?          this help      j, ↓       next alert   │",
		"             │ q, Ctrl-C  quit           k, ↑       alert before │",
		"             │ Tab        next part                              │",
		"             │                           Sky                     │",
		"             │                           +          closer       │",
		"             │                           -          farther      │",
		"             └─ Esc closes ──────────────────────────────────────┘")
	expect(t, h, 120, 7,
		"                    ┌─ Keys ──────────────────────────────────────────────────────────────────────┐",
		"                    │ Everywhere                Table                     Sky                     │",
		"                    │ ?          this help      j, ↓       next alert     +          closer       │",
		"                    │ q, Ctrl-C  quit           k, ↑       alert before   -          farther      │",
		"                    │ Tab        next part                                                        │",
		"                    └─ Esc closes ────────────────────────────────────────────────────────────────┘",
		"")
	h.Theme.ASCII = true
	expect(t, h, 34, 8,
		" +- Keys ----------------------+",
		" | Everywhere                  |",
		" | ?          this help        |",
		" | q, Ctrl-C  quit             |",
		" | Tab        next part        |",
		" |                             |",
		" | Table                       |",
		" +- Esc closes  Up, Down more -+")
}

func TestTheHelpScrollsToItsEnd(t *testing.T) {
	h := &Help{}
	h.Set(groups)
	expect(t, h, 30, 6,
		" ┌─ Keys ──────────────────┐",
		" │ Everywhere              │",
		" │ ?          this help    │",
		" │ q, Ctrl-C  quit         │",
		" │ Tab        next part    │",
		" └─ Esc closes  ↑, ↓ more ─┘")
	press := func(key string) {
		t.Helper()
		if !keys.Run(key, h.Keys()) {
			t.Fatalf("%s does nothing", key)
		}
	}
	press("down")
	expect(t, h, 30, 6,
		" ┌─ Keys ──────────────────┐",
		" │ ?          this help    │",
		" │ q, Ctrl-C  quit         │",
		" │ Tab        next part    │",
		" │                         │",
		" └─ Esc closes  ↑, ↓ more ─┘")
	press("end")
	expect(t, h, 30, 6,
		" ┌─ Keys ──────────────────┐",
		" │                         │",
		" │ Sky                     │",
		" │ +          closer       │",
		" │ -          farther      │",
		" └─ Esc closes  ↑, ↓ more ─┘")
	press("pgup")
	press("up")
	h.Wheel(1)
	expect(t, h, 30, 6,
		" ┌─ Keys ──────────────────┐",
		" │ Table                   │",
		" │ j, ↓       next alert   │",
		" │ k, ↑       alert before │",
		" │                         │",
		" └─ Esc closes  ↑, ↓ more ─┘")
	press("home")
	expect(t, h, 30, 6,
		" ┌─ Keys ──────────────────┐",
		" │ Everywhere              │",
		" │ ?          this help    │",
		" │ q, Ctrl-C  quit         │",
		" │ Tab        next part    │",
		" └─ Esc closes  ↑, ↓ more ─┘")
}

func TestTheNamesOfKeysStandOut(t *testing.T) {
	h := &Help{}
	h.Set(groups)
	b := h.Render(34, 14)
	for y, line := range b.Lines() {
		if at := strings.Index(line, "Ctrl-C"); at >= 0 {
			column := cells.Width(line[:at])
			if got := b.At(column, y).Style; got != h.Theme.Key() {
				t.Errorf("a key is drawn as %+v", got)
			}
			return
		}
	}
	t.Error("no Ctrl-C in the help")
}

func TestAnySizeIsFilledExactly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := &Help{Theme: cells.Theme{ASCII: rapid.Bool().Draw(t, "ascii")}, Title: rapid.String().Draw(t, "title")}
		h.Set(rapid.SliceOfN(rapid.SampledFrom(groups), 0, 12).Draw(t, "groups"))
		width, height := rapid.IntRange(0, 250).Draw(t, "width"), rapid.IntRange(0, 60).Draw(t, "height")
		h.Render(width, height)
		h.Scroll(rapid.IntRange(-50, 50).Draw(t, "scroll"))
		block := h.Render(width, height)
		if block.Width() != width || block.Height() != height {
			t.Fatalf("%dx%d, not %dx%d", block.Width(), block.Height(), width, height)
		}
		if text := strings.Join(block.Lines(), ""); h.Theme.ASCII && cells.ASCII(text) != text {
			t.Fatalf("not of 7 bits: %q", text)
		}
	})
}

func BenchmarkRender(b *testing.B) {
	h := &Help{}
	h.Set(slices.Concat(groups, groups, groups, groups, groups))
	for b.Loop() {
		h.Render(200, 60)
	}
}
