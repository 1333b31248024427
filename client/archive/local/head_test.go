package local

import (
	"context"
	"testing"
)

func TestAnArchivesFileIsLookedAtThroughTheOneThatIsOpen(t *testing.T) {
	a := blank(t)
	for range 2 {
		again, err := Open(context.Background(), Options{Path: a.path, ReadOnly: true})
		if err != nil {
			t.Fatal(err)
		}
		if again.head != a.head {
			t.Error("the file is opened once more: to close it lets go of the locks")
		}
		if err := again.Close(); err != nil {
			t.Fatal(err)
		}
		if _, err := a.head.file.Stat(); err != nil {
			t.Errorf("it is closed while the archive is open: %v", err)
		}
	}
}
