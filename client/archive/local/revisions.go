package local

import (
	"cmp"
	"math"

	"zombiezen.com/go/sqlite"
)

const sqlAlert = `INSERT INTO alert (id, object, topic, message_id, publish_time, survey, source_id, shown, complete, healpix,
 ra, dec, mjd, band, flux, flux_err, mag, mag_err, mag_total, mag_total_err, flux_total, flux_total_err, snr, lim_mag,
 detected, positive, classifier, classifier_version, class, prob)
 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`

// alert saves the row of a new message, with its object and classifications.
// alone says that there is no other of its source.
func (b *saving) alert(id int64, p *incoming, alone bool) error {
	of, err := b.object(p)
	if err != nil {
		return err
	}
	shown, another := true, false
	if p.hasSource() && !alone {
		if shown, another, err = b.revise(p); err != nil {
			return err
		}
	}
	topic, err := b.topic(p.message.Topic)
	if err != nil {
		return err
	}
	q, err := binding(b.conn, sqlAlert)
	if err != nil {
		return err
	}
	q.int(id)
	if of == nil {
		q.null()
	} else {
		of.saw(p, !another)
		q.int(of.id)
	}
	q.int(topic)
	q.text(p.message.ID)
	if published, ok := microseconds(p.message.PublishTime); ok {
		q.int(published)
	} else {
		q.null()
	}
	q.text(p.survey)
	q.id(p.sourceID)
	q.bool(shown)
	q.int(int64(p.complete))
	q.int(p.healpix)
	for i := range p.values {
		q.value(p.values[i])
	}
	if err := q.run(); err != nil {
		return err
	}
	return b.classifications(id, p)
}

// revision is what decides which message of an alert is shown.
type revision struct {
	complete  int
	published int64 // microseconds; the least there is where not known
	messageID string
}

// compareRevisions puts the one that is shown last: the most complete copy, then
// the newest, then the larger message id.
func compareRevisions(a, b revision) int {
	return cmp.Or(cmp.Compare(a.complete, b.complete), cmp.Compare(a.published, b.published),
		cmp.Compare(len(a.messageID), len(b.messageID)), cmp.Compare(a.messageID, b.messageID))
}

func (p *incoming) revision() revision {
	r := revision{complete: p.complete, published: math.MinInt64, messageID: p.message.ID}
	if published, ok := microseconds(p.message.PublishTime); ok {
		r.published = published
	}
	return r
}

const (
	sqlShown = `SELECT id, complete, publish_time, message_id FROM alert WHERE source_id = ? AND survey IS ? AND shown = 1`
	sqlHide  = `UPDATE alert SET shown = 0 WHERE id = ?`
)

// hasSource says whether the id of its source tells an alert from the others of
// the object. Where it is the object's own, as in notices, each message is an
// alert.
func (p *incoming) hasSource() bool { return p.sourceID != "" && !p.notice }

// revise finds out whether a new message is the revision of its alert that is
// shown, and hides the one that was. another says that the alert was there.
func (b *saving) revise(p *incoming) (shown, another bool, err error) {
	q, err := binding(b.conn, sqlShown)
	if err != nil {
		return false, false, err
	}
	q.id(p.sourceID)
	q.text(p.survey)
	var id int64
	var was revision
	another, err = q.one(func(stmt *sqlite.Stmt) {
		id, was = stmt.ColumnInt64(0), revisionOf(stmt, 1)
	})
	if err != nil || !another {
		return true, another, err
	}
	if compareRevisions(p.revision(), was) < 0 {
		return false, true, nil
	}
	if q, err = binding(b.conn, sqlHide); err != nil {
		return false, true, err
	}
	q.int(id)
	return true, true, q.run()
}

// revisionOf reads complete, publish_time and message_id.
func revisionOf(stmt *sqlite.Stmt, column int) revision {
	r := revision{complete: stmt.ColumnInt(column), published: math.MinInt64, messageID: stmt.ColumnText(column + 2)}
	if !stmt.ColumnIsNull(column + 1) {
		r.published = stmt.ColumnInt64(column + 1)
	}
	return r
}

const sqlClass = `INSERT INTO classification (alert, number, classifier, classifier_version, class, code, prob, band, primary_class)
 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`

func (b *saving) classifications(id int64, p *incoming) error {
	for i := range p.classes {
		c := &p.classes[i]
		q, err := binding(b.conn, sqlClass)
		if err != nil {
			return err
		}
		q.int(id)
		q.int(int64(i))
		q.filled(c.Classifier)
		q.text(c.Version)
		q.text(c.Class)
		q.text(c.Code)
		q.value(c.Prob)
		q.text(c.Band)
		q.bool(c.Primary)
		if err := q.run(); err != nil {
			return err
		}
	}
	return nil
}
