package bigquery

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	bq "cloud.google.com/go/bigquery"

	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/client/registry"
	"github.com/mwvgroup/pgb/client/sky"
)

type tableColumn = registry.TableColumn

// Bounds of one statement.
const (
	maxRanges  = 500    // of pixels, days and boxes
	maxScalars = 1000   // ids that go as parameters of their own
	maxIDs     = 20_000 // ids in all
	// lateness is how long after the observation an alert is looked for where
	// the observation has an upper bound.
	lateness = 7 * 24 * time.Hour
)

// params are the values that a statement takes, by name.
type params struct {
	list  []bq.QueryParameter
	named map[string]bool
}

// bind gives the reference to a value. The same name stands for the same value.
func (p *params) bind(name string, value any) string {
	if !p.named[name] {
		if p.named == nil {
			p.named = map[string]bool{}
		}
		p.named[name] = true
		p.list = append(p.list, bq.QueryParameter{Name: name, Value: value})
	}
	return "@" + name
}

// days is a run of days: from the start of the first to the start of the one
// behind the last.
type days struct{ from, to time.Time }

// pixels are ranges of a column that holds pixel numbers.
type pixels struct {
	column string
	ranges sky.Ranges
}

// condition says which rows of a table a statement reads.
type condition struct {
	ids []string   // any of these
	id  field.Path // in this column
	// from and to bound the partitions; zero does not.
	from, to time.Time
	days     []days
	coarse   pixels // of the column by which the table is clustered first
	fine     pixels
	boxes    []box
	ra, dec  field.Path
	// since and until bound the observation, in the unit of the column time;
	// NaN does not.
	since, until float64
	time         field.Path
}

func newCondition() *condition { return &condition{since: math.NaN(), until: math.NaN()} }

// box is a part of the sky in right ascension and declination, degrees. The
// right ascensions are one range, or two around 0.
type box struct {
	dec [2]float64
	ra  [][2]float64 // empty is all of them
}

// boxAround gives a box that holds a cone.
func boxAround(c sky.Cone) box {
	const slack = 1e-9
	r := c.Radius.Degrees() + slack
	b := box{dec: [2]float64{max(-90, c.Center.Dec-r), min(90, c.Center.Dec+r)}}
	if b.dec[0] <= -90 || b.dec[1] >= 90 {
		return b
	}
	// The cone's widest right ascension from its centre: sin(dra) = sin r / cos dec.
	ratio := math.Sin(r*math.Pi/180) / math.Cos(c.Center.Dec*math.Pi/180)
	if ratio >= 1 {
		return b
	}
	width := math.Asin(ratio)*180/math.Pi + slack
	lo, hi := c.Center.RA-width, c.Center.RA+width
	switch {
	case lo < 0:
		b.ra = [][2]float64{{0, hi}, {lo + 360, 360}}
	case hi > 360:
		b.ra = [][2]float64{{lo, 360}, {0, hi - 360}}
	default:
		b.ra = [][2]float64{{lo, hi}}
	}
	return b
}

// sql writes the condition for a version; false where the version does not have
// what is asked for, so that none of its rows can be meant.
func (c *condition) sql(v *version, p *params) (string, bool) {
	var all []string
	ok := true
	add := func(text string, good bool) {
		if ok = ok && good; text != "" {
			all = append(all, text)
		}
	}
	add(c.partitionSQL(v, p))
	add(c.coarse.sql(v, p, "h"))
	add(c.fine.sql(v, p, "f"))
	add(c.boxSQL(v, p))
	add(c.idSQL(v, p))
	add(c.timeSQL(v, p))
	if len(all) == 0 {
		all = []string{"TRUE"}
	}
	return strings.Join(all, "\n  AND "), ok
}

// partitionSQL bounds the column by which a version is partitioned, and does
// nothing for one that is not.
func (c *condition) partitionSQL(v *version, p *params) (string, bool) {
	if v.partition == "" {
		return "", true
	}
	at, _, ok := v.at(field.Path{v.partition})
	if !ok {
		return "", true
	}
	var parts []string
	if !c.from.IsZero() {
		parts = append(parts, at+" >= "+p.bind("since", c.from))
	}
	if !c.to.IsZero() {
		parts = append(parts, at+" < "+p.bind("until", c.to))
	}
	var runs []string
	for i, run := range c.days {
		n := strconv.Itoa(i)
		runs = append(runs, at+" >= "+p.bind("from"+n, run.from)+" AND "+at+" < "+p.bind("to"+n, run.to))
	}
	if len(runs) > 0 {
		parts = append(parts, anyOf(runs))
	}
	return strings.Join(parts, " AND "), true
}

func (x pixels) sql(v *version, p *params, prefix string) (string, bool) {
	if len(x.ranges) == 0 {
		return "", true
	}
	at, _, ok := v.at(field.Path{x.column})
	if !ok {
		return "", false
	}
	var parts []string
	for i, r := range x.ranges {
		n := strconv.Itoa(i)
		parts = append(parts, at+" BETWEEN "+p.bind(prefix+n+"a", r.Lo)+" AND "+p.bind(prefix+n+"b", r.Hi-1))
	}
	return anyOf(parts), true
}

