package local

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/archive"
	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/client/sky"
)

// cellKind says how a value is read from a row of SQL.
type cellKind uint8

const (
	cellFloat cellKind = iota
	cellText
	cellID
	cellObject // the number of the object, whose id is wanted
	cellBool
	cellTopic       // of the message
	cellMessageID   // of the message
	cellPublishTime // of the message
	cellSimulated   // of the archive
	cellSeparation  // of the target
)

// cell is where a generic column comes from. Those without SQL are known
// without reading one.
type cell struct {
	sql  string
	kind cellKind
}

// cells are the generic columns.
var cells = map[string]cell{
	"object_id": {"a.object", cellObject}, "source_id": {"a.source_id", cellID}, "survey": {"a.survey", cellText},
	"topic": {"", cellTopic}, "message_id": {"", cellMessageID}, "publish_time": {"", cellPublishTime},
	"simulated": {"", cellSimulated}, "separation": {"", cellSeparation},
	"ra": {"a.ra", cellFloat}, "dec": {"a.dec", cellFloat}, "mjd": {"a.mjd", cellFloat}, "band": {"a.band", cellText},
	"flux": {"a.flux", cellFloat}, "flux_err": {"a.flux_err", cellFloat}, "mag": {"a.mag", cellFloat}, "mag_err": {"a.mag_err", cellFloat},
	"mag_total": {"a.mag_total", cellFloat}, "mag_total_err": {"a.mag_total_err", cellFloat},
	"flux_total": {"a.flux_total", cellFloat}, "flux_total_err": {"a.flux_total_err", cellFloat},
	"snr": {"a.snr", cellFloat}, "lim_mag": {"a.lim_mag", cellFloat}, "detected": {"a.detected", cellBool}, "positive": {"a.positive", cellBool},
	"classifier": {"a.classifier", cellText}, "classifier_version": {"a.classifier_version", cellText},
	"class": {"a.class", cellText}, "prob": {"a.prob", cellFloat},
}

// The columns that every statement on alerts begins with.
const (
	columnHealpix = iota
	columnRow
	columnRA
	columnDec
	columnTopic
	columnMessageID
	columnPublishTime
	columnsBefore
)

const selectAlways = "SELECT a.healpix, a.id, a.ra, a.dec, a.topic, a.message_id, a.publish_time"

// fromAlert joins what conditions and columns may name; SQLite leaves out what
// they do not. The joins keep their order, so that the alert is found first.
const fromAlert = " FROM alert a LEFT JOIN object o ON o.id = a.object LEFT JOIN topic t ON t.id = a.topic"

const fromWhole = fromAlert + " JOIN message m ON m.id = a.id"

// rowReader makes hits of rows of SQL: from columns alone where all names are
// generic, else from the stored message.
type rowReader struct {
	archive   *Archive
	conn      *sqlite.Conn
	columns   []alert.Column
	cells     []cell
	view      *alert.View // nil where the columns are all generic
	whole     bool
	simulated bool
	marked    []alert.Header // of a message without its own headers
	topics    map[int64]string
	objects   objectIDs
	// separation are the columns that hold it.
	separation []int
}

func (a *Archive) newRowReader(conn *sqlite.Conn, q archive.Query) (*rowReader, error) {
	view, err := a.views.of(a.reader, q.Names)
	if err != nil {
		return nil, err
	}
	r := &rowReader{archive: a, conn: conn, columns: view.Columns(), whole: q.Whole, topics: map[int64]string{}}
	if r.simulated, err = isSimulated(conn); err != nil {
		return nil, err
	}
	if r.simulated {
		r.marked = []alert.Header{{Name: alert.SimulatedAttr, Value: []byte("true")}}
	}
	for i := range r.columns {
		name := r.columns[i].Name
		c, generic := cells[name]
		if !generic {
			r.view = view
		}
		if name == "separation" {
			r.separation = append(r.separation, i)
		}
		r.cells = append(r.cells, c)
	}
	return r, nil
}

// selected is the statement as far as its conditions.
func (r *rowReader) selected() string {
	var text strings.Builder
	text.WriteString(selectAlways)
	if r.view == nil {
		for _, c := range r.cells {
			if c.sql != "" {
				text.WriteString(", " + c.sql)
			}
		}
	}
	if r.view == nil && !r.whole {
		return text.String() + fromAlert
	}
	return text.String() + ", " + storedColumns + fromWhole
}

// add adds a hit of the row that a statement stands on to a batch.
func (r *rowReader) add(stmt *sqlite.Stmt, b *batch, target int, from sky.Angle) error {
	hit := b.next(&r.columns)
	hit.Target = target
	if err := r.read(stmt, b, hit); err != nil {
		return err
	}
	if hit.Separation = from; from == from {
		r.setSeparation(hit)
	}
	return nil
}

// read fills a hit from the row that a statement stands on.
func (r *rowReader) read(stmt *sqlite.Stmt, b *batch, hit *archive.Hit) error {
	next := columnsBefore
	if r.view == nil {
		if err := r.readMessage(stmt, hit.Message); err != nil {
			return err
		}
		values := hit.Message.Row().Values
		for i, c := range r.cells {
			if c.sql == "" {
				values[i] = r.known(c.kind, hit.Message, b)
				continue
			}
			if c.kind == cellObject {
				var err error
				if values[i], err = r.objects.of(r.conn, stmt, next); err != nil {
					return err
				}
			} else {
				values[i] = readCell(stmt, next, c.kind, b)
			}
			next++
		}
		if !r.whole {
			return nil
		}
	}
	m, err := r.archive.storedMessage(r.conn, stmt, next)
	if err != nil {
		return err
	}
	m.Origin = r.archive.path
	if r.simulated && !m.Simulated() {
		m.Headers = append(m.Headers, r.marked...)
	}
	row := hit.Message.Row()
	if r.view != nil {
		if err := r.view.Read(m, row); err != nil {
			return err
		}
	}
	m.SetRow(row)
	hit.Message = m
	if !r.whole {
		m.Body, m.Headers, m.Key, m.Form, m.Schema = nil, r.marked, nil, alert.Packet, ""
	}
	return nil
}

