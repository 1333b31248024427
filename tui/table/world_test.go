package table

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/tui/feed"
)

// columns are those of the tests' streams.
var columns = []alert.Column{
	{Name: "object_id", Kind: field.Text},
	{Name: "publish_time", Kind: field.Text},
	{Name: "ra", Unit: "deg", Kind: field.Float64},
	{Name: "dec", Unit: "deg", Kind: field.Float64},
	{Name: "mjd", Unit: "d", Kind: field.Float64},
	{Name: "band", Kind: field.Text},
	{Name: "mag", Unit: "mag", Kind: field.Float64},
	{Name: "mag_err", Unit: "mag", Kind: field.Float64},
	{Name: "snr", Kind: field.Float64},
	{Name: "class", Kind: field.Text},
	{Name: "prob", Kind: field.Float64},
	{Name: "diaObject.nDiaSources", Kind: field.Int},
	{Name: "topic", Kind: field.Text},
}

// columnOf gives the index of a column of the tests' streams.
func columnOf(t testing.TB, name string) int {
	t.Helper()
	i := find(columns, name)
	if i < 0 {
		t.Fatalf("no column %s", name)
	}
	return i
}

// observed is an alert as tests write it; what is left out is missing.
type observed struct {
	object string
	mag    float64
	class  string
	count  int64
	mjd    float64
}

func (o observed) entry(seq int64) *feed.Entry {
	values := make([]field.Value, len(columns))
	set := func(name string, v field.Value) { values[find(columns, name)] = v }
	set("object_id", field.OfString(o.object))
	if o.mag != 0 {
		set("mag", field.OfFloat64(o.mag))
		set("mag_err", field.OfFloat64(0.05))
	}
	if o.class != "" {
		set("class", field.OfString(o.class))
		set("prob", field.OfFloat32(0.75))
	}
	if o.count != 0 {
		set("diaObject.nDiaSources", field.OfInt(o.count))
	}
	e := &feed.Entry{Seq: seq, Survey: "lsst", ObjectID: o.object, MJD: math.NaN()}
	if o.mjd != 0 {
		e.MJD = o.mjd
		set("mjd", field.OfFloat64(o.mjd))
	}
	set("band", field.OfString("r"))
	set("ra", field.OfFloat64(150.1))
	set("dec", field.OfFloat64(-2.25))
	set("topic", field.OfString("lsst-alerts"))
	e.Message = &alert.Message{PublishTime: time.Date(2026, 5, 1, 3, 0, int(seq%60), 0, time.UTC)}
	e.Message.SetRow(&alert.Row{Columns: columns, Values: values})
	return e
}

// kept are rows as a feed keeps them: the newest first, at most so many.
type kept struct {
	oldestFirst []*feed.Entry
	most        int
	seq         int64
}

func (k *kept) Len() int             { return len(k.oldestFirst) }
func (k *kept) At(i int) *feed.Entry { return k.oldestFirst[len(k.oldestFirst)-1-i] }

func (k *kept) put(list ...observed) {
	for _, o := range list {
		k.seq++
		k.oldestFirst = append(k.oldestFirst, o.entry(k.seq))
	}
	if k.most > 0 && len(k.oldestFirst) > k.most {
		k.oldestFirst = k.oldestFirst[len(k.oldestFirst)-k.most:]
	}
}

// objects gives alerts of objects named by a letter and a number.
func objects(letter string, from, to int) (list []observed) {
	for i := from; i <= to; i++ {
		list = append(list, observed{object: fmt.Sprintf("%s%d", letter, i), mag: 18 + float64(i)/10})
	}
	return list
}
