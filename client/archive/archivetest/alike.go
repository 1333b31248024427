package archivetest

import (
	"context"
	"fmt"
	"testing"

	"github.com/mwvgroup/pgb/client/archive"
)

// Alike asks two archives that hold the same alerts a question, and fails where
// their rows differ: in number, in order or in a value as it is printed. It gives
// the number of rows.
func Alike(t testing.TB, a, b archive.Archive, q archive.Query) int {
	t.Helper()
	rows := func(of archive.Archive) []string {
		var lines []string
		for _, hit := range ask(t, of, q) {
			lines = append(lines, fmt.Sprintf("%d%s", hit.Target, hitText(&hit)))
		}
		return lines
	}
	there := rows(b)
	sameTexts(t, fmt.Sprintf("%s, asked %s and %s", describe(&q), a.Name(), b.Name()), rows(a), there)
	return len(there)
}

// AlikeCurves is Alike for light curves.
func AlikeCurves(t testing.TB, a, b archive.Archive, q archive.Query) int {
	t.Helper()
	points := func(of archive.Archive) []string {
		var lines []string
		for curve, err := range of.LightCurves(context.Background(), q) {
			if err != nil {
				t.Fatal(err)
			}
			lines = append(lines, fmt.Sprintf("%d %s %s %v", curve.Target, curve.Survey, curve.ObjectID, curve.Simulated))
			lines = append(lines, pointsText(curve.Points)...)
		}
		return lines
	}
	there := points(b)
	sameTexts(t, fmt.Sprintf("light curves of %s, asked %s and %s", describe(&q), a.Name(), b.Name()), points(a), there)
	return len(there)
}
