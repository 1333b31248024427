package feed

import (
	"math"
	"slices"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/field"
)

// Rows are copied so many at a time into storage that they share: few
// allocations, and yet whoever keeps one of them keeps little of the others.
const (
	chunkRows = 16
	chunkText = 64 << 10 // bytes of text that end a chunk
)

// copier makes entries of messages whose rows and bodies belong to others. It
// keeps its storage from batch to batch.
type copier struct {
	columns []alert.Column // of rows that do not tell theirs
	places  places
	text    []byte
	texts   []string
	entries []*Entry
}

// copy gives an entry for each message. The list is valid until the next call.
func (c *copier) copy(batch []*alert.Message) []*Entry {
	c.entries = c.entries[:0]
	for len(batch) > 0 {
		n, values, classes := c.gather(batch)
		c.spread(batch[:n], values, classes)
		batch = batch[n:]
	}
	return c.entries
}

// gather collects the text of as many rows as make a chunk, in the order in
// which spread cuts it up again, and counts what they hold.
func (c *copier) gather(batch []*alert.Message) (n, values, classes int) {
	c.text = c.text[:0]
	for n < min(len(batch), chunkRows) && len(c.text) < chunkText {
		row := batch[n].Row()
		n++
		if row == nil {
			continue
		}
		values += len(row.Values)
		classes += len(row.Classifications)
		p := c.at(row)
		if object := value(row, p.object); !object.IsMissing() {
			c.text = appendText(c.text, value(row, p.survey))
			c.text = append(c.text, ' ')
			c.text = appendText(c.text, object)
		}
		for i := range row.Values {
			if v := &row.Values[i]; v.Kind() == field.Text {
				c.text = append(c.text, v.Text()...)
			}
		}
	}
	return n, values, classes
}

// spread makes the entries of a chunk. Room for it is made once.
func (c *copier) spread(batch []*alert.Message, values, classes int) {
	rows := make([]alert.Row, len(batch))
	valueRoom := make([]field.Value, values)
	classRoom := make([]alert.Classification, classes)
	text := string(c.text)
	for i, m := range batch {
		from := m.Row()
		if from == nil {
			c.add(&Entry{Message: newMessage(m, nil)}, nil)
			continue
		}
		row := &rows[i]
		row.Columns = from.Columns
		if len(row.Columns) == 0 {
			row.Columns = c.columns
		}
		row.Values, valueRoom = valueRoom[:len(from.Values):len(from.Values)], valueRoom[len(from.Values):]
		n := copy(classRoom, from.Classifications)
		row.Classifications, classRoom = classRoom[:n:n], classRoom[n:]

		e := &Entry{Message: newMessage(m, row)}
		before := len(text)
		text = c.keyed(e, from, text)
		text = c.fill(e, row, from, text)
		e.size += before - len(text)
		c.add(e, row)
	}
}

// keyed cuts the object's name off the text: survey and id are parts of it.
func (c *copier) keyed(e *Entry, from *alert.Row, text string) string {
	object := value(from, c.at(from).object)
	if object.IsMissing() {
		e.Survey = value(from, c.at(from).survey).String()
		return text
	}
	survey := textLength(value(from, c.places.survey))
	n := survey + 1 + textLength(object)
	e.Survey, e.ObjectID = text[:survey], text[survey+1:n]
	if e.ObjectID != "" {
		e.key = text[:n]
	}
	return text[n:]
}

// fill copies a row's values; text is cut off the chunk's.
func (c *copier) fill(e *Entry, row, from *alert.Row, text string) string {
	if cap(c.texts) < len(from.Values) {
		c.texts = make([]string, len(from.Values))
	}
	c.texts = c.texts[:len(from.Values)]
	for i := range from.Values {
		v := &from.Values[i]
		c.texts[i] = ""
		switch v.Kind() {
		case field.Text:
			n := len(v.Text())
			c.texts[i], text = text[:n], text[n:]
			row.Values[i] = field.OfString(c.texts[i])
		case field.Bytes, field.JSON:
			e.size += len(v.Text())
			row.Values[i] = v.Clone()
		default:
			row.Values[i] = *v
		}
	}
	for i := range row.Classifications {
		if one := &row.Classifications[i]; len(one.Prob.Text()) > 0 {
			one.Prob = one.Prob.Clone()
		}
	}
	return text
}

