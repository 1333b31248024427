// Package archivetest holds the tests that every archive must pass, and the
// comparison that says whether two archives answer alike.
//
// [Test] fills an archive with messages of a sandbox and with real packets, asks
// it everything, and holds each answer against what reading all the messages one
// by one gives. [Alike] asks two archives the same.
package archivetest

import (
	"math"
	"slices"
	"testing"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/archive"
	"github.com/mwvgroup/pgb/client/field"
)

// Options say what an archive keeps of the messages it is filled with. The zero
// value keeps all of it.
type Options struct {
	// Topics are those whose messages it keeps; nil for all.
	Topics []string
	// Columns are the generic columns that it knows; nil for all.
	Columns []string
	// NoWhole is for archives that give no message as it was published.
	NoWhole bool
	// NoAttributes is for archives without the messages' attributes.
	NoAttributes bool
	// NoRevisions is for archives that do not tell revisions of an alert apart
	// by what was published last.
	NoRevisions bool
	// NoObjects is for archives that list no objects by the beginning of an id.
	NoObjects bool
}

// Fill makes an archive that holds messages. It puts the cleaning up into
// t.Cleanup. Some messages come twice.
type Fill func(t *testing.T, messages []*alert.Message) archive.Archive

// keeps says whether the archive keeps a topic.
func (o *Options) keeps(topic string) bool {
	return o.Topics == nil || slices.Contains(o.Topics, topic)
}

// columns are the generic columns that are compared.
func (o *Options) columns() []string {
	if o.Columns != nil {
		return o.Columns
	}
	return append(alert.DefaultColumns(), "mag_total_err", "flux_total_err")
}

// printed writes a row as a text: equal rows print alike.
func printed(columns []alert.Column, values []field.Value) string {
	var text []byte
	for i := range columns {
		text = append(append(append(text, ' '), columns[i].Name...), '=')
		text = values[i].AppendJSON(text)
	}
	return string(text)
}

// hitText writes a hit's row.
func hitText(h *archive.Hit) string {
	row := h.Message.Row()
	return printed(row.Columns, row.Values)
}

// pointsText writes a light curve, a line for each point. Points of one time are
// in the order of their text.
func pointsText(points []alert.Point) []string {
	lines := make([]string, len(points))
	for i := range points {
		var text []byte
		columns := alert.PointColumns()
		for j, v := range points[i].AppendValues(nil, "", "", false) {
			text = append(append(append(text, ' '), columns[j].Name...), '=')
			text = v.AppendJSON(text)
		}
		lines[i] = string(text)
	}
	for i := 0; i < len(points); {
		j := i + 1
		for j < len(points) && (points[j].MJD == points[i].MJD || math.IsNaN(points[i].MJD)) {
			j++
		}
		slices.Sort(lines[i:j])
		i = j
	}
	return lines
}

// sameTexts fails with the first difference of two lists.
func sameTexts(t testing.TB, what string, got, want []string) {
	t.Helper()
	for i := range min(len(got), len(want)) {
		if got[i] != want[i] {
			t.Errorf("%s: %d of %d is\n%s\nwant\n%s", what, i, len(want), got[i], want[i])
			return
		}
	}
	switch {
	case len(got) < len(want):
		t.Errorf("%s: %d, want %d; this one is missing:\n%s", what, len(got), len(want), want[len(got)])
	case len(got) > len(want):
		t.Errorf("%s: %d, want %d; this one is too many:\n%s", what, len(got), len(want), got[len(want)])
	}
}
