package sandbox

import "testing"

// FewerObjects makes archives of few objects for the length of a test.
func FewerObjects(t *testing.T) {
	before := archiveObjects
	archiveObjects = 20
	t.Cleanup(func() { archiveObjects = before })
}
