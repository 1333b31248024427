package files

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// splitAll splits a text that comes through a buffer of some size.
func splitAll(text []byte, buffer int) (values []string, torn int, err error) {
	s := &splitter{in: bufio.NewReaderSize(bytes.NewReader(text), buffer), limit: maxPacket}
	for {
		value, err := s.next()
		var broken *tornError
		switch {
		case isEnd(err):
			return values, torn, nil
		case errors.As(err, &broken):
			torn++
			if broken.last {
				return values, torn, nil
			}
		case err != nil:
			return values, torn, err
		default:
			values = append(values, string(value))
		}
	}
}

// anyJSON draws a JSON value.
func anyJSON(depth int) *rapid.Generator[any] {
	return rapid.Custom(func(t *rapid.T) any {
		kinds := 4
		if depth > 0 {
			kinds = 6
		}
		switch rapid.IntRange(0, kinds-1).Draw(t, "kind") {
		case 0:
			return rapid.SampledFrom([]string{"", `"`, `\`, `{"`, "]}", "a\nb", "\u2028", strings.Repeat("x", 40), `\\"`}).Draw(t, "text")
		case 1:
			return rapid.Int().Draw(t, "number")
		case 2:
			return nil
		case 3:
			return rapid.Bool().Draw(t, "bool")
		case 4:
			return rapid.SliceOfN(anyJSON(depth-1), 0, 3).Draw(t, "list")
		}
		return rapid.MapOfN(rapid.SampledFrom([]string{"a", "{", `"`, "long name of a member"}), anyJSON(depth-1), 0, 3).Draw(t, "object")
	})
}

func TestSplittingGivesTheValuesThatWereJoined(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		inArray := rapid.Bool().Draw(t, "array")
		indent := rapid.SampledFrom([]string{"", " ", "\t"}).Draw(t, "indent")
		pretty := rapid.Bool().Draw(t, "pretty")
		end := rapid.SampledFrom([]string{"\n", "\r\n", "", " \n\n "}).Draw(t, "end")
		var want []string
		var text bytes.Buffer
		for i := range rapid.IntRange(0, 5).Draw(t, "values") {
			value, err := json.Marshal(rapid.MapOfN(rapid.SampledFrom([]string{"a", "b"}), anyJSON(4), 0, 2).Draw(t, "value"))
			if err == nil && pretty {
				var indented bytes.Buffer
				err = json.Indent(&indented, value, "", indent)
				value = indented.Bytes()
			}
			if err != nil {
				t.Fatal(err)
			}
			want = append(want, string(value))
			if inArray && i > 0 {
				text.WriteString(end + ",")
			}
			text.Write(value)
			text.WriteString(end)
		}
		whole := text.String()
		if inArray {
			whole = "[" + whole + "]" + end
		}
		buffer := rapid.SampledFrom([]int{16, 17, 64, 1 << 16}).Draw(t, "buffer")
		got, torn, err := splitAll([]byte(whole), buffer)
		if err != nil || torn > 0 || strings.Join(got, "\x00") != strings.Join(want, "\x00") {
			t.Fatalf("%q (%d torn, %v), want %q", got, torn, err, want)
		}
	})
}

func TestDeepValuesAreNotTakenForTorn(t *testing.T) {
	for _, text := range []string{
		strings.Repeat("{\"a\":\n[{},\n", 70) + "{}" + strings.Repeat("]}", 70),
		`{"a":[` + strings.Repeat("[", 70) + strings.Repeat("]", 70) + ",\n{}]}",
	} {
		values, torn, err := splitAll([]byte(text+"\n"+text), 64)
		if err != nil || torn > 0 || len(values) != 2 || values[0] != text {
			t.Fatalf("%d values, %d torn, %v", len(values), torn, err)
		}
	}
}

func TestAValueThatIsTooLongEndsTheText(t *testing.T) {
	text := `{"a":1}{"b":"` + strings.Repeat("x", 1000)
	s := &splitter{in: bufio.NewReaderSize(strings.NewReader(text), 64), limit: 500}
	if value, err := s.next(); err != nil || string(value) != `{"a":1}` {
		t.Fatal(err)
	}
	if value, err := s.next(); !errors.Is(err, errTooLong) || len(value) > 500 {
		t.Fatal(len(value), err)
	}
}

// FuzzSplit checks that any text is split without a panic, into pieces of it in
// their order, and the same whatever the buffer.
func FuzzSplit(f *testing.F) {
	for _, text := range []string{"{}", "[{},{}]", "{\"a\":\n{\"b\":1}\n{\"c\"", "\ufeff1 2,\"\\\n{}", "[[1],]}{", "]", ",\n}"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		values, torn, err := splitAll(text, 1<<16)
		if err != nil {
			t.Fatal(err)
		}
		rest := string(text)
		for _, value := range values {
			i := strings.Index(rest, value)
			if i < 0 || value == "" {
				t.Fatalf("%q is not in %q", value, rest)
			}
			rest = rest[i+len(value):]
		}
		again, tornAgain, err := splitAll(text, 16)
		if err != nil || torn != tornAgain || strings.Join(values, "\x00") != strings.Join(again, "\x00") {
			t.Fatalf("%q and %q (%d and %d torn, %v)", values, again, torn, tornAgain, err)
		}
	})
}
