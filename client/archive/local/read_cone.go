package local

import (
	"cmp"
	"math"
	"slices"

	"zombiezen.com/go/sqlite"

	"github.com/mwvgroup/pgb/client/archive"
	"github.com/mwvgroup/pgb/client/sky"
)

// placesIn finds the alerts in a run of pixels, which stand together.
func (c *chosen) placesIn() string {
	return "SELECT a.healpix, a.id, a.ra, a.dec, a.mjd FROM alert a WHERE a.healpix >= :lo AND a.healpix < :hi" + c.place
}

// rowsBetween finds the rows of a run of pixels in the order of the file.
func (r *reading) rowsBetween() string {
	return r.rows.selected() + " WHERE a.healpix >= :first AND a.healpix <= :last" + r.chosen.condition + " ORDER BY a.healpix, a.id"
}

// key is an alert in a cone: what the answer is sorted by, and where its row is.
type key struct {
	separation   float64 // arcsec
	mjd          float64 // NaN stands last
	healpix, row int64
	place        int // in the order of the file, among the keys
}

// before says whether a key's row stands before another in the file.
func (k *key) before(healpix, row int64) bool {
	return k.healpix < healpix || k.healpix == healpix && k.row < row
}

func compareKeys(a, b key) int {
	if order := cmp.Compare(a.separation, b.separation); order != 0 {
		return order
	}
	if aNaN, bNaN := math.IsNaN(a.mjd), math.IsNaN(b.mjd); aNaN != bNaN {
		if aNaN {
			return 1
		}
		return -1
	}
	return cmp.Or(cmp.Compare(a.mjd, b.mjd), cmp.Compare(a.row, b.row))
}

// cone adds the alerts in a cone, the nearest first.
func (r *reading) cone(target int) error {
	cone := r.query.Targets[target].Cone
	if err := r.findIn(cone); err != nil {
		return err
	}
	slices.SortFunc(r.keys, compareKeys)
	if len(r.keys) == 0 {
		return nil
	}
	stmt, err := r.prepare(&r.between, r.rowsBetween)
	if err != nil {
		return err
	}
	own := fetcher{rows: r.rows, stmt: stmt}
	if len(r.keys) >= fetchedTogether {
		return r.fetchBlocks(&own, target)
	}
	hits, err := own.fetch(r.keys, target)
	if err != nil {
		return err
	}
	return r.addHits(hits)
}

// fetcher reads rows of keys. Each is used by one goroutine.
type fetcher struct {
	rows *rowReader
	stmt *sqlite.Stmt // of rowsBetween
}

// fetch reads the rows of keys in the order of the file, and gives them in that
// of the keys, but for those of which the query asks more than placesIn told.
func (f *fetcher) fetch(keys []key, target int) ([]archive.Hit, error) {
	order := make([]int, len(keys))
	for at := range order {
		order[at] = at
	}
	slices.SortFunc(order, func(a, b int) int { return keys[a].place - keys[b].place })
	b := newBatch(len(keys), len(f.rows.columns))
	hits := make([]archive.Hit, len(keys))
	for from, to := 0, 1; from < len(order); from, to = to, to+1 {
		for to < len(order) && keys[order[to]].place-keys[order[to-1]].place <= skippedAtMost {
			to++
		}
		if err := f.fetchRun(keys, order[from:to], target, b, hits); err != nil {
			return nil, err
		}
	}
	return slices.DeleteFunc(hits, func(hit archive.Hit) bool { return hit.Message == nil }), nil
}

// skippedAtMost is how many rows between two that are wanted are read and left
// out. To look for the second takes longer.
const skippedAtMost = 8

// fetchRun adds the rows of keys that stand close to each other, which run has in
// the order of the file, to a batch, and puts the hit of each key in its place.
func (f *fetcher) fetchRun(keys []key, run []int, target int, b *batch, hits []archive.Hit) error {
	defer f.stmt.Reset()
	f.stmt.BindInt64(1, keys[run[0]].healpix) // the first parameters of rowsBetween
	f.stmt.BindInt64(2, keys[run[len(run)-1]].healpix)
	for len(run) > 0 {
		found, err := f.stmt.Step()
		if err != nil || !found {
			return err
		}
		healpix, row := f.stmt.ColumnInt64(columnHealpix), f.stmt.ColumnInt64(columnRow)
		for len(run) > 0 && keys[run[0]].before(healpix, row) {
			run = run[1:] // the query asks for more than placesIn told
		}
		if len(run) == 0 || keys[run[0]].row != row {
			continue
		}
		at := run[0]
		run = run[1:]
		before := len(b.hits)
		if err := f.rows.add(f.stmt, b, target, sky.Angle(keys[at].separation)); err != nil {
			return err
		}
		hits[at] = b.hits[before]
	}
	return nil
}

// findIn fills the keys of a cone.
func (r *reading) findIn(cone *sky.Cone) error {
	r.keys = r.keys[:0]
	places, err := r.prepare(&r.places, r.chosen.placesIn)
	if err != nil {
		return err
	}
	for _, run := range r.cover.of(cone) {
		places.SetInt64(":lo", run.Lo)
		places.SetInt64(":hi", run.Hi)
		if err := r.addKeys(places, cone); err != nil {
			return err
		}
	}
	return nil
}

func (r *reading) addKeys(places *sqlite.Stmt, cone *sky.Cone) error {
	defer places.Reset()
	for {
		more, err := places.Step()
		if err != nil || !more {
			return err
		}
		at := sky.Position{RA: places.ColumnFloat(2), Dec: places.ColumnFloat(3)}
		if separation := cone.Center.Separation(at); separation <= cone.Radius {
			r.keys = append(r.keys, key{separation.Arcseconds(), floatAt(places, 4), places.ColumnInt64(0), places.ColumnInt64(1), len(r.keys)})
		}
	}
}

// coverBuffer keeps the storage of covers from cone to cone.
type coverBuffer struct{ ranges sky.Ranges }

// wideCone is the radius from which a cone is covered closely. Below it, each
// run of pixels costs more than the few alerts that a coarse cover has too many.
const wideCone = sky.Angle(10 * 60)

// Runs of pixels of one cone, at most.
const (
	narrowRuns = 4
	wideRuns   = 200
)

// of covers a cone with runs of order-29 pixels.
func (b *coverBuffer) of(cone *sky.Cone) sky.Ranges {
	order, runs := sky.CoverOrder(cone.Radius), wideRuns
	if cone.Radius < wideCone {
		// A pixel larger than the cone is touched by few such cones together
		// with more than three others.
		order, runs = coarseOrder(2*cone.Radius), narrowRuns
	}
	b.ranges = cone.AppendCover(b.ranges, order)
	return b.ranges.AtMost(runs)
}

// coarseOrder gives the finest order whose pixels are not smaller than a size.
func coarseOrder(size sky.Angle) int {
	for order := sky.MaxOrder; order > 0; order-- {
		if sky.PixelSide(order) >= size {
			return order
		}
	}
	return 0
}
