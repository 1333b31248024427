package screen

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// encoding is how keys are sent at the moment.
type encoding struct {
	arrows bool // as applications want them
	flags  int  // of Kitty's protocol
	other  bool // modifyOtherKeys
}

// letters are keys that are sent as CSI 1;modifiers letter.
var letters = map[string]byte{
	"up": 'A', "down": 'B', "right": 'C', "left": 'D', "home": 'H', "end": 'F', "f1": 'P', "f2": 'Q', "f3": 'R', "f4": 'S',
}

// numbers are keys that are sent as CSI number;modifiers ~.
var numbers = map[string]int{
	"insert": 2, "delete": 3, "pgup": 5, "pgdown": 6,
	"f5": 15, "f6": 17, "f7": 18, "f8": 19, "f9": 20, "f10": 21, "f11": 23, "f12": 24,
}

// characters are keys that stand for one.
var characters = map[string]rune{"enter": '\r', "tab": '\t', "esc": 0x1B, "backspace": 0x7F, "space": ' '}

// modifiers are bits of the number that stands for them, which is one more.
var modifiers = []struct {
	name string
	bit  int
}{{"shift+", 1}, {"alt+", 2}, {"ctrl+", 4}}

// encode gives what a terminal sends for a key by its name, such as "up",
// "ctrl+c" or "shift+left". Anything that is no name of a key is text, and is
// sent as it stands.
func encode(key string, e encoding) string {
	base, mods := key, 0
	for changed := true; changed; {
		changed = false
		for _, m := range modifiers {
			if rest, ok := strings.CutPrefix(base, m.name); ok && rest != "" && mods&m.bit == 0 {
				base, mods, changed = rest, mods|m.bit, true
			}
		}
	}
	if letter, ok := letters[base]; ok {
		switch {
		case mods != 0:
			return fmt.Sprintf("\x1b[1;%d%c", mods+1, letter)
		case e.arrows || letter >= 'P':
			return fmt.Sprintf("\x1bO%c", letter)
		}
		return fmt.Sprintf("\x1b[%c", letter)
	}
	if number, ok := numbers[base]; ok {
		if mods != 0 {
			return fmt.Sprintf("\x1b[%d;%d~", number, mods+1)
		}
		return fmt.Sprintf("\x1b[%d~", number)
	}
	char, named := characters[base]
	if !named {
		r, size := utf8.DecodeRuneInString(base)
		if size != len(base) {
			return key // text
		}
		char = r
	}
	if mods == 0 && !named {
		return key
	}
	return character(char, mods, e)
}

// character encodes a character with modifiers.
func character(char rune, mods int, e encoding) string {
	if mods == 1 && char > ' ' && char < 0x7F {
		return strings.ToUpper(string(char))
	}
	plain := mods == 0 && char != 0x1B || mods == 0 && e.flags&1 == 0
	switch {
	case mods == 1 && char == '\t' && e.flags&1 == 0 && !e.other:
		return "\x1b[Z"
	case !plain && e.flags&1 != 0:
		if char == 0x7F {
			return fmt.Sprintf("\x1b[127;%du", mods+1)
		}
		if mods == 0 {
			return fmt.Sprintf("\x1b[%du", char)
		}
		return fmt.Sprintf("\x1b[%d;%du", char, mods+1)
	case !plain && e.other:
		return fmt.Sprintf("\x1b[27;%d;%d~", mods+1, char)
	}
	if mods&4 != 0 {
		char = control(char)
	}
	if mods&2 != 0 {
		return "\x1b" + string(char)
	}
	return string(char)
}

// control is what Ctrl makes of a character.
func control(char rune) rune {
	switch {
	case char >= 'a' && char <= 'z':
		return char - 'a' + 1
	case char >= '@' && char <= '_':
		return char - '@'
	case char == ' ':
		return 0
	case char == '/':
		return 0x1F
	case char == '?':
		return 0x7F
	}
	return char
}
