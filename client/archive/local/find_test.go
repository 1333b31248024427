package local

import (
	"context"
	"strings"
	"testing"

	"zombiezen.com/go/sqlite/sqlitex"
)

// withObjects is an archive that knows some objects.
func withObjects(t *testing.T, objects map[string]string) *Archive {
	t.Helper()
	a := blank(t)
	err := a.write(context.Background(), func(w *writer) error {
		for id, survey := range objects {
			q, err := binding(w.conn, "INSERT INTO object (survey, object_id, alerts) VALUES (?, ?, 1)")
			if err != nil {
				return err
			}
			q.filled(survey)
			q.id(id)
			if err := q.run(); err != nil {
				return err
			}
		}
		return sqlitex.Execute(w.conn, "INSERT INTO meta VALUES ('simulated', 0)", nil)
	})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestNearMissesOfAnID(t *testing.T) {
	t.Parallel()
	a := withObjects(t, map[string]string{
		"ZTF21abiuvdk": "ztf", "ZTF21abiuvdm": "ztf", "ZTF18abfkwnk": "ztf", "170028485706776685": "lsst", "313761043604045880": "lsst",
	})
	for wrong, want := range map[string]string{
		"ZTF21abiuvkd":          "ZTF21abiuvdk",              // two letters change places
		"ZTF21abiuvdx":          "ZTF21abiuvdk,ZTF21abiuvdm", // another letter
		"ZTF21abiuvd":           "ZTF21abiuvdk,ZTF21abiuvdm", // one is missing
		"ZTF21abiiuvdk":         "ZTF21abiuvdk",              // one is too many
		"ztf21ABIUVDK":          "ZTF21abiuvdk",              // letter case
		"ztf18abfkwnl":          "ZTF18abfkwnk",              // letter case and another letter
		"170028485706776700":    "170028485706776685",        // what a 64-bit float leaves of it
		"170028485706776688":    "170028485706776685",
		"170028485706776685":    "", // itself is no miss
		"ZTF21abiuvdm":          "ZTF21abiuvdk",
		"17002848570677668":     "170028485706776685",
		"ZTF99zzzzzzz":          "",
		"":                      "",
		"x":                     "",
		"é":                     "",
		"9223372036854775807":   "",
		"-9223372036854775808":  "",
		"' OR 1=1 --":           "",
		strings.Repeat("9", 99): "",
	} {
		found, err := a.Near(context.Background(), wrong, 10)
		if err != nil {
			t.Fatalf("%q: %v", wrong, err)
		}
		var ids []string
		for _, o := range found {
			ids = append(ids, o.ID)
		}
		if got := strings.Join(ids, ","); got != want {
			t.Errorf("%q: %s, want %s", wrong, got, want)
		}
	}
	if found, _ := a.Near(context.Background(), "ZTF21abiuvdx", 1); len(found) != 1 {
		t.Errorf("%d near misses, want one", len(found))
	}
}

func TestObjectsThatBeginAlikeAreSortedAsText(t *testing.T) {
	t.Parallel()
	a := withObjects(t, map[string]string{"17": "lsst", "1700": "lsst", "18": "lsst", "170": "rapid", "ZTF17aa": "ztf"})
	for prefix, want := range map[string]string{"17": "17,170,1700", "170": "170,1700", "1": "17,170,1700,18", "ZTF17": "ZTF17aa", "ZTF1%": "", "ztf": "", "7": ""} {
		found, err := a.Find(context.Background(), "", prefix, 10)
		if err != nil {
			t.Fatal(err)
		}
		var ids []string
		for _, o := range found {
			ids = append(ids, o.ID)
		}
		if got := strings.Join(ids, ","); got != want {
			t.Errorf("%q: %s, want %s", prefix, got, want)
		}
	}
	if found, err := a.Find(context.Background(), "rapid", "17", 10); err != nil || len(found) != 1 {
		t.Errorf("of one survey: %v, %v", found, err)
	}
}
