package local

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"zombiezen.com/go/sqlite"

	"github.com/mwvgroup/pgb/client/archive"
	"github.com/mwvgroup/pgb/client/sky"
)

const objectColumns = "SELECT survey, CAST(object_id AS TEXT) AS name, ra, dec, alerts, last_mjd FROM object"

const (
	objectsByPrefix = objectColumns + " WHERE CAST(object_id AS TEXT) >= :from AND CAST(object_id AS TEXT) < :before AND (:of = '' OR survey = :of) ORDER BY name, survey LIMIT :most"
	objectsNamed    = objectColumns + " WHERE CAST(object_id AS TEXT) = :id ORDER BY survey"
	objectsBetween  = objectColumns + " WHERE survey = :of AND object_id BETWEEN :from AND :to LIMIT :most"
)

// Find lists the objects whose id begins with a prefix, sorted by id, at most so
// many.
func (a *Archive) Find(ctx context.Context, survey, prefix string, most int) ([]archive.Object, error) {
	var found []archive.Object
	err := a.snapshot(ctx, func(conn *sqlite.Conn) error {
		stmt, err := conn.Prepare(objectsByPrefix)
		if err != nil {
			return err
		}
		stmt.SetText(":from", prefix)
		// No UTF-8 text that goes on after the prefix is behind this one.
		stmt.SetText(":before", prefix+string(utf8.MaxRune))
		stmt.SetText(":of", survey)
		stmt.SetInt64(":most", int64(most))
		found, err = objectsIn(stmt)
		return err
	})
	return found, a.failed(ctx, err)
}

func objectsIn(stmt *sqlite.Stmt) ([]archive.Object, error) {
	defer stmt.Reset()
	var found []archive.Object
	for {
		more, err := stmt.Step()
		if err != nil || !more {
			return found, err
		}
		found = append(found, archive.Object{
			Survey: stmt.ColumnText(0), ID: stmt.ColumnText(1),
			Position: sky.Position{RA: float(stmt, 2), Dec: float(stmt, 3)},
			Alerts:   stmt.ColumnInt64(4), LastMJD: float(stmt, 5),
		})
	}
}

const (
	maxNearText = 32   // bytes of an id of which misspellings are tried
	lostDigits  = 2048 // by how much a reader of 64-bit floats may change an id
)

// Near lists objects whose id a wrong one may have been meant for: ids that
// differ by one character or in letter case, or by what is lost of a large
// integer in a 64-bit float. The nearest come first, at most so many; the id
// itself is none of them.
func (a *Archive) Near(ctx context.Context, id string, most int) ([]archive.Object, error) {
	if id == "" || len(id) > maxNearText || most <= 0 {
		return nil, nil
	}
	var found []archive.Object
	err := a.snapshot(ctx, func(conn *sqlite.Conn) (err error) {
		if found, err = objectsMisspelt(conn, id, most); err != nil || len(found) >= most {
			return err
		}
		if number, parse := strconv.ParseInt(id, 10, 64); parse == nil && number > 1<<53 {
			var close []archive.Object
			close, err = objectsAround(conn, number, most-len(found))
			found = append(found, close...)
		}
		return err
	})
	if err != nil {
		return nil, a.failed(ctx, err)
	}
	seen := map[string]bool{}
	found = slices.DeleteFunc(found, func(o archive.Object) bool {
		key := o.Survey + " " + o.ID
		again := seen[key] || o.ID == id
		seen[key] = true
		return again
	})
	return found[:min(most, len(found))], nil
}

func objectsMisspelt(conn *sqlite.Conn, id string, most int) ([]archive.Object, error) {
	stmt, err := conn.Prepare(objectsNamed)
	if err != nil {
		return nil, err
	}
	if fixed := caseOfZTF(id); fixed != id {
		// Beside what differs in letter case alone nothing else was meant.
		stmt.SetText(":id", fixed)
		if found, err := objectsIn(stmt); err != nil || len(found) > 0 {
			return found, err
		}
		id = fixed
	}
	var found []archive.Object
	tried := map[string]bool{id: true}
	for _, candidate := range spellings(id) {
		if tried[candidate] {
			continue
		}
		tried[candidate] = true
		stmt.SetText(":id", candidate)
		more, err := objectsIn(stmt)
		if err != nil {
			return nil, err
		}
		if found = append(found, more...); len(found) >= most {
			break
		}
	}
	return found, nil
}