// readMessage fills what every hit's message has.
func (r *rowReader) readMessage(stmt *sqlite.Stmt, m *alert.Message) (err error) {
	if m.Topic, err = r.topic(stmt.ColumnInt64(columnTopic)); err != nil {
		return err
	}
	if !stmt.ColumnIsNull(columnMessageID) {
		m.ID = stmt.ColumnText(columnMessageID)
	}
	if !stmt.ColumnIsNull(columnPublishTime) {
		m.PublishTime = time.UnixMicro(stmt.ColumnInt64(columnPublishTime)).UTC()
	}
	m.Origin, m.Headers = r.archive.path, r.marked
	return nil
}

// known gives the values that are known of a hit without reading its row.
func (r *rowReader) known(kind cellKind, m *alert.Message, b *batch) field.Value {
	switch {
	case kind == cellTopic && m.Topic != "":
		return field.OfString(m.Topic)
	case kind == cellMessageID && m.ID != "":
		return field.OfString(m.ID)
	case kind == cellPublishTime && !m.PublishTime.IsZero():
		return field.OfText(b.keep(alert.AppendTime(b.scratch[:0], m.PublishTime)))
	case kind == cellSimulated:
		return field.OfBool(r.simulated)
	}
	return field.Value{}
}

// readCell reads one value.
func readCell(stmt *sqlite.Stmt, column int, kind cellKind, b *batch) field.Value {
	if kind == cellFloat {
		// What is not there reads as 0.
		if f := stmt.ColumnFloat(column); f != 0 || !stmt.ColumnIsNull(column) {
			return field.OfFloat64(f)
		}
		return field.Value{}
	}
	found := stmt.ColumnType(column)
	if found == sqlite.TypeNull {
		return field.Value{}
	}
	switch kind {
	case cellBool:
		return field.OfBool(stmt.ColumnInt64(column) != 0)
	case cellID:
		if found == sqlite.TypeInteger {
			return field.OfText(b.keep(strconv.AppendInt(b.scratch[:0], stmt.ColumnInt64(column), 10)))
		}
	}
	text := b.bytes(stmt.ColumnLen(column))
	stmt.ColumnBytes(column, text)
	return field.OfText(text)
}

// maxObjectIDs bounds the ids that are remembered.
const maxObjectIDs = 4096

// objectIDs remembers the ids of the objects met last: the alerts of an object
// come together, also in a cone.
type objectIDs struct {
	known map[int64]field.Value
	stmt  *sqlite.Stmt
}

// of gives the id of the object whose number stands in a column.
func (o *objectIDs) of(conn *sqlite.Conn, stmt *sqlite.Stmt, column int) (field.Value, error) {
	if stmt.ColumnIsNull(column) {
		return field.Value{}, nil
	}
	row := stmt.ColumnInt64(column)
	if id, ok := o.known[row]; ok {
		return id, nil
	}
	if o.known == nil || len(o.known) >= maxObjectIDs {
		o.known = map[int64]field.Value{}
	}
	if o.stmt == nil {
		var err error
		if o.stmt, err = conn.Prepare("SELECT CAST(object_id AS TEXT) FROM object WHERE id = ?"); err != nil {
			return field.Value{}, err
		}
	}
	defer o.stmt.Reset()
	o.stmt.BindInt64(1, row)
	more, err := o.stmt.Step()
	if err != nil || !more {
		return field.Value{}, err
	}
	o.known[row] = field.OfString(o.stmt.ColumnText(0))
	return o.known[row], nil
}

// setSeparation fills the column of that name.
func (r *rowReader) setSeparation(hit *archive.Hit) {
	for _, i := range r.separation {
		hit.Message.Row().Values[i] = field.OfFloat64(hit.Separation.Arcseconds())
	}
}

// separation gives the distance of the alert that a statement stands on from the
// centre of a cone; NaN for one without a position.
func separation(stmt *sqlite.Stmt, cone *sky.Cone) sky.Angle {
	if stmt.ColumnIsNull(columnRA) || stmt.ColumnIsNull(columnDec) {
		return noSeparation
	}
	return cone.Center.Separation(sky.Position{RA: stmt.ColumnFloat(columnRA), Dec: stmt.ColumnFloat(columnDec)})
}

// topic gives the name of a topic.
func (r *rowReader) topic(id int64) (string, error) {
	if name, ok := r.topics[id]; ok {
		return name, nil
	}
	var name string
	err := sqlitex.Execute(r.conn, "SELECT name FROM topic WHERE id = ?", &sqlitex.ExecOptions{
		Args:       []any{id},
		ResultFunc: func(stmt *sqlite.Stmt) error { name = stmt.ColumnText(0); return nil },
	})
	r.topics[id] = name
	return name, err
}

// isSimulated says whether the archive holds simulated alerts.
func isSimulated(conn *sqlite.Conn) (simulated bool, err error) {
	err = sqlitex.Execute(conn, "SELECT value FROM meta WHERE key = 'simulated'", &sqlitex.ExecOptions{
		ResultFunc: func(stmt *sqlite.Stmt) error { simulated = stmt.ColumnInt64(0) != 0; return nil },
	})
	return simulated, err
}

// genericNames gives the generic columns in their order.
func genericNames() []string {
	names := alert.DefaultColumns()
	for name := range cells {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	slices.Sort(names[len(alert.DefaultColumns()):])
	return names
}
