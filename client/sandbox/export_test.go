package sandbox

import "testing"

// FewerObjects makes archives of few objects and months for the length of a
// test.
func FewerObjects(t *testing.T) {
	objects, months := archiveObjects, archiveMonths
	archiveObjects, archiveMonths = 20, 2
	t.Cleanup(func() { archiveObjects, archiveMonths = objects, months })
}