func (c *condition) boxSQL(v *version, p *params) (string, bool) {
	if len(c.boxes) == 0 {
		return "", true
	}
	ra, _, okRA := v.at(c.ra)
	dec, _, okDec := v.at(c.dec)
	if !okRA || !okDec {
		return "", false
	}
	var parts []string
	for i, b := range c.boxes {
		n := strconv.Itoa(i)
		text := dec + " BETWEEN " + p.bind("dec"+n+"a", b.dec[0]) + " AND " + p.bind("dec"+n+"b", b.dec[1])
		var around []string
		for j, r := range b.ra {
			name := "ra" + n + string(rune('a'+2*j))
			around = append(around, ra+" BETWEEN "+p.bind(name, r[0])+" AND "+p.bind("ra"+n+string(rune('b'+2*j)), r[1]))
		}
		if len(around) > 0 {
			text += " AND " + anyOf(around)
		}
		parts = append(parts, text)
	}
	return anyOf(parts), true
}

// idSQL asks for ids: a few as parameters each, many as one text.
func (c *condition) idSQL(v *version, p *params) (string, bool) {
	if len(c.ids) == 0 {
		return "", true
	}
	at, found, ok := v.at(c.id)
	if !ok {
		return "", false
	}
	isText := found.kind == bq.StringFieldType
	if len(c.ids) > maxScalars {
		if !isText {
			at = "CAST(" + at + " AS STRING)"
		}
		return at + " IN UNNEST(SPLIT(" + p.bind("ids", strings.Join(c.ids, ",")) + ", ','))", true
	}
	var names []string
	for i, id := range c.ids {
		var value any = id
		if !isText {
			number, err := strconv.ParseInt(id, 10, 64)
			if err != nil {
				continue // it can't be in a column of integers
			}
			value = number
		}
		names = append(names, p.bind("id"+strconv.Itoa(i), value))
	}
	switch len(names) {
	case 0:
		return "", false
	case 1:
		return at + " = " + names[0], true
	}
	return at + " IN (" + strings.Join(names, ", ") + ")", true
}

func (c *condition) timeSQL(v *version, p *params) (string, bool) {
	if math.IsNaN(c.since) && math.IsNaN(c.until) {
		return "", true
	}
	at, _, ok := v.at(c.time)
	if !ok {
		return "", true
	}
	var parts []string
	if !math.IsNaN(c.since) {
		parts = append(parts, at+" >= "+p.bind("observed_since", c.since))
	}
	if !math.IsNaN(c.until) {
		parts = append(parts, at+" <= "+p.bind("observed_until", c.until))
	}
	return strings.Join(parts, " AND "), true
}

func anyOf(parts []string) string {
	if len(parts) == 1 {
		return "(" + parts[0] + ")"
	}
	return "(" + strings.Join(parts, " OR ") + ")"
}

// idText is what an id may look like: the namespaces of all surveys fit in.
var idText = regexp.MustCompile(`^-?[A-Za-z0-9_]{1,40}$`)

func checkID(text string) error {
	if idText.MatchString(text) {
		return nil
	}
	return &InvalidError{What: "id", Text: text, Reason: "is no id of an object or an alert"}
}

// statement is a statement that is ready to run.
type statement struct {
	*selection
	text   string
	params []bq.QueryParameter
	hints  []Hint
}

// shape is what a statement does with the rows that it finds.
type shape struct {
	// order gives the terms behind ORDER BY, filter a condition on the
	// outputs; nil or empty for none.
	order, filter func(p *params) string
	// newest are the outputs by which alerts are told apart: only the newest
	// revision of each is held against the filter. None tests all revisions.
	newest []string
}

// newStatement puts a statement together; nil where no version can have such
// rows.
func newStatement(sel *selection, c *condition, to shape) *statement {
	var p params
	var branches []string
	for i, v := range sel.versions {
		where, ok := c.sql(v, &p)
		if ok {
			branches = append(branches, sel.branch(i, c.id, where))
		}
	}
	if len(branches) == 0 {
		return nil
	}
	text := strings.Join(branches, "\nUNION ALL\n")
	if to.filter != nil {
		if condition := to.filter(&p); condition != "" {
			from := "(\n" + text + "\n)"
			if len(to.newest) > 0 {
				from = fmt.Sprintf("(\nSELECT *, ROW_NUMBER() OVER (PARTITION BY %s ORDER BY %s DESC, %s) AS %s FROM %s\n)",
					strings.Join(to.newest, ", "), outTime, outVersion, outRank, from)
				condition = outRank + " = 1 AND (" + condition + ")"
			}
			text = "SELECT * FROM " + from + "\nWHERE " + condition
		}
	}
	if to.order != nil {
		if by := to.order(&p); by != "" {
			text = fmt.Sprintf("SELECT * FROM (\n%s\n)\nORDER BY %s", text, by)
		}
	}
	return &statement{selection: sel, text: text, params: p.list}
}
