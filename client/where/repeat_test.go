package where

import (
	"errors"
	"strings"
	"testing"
)

// TestTextsOfTheGreatestLengthEnd gives the parser what exhausts the stack or the
// time of careless ones: the same piece over and over.
func TestTextsOfTheGreatestLengthEnd(t *testing.T) {
	for _, part := range []string{"not ", "-", "(", "a[", "a and ", "1<", "a+", "2**", "a.", "abs(", "a?1:", "[a,", "not 1<x<3 and ", "x in [1] and ", `"a"==`, "/**/", "\t"} {
		for _, end := range []string{"", "x > 5"} {
			text := strings.Repeat(part, (MaxLength-10)/len(part)) + end
			e, err := Parse(text)
			var fault *Error
			if err == nil && e.String() == "" || err != nil && !errors.As(err, &fault) {
				t.Errorf("%q repeated: %v", part, err)
			}
		}
	}
}