// objectsAround lists the objects with the numbers nearest to one.
func objectsAround(conn *sqlite.Conn, number int64, most int) ([]archive.Object, error) {
	stmt, err := conn.Prepare(objectsBetween)
	if err != nil {
		return nil, err
	}
	var surveys []string
	list, err := conn.Prepare("SELECT DISTINCT survey FROM object ORDER BY survey")
	if err != nil {
		return nil, err
	}
	defer list.Reset()
	for {
		more, err := list.Step()
		if err != nil {
			return nil, err
		}
		if !more {
			break
		}
		surveys = append(surveys, list.ColumnText(0))
	}
	var found []archive.Object
	for _, survey := range surveys {
		stmt.SetText(":of", survey)
		stmt.SetInt64(":from", number-lostDigits)
		stmt.SetInt64(":to", number+min(lostDigits, 1<<63-1-number))
		stmt.SetInt64(":most", 2*lostDigits)
		more, err := objectsIn(stmt)
		if err != nil {
			return nil, err
		}
		found = append(found, more...)
	}
	itself := strconv.FormatInt(number, 10)
	found = slices.DeleteFunc(found, func(o archive.Object) bool { return o.ID == itself })
	distance := func(o *archive.Object) int64 {
		n, _ := strconv.ParseInt(o.ID, 10, 64)
		return max(n-number, number-n)
	}
	slices.SortStableFunc(found, func(a, b archive.Object) int { return cmp.Compare(distance(&a), distance(&b)) })
	return found[:min(most, len(found))], nil
}

const (
	digits  = "0123456789"
	letters = "abcdefghijklmnopqrstuvwxyz"
)

// spellings gives the texts that differ from an id by two neighbours that change
// places, or by one character that is another, too many or missing, in this
// order. There are some hundreds.
func spellings(id string) []string {
	var all []string
	for i := 0; i+1 < len(id); i++ {
		all = append(all, id[:i]+id[i+1:i+2]+id[i:i+1]+id[i+2:])
	}
	for i := range len(id) {
		for _, c := range kindOf(id[i]) {
			if byte(c) != id[i] {
				all = append(all, id[:i]+string(c)+id[i+1:])
			}
		}
	}
	for i := range len(id) {
		all = append(all, id[:i]+id[i+1:])
	}
	for i := range len(id) + 1 {
		for _, c := range kindOf(id[max(0, i-1)]) {
			all = append(all, id[:i]+string(c)+id[i:])
		}
	}
	return all
}

// caseOfZTF writes an id as ZTF does, if it is like one of ZTF's.
func caseOfZTF(id string) string {
	if len(id) > 3 && strings.EqualFold(id[:3], "ZTF") {
		return "ZTF" + strings.ToLower(id[3:])
	}
	return id
}

// kindOf gives the characters that may stand in a character's place.
func kindOf(c byte) string {
	switch {
	case '0' <= c && c <= '9':
		return digits
	case 'a' <= c && c <= 'z':
		return letters
	}
	return ""
}

// Plan tells the statements by which a question is answered.
func (a *Archive) Plan(ctx context.Context, what archive.Answer, q archive.Query) (archive.Plan, error) {
	if err := ctx.Err(); err != nil {
		return archive.Plan{}, err
	}
	switch what {
	case archive.Alerts:
		return a.planAlerts(ctx, q)
	case archive.LightCurves:
		return planObjects(q, pointsOf, "point")
	case archive.Classifications:
		return planObjects(q, verdictsOfObject, "classification")
	case archive.SQL:
		return a.planSQL(ctx, q.Statement)
	case archive.Objects:
		return planPrefix(q)
	}
	return archive.Plan{}, fmt.Errorf("no archive answers %q", what)
}
