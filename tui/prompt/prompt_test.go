package prompt

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/mwvgroup/pgb/client/where"
	"github.com/mwvgroup/pgb/tui/cells"
	"github.com/mwvgroup/pgb/tui/keys"
)

func expect(t *testing.T, p *Prompt, width, height int, want ...string) {
	t.Helper()
	if got := p.Render(width, height).Lines(); !slices.Equal(got, want) {
		t.Errorf("%dx%d:\n%s\nnot\n%s", width, height, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func press(t *testing.T, p *Prompt, names ...string) {
	t.Helper()
	for _, name := range names {
		if !keys.Run(name, p.Keys()) {
			t.Fatalf("%s does nothing", name)
		}
	}
}

// typed expects a text, with a bar at the cursor.
func typed(t *testing.T, p *Prompt, want string) {
	t.Helper()
	if got := p.text[:p.cursor] + "|" + p.text[p.cursor:]; got != want {
		t.Errorf("%s, not %s", got, want)
	}
}

func TestKeysEditTheLine(t *testing.T) {
	for _, c := range []struct {
		text, keys, want string
	}{
		{"snr > 20", "", "snr > 20|"},
		{"snr", "left left", "s|nr"},
		{"snr", "ctrl+b ctrl+b ctrl+b left ctrl+f", "s|nr"},
		{"snr", "home right right right right", "snr|"},
		{"snr > 20", "ctrl+a delete ctrl+d", "|r > 20"},
		{"snr", "home backspace end delete", "snr|"},
		{"snr", "backspace ctrl+h", "s|"},
		{"snr > 20", "ctrl+w", "snr > |"},
		{"snr > 20 ", "ctrl+w ctrl+w", "snr |"},
		{"diaSource.snr > 20", "alt+b alt+b", "diaSource.|snr > 20"},
		{"diaSource.snr > 20", "home alt+f", "diaSource|.snr > 20"},
		{"diaSource.snr > 20", "home ctrl+right ctrl+right", "diaSource.snr| > 20"},
		{"diaSource.snr > 20", "home alt+d alt+d", "| > 20"},
		{"snr > 20", "left left ctrl+u", "|20"},
		{"snr > 20", "left left ctrl+k", "snr > |"},
		{"snr > 20", "left left ctrl+k home ctrl+y", "20|snr > "},
		{"snr > 20", "ctrl+u ctrl+y ctrl+y", "snr > 20snr > 20|"},
		{"größe", "left left backspace", "gr|ße"},
		{"ae\u0301z", "left left", "a|e\u0301z"},
		{"ae\u0301z", "left backspace", "a|z"},
		{"ae\u0301z", "home right delete", "a|z"},
		{"宽宽", "left backspace", "|宽"},
	} {
		p := &Prompt{}
		p.Set(c.text)
		press(t, p, strings.Fields(c.keys)...)
		typed(t, p, c.want)
	}
}

func TestPastedLinesBecomeOne(t *testing.T) {
	for text, want := range map[string]string{
		"snr > 20\n":                          "snr > 20",
		"snr > 20 &&\r\n\tmag < 18\r\n\r\n":   "snr > 20 && mag < 18",
		"\n\n  a\u2028b\vc":                   "a b c",
		" ":                                   " ",
		"a\tb\u00a0c":                         "a b c",
		"a\x1b[31mb\x00\u202e\u200bc\xff\xc3": "a[31mbc",
	} {
		p := &Prompt{}
		p.Insert(text)
		if p.Text() != want {
			t.Errorf("%q becomes %q, not %q", text, p.Text(), want)
		}
	}
}

func TestATextThatGetsTooLongIsRefusedWhole(t *testing.T) {
	p := &Prompt{}
	p.Insert("snr > 20")
	p.Insert(strings.Repeat(" or x", longest/5))
	typed(t, p, "snr > 20|")
	expect(t, p, 60, 2, "snr > 20", "too long: at most 65536 characters")
	p.Insert("0")
	if p.Failing() {
		t.Error("goes on about it")
	}
}

func TestTheHistoryKeepsTheUnfinishedLine(t *testing.T) {
	p := &Prompt{}
	p.SetHistory([]string{"snr > 5", "snr > 6\n", "snr > 7"})
	p.Set("")
	p.Insert("mag")
	press(t, p, "up", "up")
	typed(t, p, "snr > 6|")
	press(t, p, "up", "up", "up")
	typed(t, p, "snr > 5|")
	press(t, p, "down", "down", "down", "down")
	typed(t, p, "mag|")
	press(t, p, "ctrl+p", "backspace", "ctrl+p", "ctrl+n", "ctrl+n")
	typed(t, p, "mag|")
	p.Set("new")
	press(t, p, "up")
	typed(t, p, "snr > 7|")
	press(t, p, "down")
	typed(t, p, "new|")
}

func TestEachChangeIsTold(t *testing.T) {
	var told []string
	p := &Prompt{Changed: func(text string) { told = append(told, text) }, Complete: func(string, int) []string { return []string{"abc"} }}
	p.SetHistory([]string{"old"})
	p.Set("first") // by the owner, who knows
	press(t, p, "ctrl+u", "ctrl+u", "left", "home")
	p.Insert("a")
	p.Insert("")
	press(t, p, "tab", "backspace", "up", "up")
	if want := []string{"", "a", "abc", "ab", "old"}; !slices.Equal(told, want) {
		t.Errorf("told %q, not %q", told, want)
	}
}

// names completes the word before the cursor as a filter's prompt does.
func names(text string, cursor int) []string {
	text = text[:cursor]
	word := text[strings.LastIndexAny(text, " (")+1:]
	var list []string
	for _, name := range []string{"class", "classifier", "classifier_version", "dec", "diaSource.snr", "snr", "has("} {
		if strings.HasPrefix(strings.ToLower(name), strings.ToLower(word)) {
			list = append(list, name)
		}
	}
	return list
}

func TestTabTakesWhatIsCommonAndThenOneAfterTheOther(t *testing.T) {
	p := &Prompt{Complete: names, Label: "filter /"}
	p.Insert("snr > 5 and c")
	expect(t, p, 60, 2, "filter /snr > 5 and c", "class  classifier  classifier_version")
	press(t, p, "tab")
	typed(t, p, "snr > 5 and class|")
	press(t, p, "tab")
	typed(t, p, "snr > 5 and class|")
	press(t, p, "tab")
	typed(t, p, "snr > 5 and classifier|")
	expect(t, p, 31, 2, "filter /snr > 5 and classifier", "class  classifier  classifier_…")
	press(t, p, "tab", "tab")
	typed(t, p, "snr > 5 and class|")
	press(t, p, "shift+tab")
	typed(t, p, "snr > 5 and classifier_version|")
	p.Insert(" ")
	press(t, p, "backspace")
	if p.Height(60) != 1 {
		t.Error("shows a candidate that is there already")
	}
	press(t, p, "tab")
	typed(t, p, "snr > 5 and classifier_version|")
}

func TestTabCompletesInTheMiddleAndInLettersOfAnyCase(t *testing.T) {
	p := &Prompt{Complete: names}
	p.Set("DIAs > 5")
	press(t, p, "home", "right", "right", "right", "right", "tab")
	typed(t, p, "diaSource.snr| > 5")
	p.Set("has(x) and ")
	press(t, p, "shift+tab")
	typed(t, p, "has(x) and has(|")
	p.Set("nothing")
	press(t, p, "tab", "shift+tab")
	typed(t, p, "nothing|")
	p.Complete = func(string, int) []string { return []string{"éclair", "ècole"} }
	p.Set("ê")
	press(t, p, "tab") // has no letter of either, and they none of each other
	typed(t, p, "êéclair|")
	p.Set("nothing")
	p.Complete = nil
	press(t, p, "tab")
	typed(t, p, "nothing|")
}

func TestTheCaretStandsUnderTheFault(t *testing.T) {
	p := &Prompt{Label: "filter /", Complete: names}
	p.Insert("größe > 1 and snrr > 20")
	p.Fail(&where.Error{Text: p.Text(), Offset: strings.Index(p.Text(), "snrr"), Length: 4, Message: "no such name: snrr", Near: []string{"snr", "snr_x"}})
	if p.Height(80) != 3 {
		t.Errorf("wants %d lines", p.Height(80))
	}
	expect(t, p, 80, 3,
		"filter /größe > 1 and snrr > 20",
		"                      ^^^^",
		"no such name: snrr; did you mean: snr, snr_x?")
	expect(t, p, 30, 5,
		"filter /…ße > 1 and snrr > 20",
		"                    ^^^^",
		"no such name: snrr; did you",
		"mean: snr, snr_x?",
		"")
	expect(t, p, 30, 1, "filter /…ße > 1 and snrr > 20")
	expect(t, p, 80, 2,
		"filter /größe > 1 and snrr > 20",
		"no such name: snrr; did you mean: snr, snr_x?")
	press(t, p, "home")
	expect(t, p, 18, 5,
		"filter /größe > 1…",
		"                 >",
		"no such name:",
		"snrr; did you",
		"mean: snr, snr_x?")
	press(t, p, "end")
	p.Insert(" and mag < 18")
	p.SetFault(&Fault{Offset: 0, Length: 3, Message: "wrong"})
	expect(t, p, 30, 3,
		"filter /…rr > 20 and mag < 18",
		"        <",
		"wrong")
	p.Set("größe > 1 and snrr > 20")
	p.SetFault(&Fault{Offset: 16, Length: 4, Message: "no such name: snrr", Near: []string{"snr", "snr_x"}})
	press(t, p, "home")
	expect(t, p, 24, 5,
		"filter /größe > 1 and s…",
		"                      ^^",
		"no such name: snrr; did",
		"you mean: snr, snr_x?",
		"")
	p.Insert("x")
	if p.Failing() {
		t.Error("the fault outlives the text")
	}
}

func TestTheCaretOfTheParserStandsRight(t *testing.T) {
	p := &Prompt{}
	p.Insert("  snr > 20 and")
	_, err := where.Parse(strings.TrimSpace(p.Text()))
	p.Fail(err)
	lines := p.Render(80, 3).Lines()
	if at := strings.Index(lines[1], "^"); at != len(p.Text()) || strings.Count(lines[1], "^") != 1 {
		t.Errorf("the caret is at %d:\n%s", at, strings.Join(lines, "\n"))
	}
	p.Set("  snr >> 20 and mag < 18")
	_, err = where.Parse(strings.TrimSpace(p.Text()))
	p.Fail(err)
	if at := strings.Index(p.Render(80, 3).Lines()[1], "^"); at != 7 {
		t.Errorf("the caret is at %d of a text with blanks before it", at)
	}
	p.Set("snr >> 20")
	_, err = where.Parse(p.Text())
	p.Fail(fmt.Errorf("check the filter: %w", err))
	lines = p.Render(80, 3).Lines()
	if at := strings.Index(lines[1], "^"); at != 5 {
		t.Errorf("the caret is at %d:\n%s", at, strings.Join(lines, "\n"))
	}
	p.Fail(nil)
	if p.Failing() {
		t.Error("nil is a fault")
	}
}

func TestOtherErrorsHaveNoCaret(t *testing.T) {
	p := &Prompt{Label: "look up :"}
	p.Insert("ZTF21abc")
	p.Fail(errors.New("no archive: import one with pgb archive import, or name one in the configuration, or ask for help, or read the manual that says all of this at great length"))
	expect(t, p, 40, p.Height(40),
		"look up :ZTF21abc",
		"no archive: import one with pgb archive",
		"import, or name one in the",
		"configuration, or ask for help, or read…")
	p.Fail(&where.Error{Text: "another text", Offset: 3, Length: 2, Message: "wrong"})
	expect(t, p, 40, 3, "look up :ZTF21abc", "wrong", "")
}

func TestALongTextScrollsWithTheCursor(t *testing.T) {
	p := &Prompt{Label: "save to "}
	p.Insert("/a/long/path/to/the/place/of/night.parquet")
	cursor := func(want int) {
		t.Helper()
		if x, y := p.Cursor(); x != want || y != 0 {
			t.Errorf("the cursor is at %d, %d, not %d", x, y, want)
		}
	}
	expect(t, p, 30, 1, "save to …ace/of/night.parquet")
	cursor(29)
	press(t, p, "home")
	expect(t, p, 30, 1, "save to /a/long/path/to/the/p…")
	cursor(8)
	press(t, p, "end")
	p.Render(30, 1)
	press(t, p, "alt+b", "alt+b", "alt+b", "alt+b", "alt+b", "alt+b")
	p.Theme.ASCII = true
	expect(t, p, 30, 1, "save to <to/the/place/of/nigh>")
	cursor(9)
	p.Set("short")
	expect(t, p, 30, 1, "save to short")
	cursor(13)
}

func TestWideLettersAreNotCutInTwo(t *testing.T) {
	p := &Prompt{}
	p.Insert("宽宽宽宽宽宽")
	expect(t, p, 8, 1, "…宽宽宽")
	press(t, p, "left", "left", "left")
	expect(t, p, 8, 1, "…宽宽宽")
	press(t, p, "home")
	expect(t, p, 8, 1, "宽宽宽 …")
}

func TestANoteStandsBelowATextWithoutAFault(t *testing.T) {
	p := &Prompt{Label: "filter /", Note: "312 of the last 1,000 pass"}
	p.Insert("snr > 5")
	if p.Height(40) != 2 {
		t.Errorf("wants %d lines", p.Height(40))
	}
	expect(t, p, 20, 2, "filter /snr > 5", "312 of the last 1,0…")
	p.Set("")
	expect(t, p, 20, 2, "filter /", "")
}

func TestAnySizeIsFilledExactly(t *testing.T) {
	all := (&Prompt{}).Keys()
	rapid.Check(t, func(t *rapid.T) {
		p := &Prompt{Theme: cells.Theme{ASCII: rapid.Bool().Draw(t, "ascii")}, Label: rapid.String().Draw(t, "label"), Complete: names}
		p.SetHistory([]string{"宽宽宽", "snr > 5"})
		for range rapid.IntRange(0, 20).Draw(t, "steps") {
			if rapid.Bool().Draw(t, "types") {
				p.Insert(rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"c", "snr ", "e\u0301", "宽"})).Draw(t, "text"))
			} else {
				keys.Run(rapid.SampledFrom(all).Draw(t, "key").Keys[0], p.Keys())
			}
			if p.cursor < 0 || p.cursor > len(p.text) || p.boundary(p.cursor) != p.cursor {
				t.Fatalf("the cursor is at %d of %q", p.cursor, p.text)
			}
		}
		if rapid.Bool().Draw(t, "fails") {
			p.SetFault(&Fault{Offset: rapid.IntRange(-5, 200).Draw(t, "offset"), Length: rapid.IntRange(0, 200).Draw(t, "length"), Message: rapid.String().Draw(t, "message"), Near: []string{"snr"}})
		}
		width, height := rapid.IntRange(0, 100).Draw(t, "width"), rapid.IntRange(0, 8).Draw(t, "height")
		block := p.Render(width, height)
		if block.Width() != width || block.Height() != height {
			t.Fatalf("%dx%d, not %dx%d", block.Width(), block.Height(), width, height)
		}
		if text := strings.Join(block.Lines(), ""); p.Theme.ASCII && cells.ASCII(text) != text {
			t.Fatalf("not of 7 bits: %q", text)
		}
		if x, _ := p.Cursor(); width > 0 && height > 0 && (x < 0 || x >= width) {
			t.Fatalf("the cursor is at %d of %d", x, width)
		}
		if wants := p.Height(width); width > 0 && wants > 9 {
			t.Fatalf("wants %d lines", wants)
		}
	})
}

func BenchmarkRender(b *testing.B) {
	p := &Prompt{Label: "filter /", Complete: names}
	p.Insert(strings.Repeat("snr > 20 and ", 20) + "c")
	for b.Loop() {
		p.Render(200, 3)
	}
}
