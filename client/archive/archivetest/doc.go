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
	// Row tells the rows apart that it keeps of messages: of several with the
	// same text it keeps one. The text is empty for a message of which only the
	// classes are kept. Default: every message is a row, however alike.
	Row func(*alert.Message) string
	// Columns are the columns that it knows and that are compared; nil for all
	// generic ones.
	Columns []string
	// Retold are the columns of a light curve's points that several alerts may
	// tell differently of one epoch, for archives that do not read all alerts'
	// histories: there, each value is one that some alert tells.
	Retold []string
	// NoWhole is for archives that give no message as it was published.
	NoWhole bool
	// NoAttributes is for archives without the messages' attributes.
	NoAttributes bool
	// ObjectsOnly is for archives that take an integer of which nothing else is
	// said for an object alone.
	ObjectsOnly bool
	// NoCatalog is for archives that refuse to list all the objects they have.
	NoCatalog bool
	// Packet gives a real packet as the archive can hold it, nil where it can't.
	// Default: as it is.
	Packet func(*alert.Message) *alert.Message
	// OneIn has one in so many of each kind of question asked, for archives that
	// take long to answer; 0 is all.
	OneIn int
}

// few gives one in so many of n, as the options say, and at least two.
func (o *Options) few(n int) int { return max(min(n, 2), n/max(1, o.OneIn)) }

// fewOf picks as many of a list, from all over.
func fewOf[T any](o *Options, list []T) []T {
	n := o.few(len(list))
	picked := make([]T, n)
	for i := range picked {
		picked[i] = list[i*len(list)/n]
	}
	return picked
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

// pointsText writes a light curve, a line for each point, without some columns.
// Points of one time are in the order of their text.
func pointsText(points []alert.Point, without ...string) []string {
	lines := make([]string, len(points))
	for i := range points {
		var text []byte
		columns := alert.PointColumns()
		for j, v := range points[i].AppendValues(nil, "", "", false) {
			if slices.Contains(without, columns[j].Name) {
				continue
			}
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
