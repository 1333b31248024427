package where

import (
	"strings"
	"testing"
	"time"
)

// TestNoTextTakesLong gives the parser what makes careless ones slow: a bound
// wide enough for any machine, and far from quadratic work.
func TestNoTextTakesLong(t *testing.T) {
	for name, part := range map[string]string{
		"not": "not ", "minus": "-", "open": "(", "index": "a[", "and": "a and ", "chain": "1<", "sum": "a+", "power": "2**", "member": "a.", "call": "abs(", "choose": "a?1:",
		"list": "[a,", "nots": "not 1<x<3 and ", "in": `x in [1] and `, "quotes": `"a"==`, "comment": "/**/", "tab": "\t",
	} {
		for _, end := range []string{"", "x", "x > 5"} {
			text := strings.Repeat(part, (MaxLength-10)/len(part)) + end
			start := time.Now()
			if e, err := Parse(text); err == nil {
				_ = e.String()
			}
			if took := time.Since(start); took > 5*time.Second {
				t.Errorf("%s takes %v", name, took)
			} else if took > 200*time.Millisecond {
				t.Logf("%s takes %v", name, took)
			}
		}
	}
}
