package render

import (
	"strings"
	"testing"
)

// A table that has no room for its columns leaves the last ones out, and a list of
// names and values keeps both.
func TestColumnsWithoutRoomAreLeftOut(t *testing.T) {
	row := []string{"lsst-variability", "lsst", "public", "10,000,000", "lite alerts with Stetson J in each band"}
	columns := []Column{{Header: "topic"}, {Header: "survey"}, {Header: "access"}, {Header: "a night", Right: true}, {Header: "carries"}}
	for width, last := range map[int]string{100: "carries", 60: "carries", 50: "a night", 42: "access"} {
		s, tty := terminal(width)
		if err := s.Table(columns, [][]string{append([]string{}, row...)}); err != nil {
			t.Fatal(err)
		}
		lines := shown(tty.String())
		if !strings.HasSuffix(strings.TrimSpace(lines[0]), last) {
			t.Errorf("on %d cells the columns are %q", width, lines[0])
		}
		for _, line := range lines {
			if Width(strings.TrimRight(line, " ")) > width {
				t.Errorf("on %d cells a line takes %d: %q", width, Width(line), line)
			}
		}
	}
	s, tty := terminal(12)
	if err := s.Table([]Column{{}, {}}, [][]string{{"full name", "projects/p/topics/t"}}); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(tty.String(), "project") {
		t.Errorf("a value is left out: %q", tty.String())
	}
}
