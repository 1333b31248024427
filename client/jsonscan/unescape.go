package jsonscan

import (
	"unicode/utf16"
	"unicode/utf8"
)

// appendText appends what a text means, from between its quotes. Escapes are
// undone; halves of surrogate pairs and bytes that are not UTF-8 become U+FFFD.
// The text must have been read by [scan.text].
func appendText(dst, text []byte) []byte {
	for i := 0; i < len(text); {
		switch c := text[i]; {
		case c == '\\' && text[i+1] == 'u':
			r, _ := hex4(text[i+2:])
			i += 6
			if utf16.IsSurrogate(r) {
				low, ok := rune(-1), false
				if i+6 <= len(text) && text[i] == '\\' && text[i+1] == 'u' {
					low, ok = hex4(text[i+2:])
				}
				if r = utf16.DecodeRune(r, low); ok && r != utf8.RuneError {
					i += 6
				}
			}
			dst = utf8.AppendRune(dst, r)
		case c == '\\':
			dst = append(dst, meaning(text[i+1]))
			i += 2
		case c < utf8.RuneSelf:
			dst = append(dst, c)
			i++
		default:
			r, size := utf8.DecodeRune(text[i:])
			dst = utf8.AppendRune(dst, r)
			i += size
		}
	}
	return dst
}

// meaning gives the byte that an escape of one letter stands for.
func meaning(c byte) byte {
	switch c {
	case 'b':
		return '\b'
	case 'f':
		return '\f'
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 't':
		return '\t'
	}
	return c
}