// add fills an entry from its row, whose texts are those of c, and lists it.
func (c *copier) add(e *Entry, row *alert.Row) {
	m := e.Message
	e.Topic, e.Simulated = m.Topic, m.Simulated()
	e.RA, e.Dec, e.MJD = math.NaN(), math.NaN(), math.NaN()
	if row != nil {
		p := c.at(row)
		e.SourceID, e.Band = c.textAt(row, p.source), c.textAt(row, p.band)
		e.Class, e.Classifier = c.textAt(row, p.class), c.textAt(row, p.classifier)
		e.RA, e.Dec, e.MJD = number(row, p.ra), number(row, p.dec), number(row, p.mjd)
		if simulated, _ := value(row, p.simulated).Bool(); simulated {
			e.Simulated = true
		}
		if e.Topic == "" {
			e.Topic = c.textAt(row, p.topic)
		}
		if e.Class == "" {
			e.Class, e.Classifier = primary(row.Classifications, e.Classifier)
		}
	}
	if e.Topic == "" {
		e.Topic = m.As
	}
	e.size += len(m.ID) + len(m.Origin) + len(m.Key)
	for i := range m.Headers {
		e.size += len(m.Headers[i].Name) + len(m.Headers[i].Value)
	}
	c.entries = append(c.entries, e)
}

// primary gives the class that a message's first classifier decided for, of
// the named one if there is a name.
func primary(list []alert.Classification, classifier string) (class, by string) {
	for i := range list {
		if list[i].Primary && (classifier == "" || list[i].Classifier == classifier) {
			return list[i].Class, list[i].Classifier
		}
	}
	return "", classifier
}

// places says where in a row the values are that an entry has for itself; -1
// for what the row has not.
type places struct {
	of *alert.Column // the first of the columns, and how many they are
	n  int

	topic, survey, object, source, band, class, classifier, ra, dec, mjd, simulated int
}

// Needs gives the names of the columns that entries are made of. A stream's rows
// should have them, behind those that are shown if need be.
func Needs() []string {
	return []string{"topic", "survey", "object_id", "source_id", "band", "class", "classifier", "ra", "dec", "mjd", "simulated"}
}

// at gives the places in a row. Rows of one view have the same columns.
func (c *copier) at(row *alert.Row) *places {
	columns := row.Columns
	if len(columns) == 0 {
		columns = c.columns
	}
	if len(columns) == 0 {
		return &nowhere
	}
	if c.places.of != &columns[0] || c.places.n != len(columns) {
		c.places = placesIn(columns)
	}
	return &c.places
}

var nowhere = placesIn(nil)

func placesIn(columns []alert.Column) places {
	p := places{n: len(columns)}
	if p.n > 0 {
		p.of = &columns[0]
	}
	to := []*int{&p.topic, &p.survey, &p.object, &p.source, &p.band, &p.class, &p.classifier, &p.ra, &p.dec, &p.mjd, &p.simulated}
	for i, name := range Needs() {
		*to[i] = slices.IndexFunc(columns, func(c alert.Column) bool { return c.Name == name })
	}
	return p
}

func value(row *alert.Row, place int) field.Value {
	if place < 0 || place >= len(row.Values) {
		return field.Value{}
	}
	return row.Values[place]
}

func number(row *alert.Row, place int) float64 {
	if f, ok := value(row, place).Decimal(); ok {
		return f
	}
	return math.NaN()
}

// textAt gives a value as text; ids may be numbers.
func (c *copier) textAt(row *alert.Row, place int) string {
	v := value(row, place)
	if v.Kind() == field.Text {
		return c.texts[place]
	}
	return v.String()
}

// appendText appends a value as [field.Value.String] has it.
func appendText(dst []byte, v field.Value) []byte {
	switch v.Kind() {
	case field.Missing:
		return dst
	case field.Text, field.Bytes, field.JSON:
		return append(dst, v.Text()...)
	}
	return v.AppendJSON(dst)
}

// textLength is how many bytes appendText appends.
func textLength(v field.Value) int {
	switch v.Kind() {
	case field.Missing:
		return 0
	case field.Text, field.Bytes, field.JSON:
		return len(v.Text())
	}
	var room [32]byte
	return len(v.AppendJSON(room[:0]))
}
