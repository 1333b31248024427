package alert

import (
	"strconv"
	"time"

	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/client/registry"
)

// View reads the same columns from messages of many topics, whatever their
// payload. It is safe for concurrent use with a row for each goroutine.
type View struct {
	reader   *Reader
	terms    []term
	columns  []Column
	programs cache[programKey, *program]
}

// View compiles columns, by name: a generic name, a path of the survey
// ("diaSource.psfFlux"), alert.x, result.x, attr["k"], p("class") or
// p("classifier", "class"). A name that none of the topics has is an
// [UnknownFieldError]; without topics every payload of the registry counts.
func (r *Reader) View(topics []*registry.Topic, names []string) (*View, error) {
	v := &View{reader: r, programs: cache[programKey, *program]{bound: maxPrograms}}
	for _, name := range names {
		binding, err := r.Resolve(topics, name)
		if err != nil {
			return nil, err
		}
		v.terms = append(v.terms, parseTerm(name))
		v.columns = append(v.columns, binding.Column)
	}
	return v, nil
}

// Columns gives the view's columns, in the order of [Row.Values].
func (v *View) Columns() []Column { return v.columns }

// Read fills a row from a message: a value for each column, and the
// classifications. The row keeps its storage from message to message, and its
// values alias the message's body. The error is a [DecodeError].
func (v *View) Read(m *Message, row *Row) error {
	if row.scratch == nil {
		row.scratch = new(scratch)
	}
	s := row.scratch
	pk, err := v.reader.open(m, s)
	if err != nil {
		return err
	}
	p, ok := v.programs.get(pk.key())
	if !ok {
		if p, err = v.reader.newProgram(v.terms, pk); err != nil {
			return failed(m, v.reader.schemaName(pk), "the fields cannot be picked out", err)
		}
		v.programs.put(pk.key(), p)
	}
	if err := p.projector.Project(pk.body, &s.projection); err != nil {
		return failed(m, v.reader.schemaName(pk), "the packet cannot be read", err)
	}
	row.Columns = v.columns
	if cap(row.Values) < len(v.columns) {
		row.Values = make([]field.Value, len(v.columns))
	}
	row.Values = row.Values[:len(v.columns)]
	p.fill(m, row)
	return nil
}

// fill makes the row's values of the projection.
func (p *program) fill(m *Message, row *Row) {
	s := row.scratch
	values := s.projection.Values
	s.text = s.text[:0]
	if p.epoch != nil {
		p.epoch.read(values, &s.epoch)
	}
	list := row.Classifications[:0]
	first := 0
	for i, plan := range p.classes {
		list = plan.read(m, values, list)
		if i == 0 {
			first = len(list)
		}
	}
	row.Classifications = list
	primary := primaryOf(list[:first])

	for i := range p.cells {
		row.Values[i] = p.value(&p.cells[i], m, s, primary, list)
	}
}

// primaryOf gives the primary classification of a classifier, or an empty one.
func primaryOf(list []Classification) *Classification {
	for i := range list {
		if list[i].Primary {
			return &list[i]
		}
	}
	return &unclassified
}

var unclassified Classification

func (p *program) value(c *cell, m *Message, s *scratch, primary *Classification, list []Classification) field.Value {
	values := s.projection.Values
	switch c.what {
	case fromEpoch:
		return s.epoch[c.quantity]
	case fromObjectID, fromSourceID:
		return s.id(c.slots.firstID(values, p.sentinels))
	case fromSurvey:
		return p.survey
	case fromTopic:
		return textOrMissing(m.Topic)
	case fromMessageID:
		return textOrMissing(m.ID)
	case fromPublishTime:
		return s.time(m.PublishTime)
	case fromSimulated:
		return field.OfBool(m.Simulated())
	case fromClassifier:
		return textOrMissing(primary.Classifier)
	case fromClassifierVersion:
		return textOrMissing(primary.Version)
	case fromClass:
		return textOrMissing(primary.Class)
	case fromProb:
		return primary.Prob
	case fromField:
		return c.slots.first(values, p.sentinels)
	case fromAttribute:
		return attributeOf(m, c.attribute)
	case fromClassProb:
		return readProb(c.probs, list)
	default:
		return field.Value{}
	}
}

func textOrMissing(s string) field.Value {
	if s == "" {
		return field.Value{}
	}
	return field.OfString(s)
}

// id gives an id as text; the integer 0 and empty text are none.
func (s *scratch) id(v field.Value) field.Value {
	switch v.Kind() {
	case field.Int:
		i, _ := v.Int()
		if i == 0 {
			return field.Value{}
		}
		from := len(s.text)
		s.text = strconv.AppendInt(s.text, i, 10)
		return field.OfText(s.text[from:len(s.text):len(s.text)])
	case field.Text:
		if text := v.Text(); len(text) > 0 && string(text) != "0" {
			return v
		}
	}
	return field.Value{}
}

// time gives an instant as RFC 3339 UTC text with microseconds, or with
// nanoseconds where it has them.
func (s *scratch) time(t time.Time) field.Value {
	if t.IsZero() {
		return field.Value{}
	}
	from := len(s.text)
	s.text = AppendTime(s.text, t)
	return field.OfText(s.text[from:len(s.text):len(s.text)])
}

// AppendTime appends an instant as RFC 3339 UTC with microseconds, or with
// nanoseconds where it has them: the form of publish_time.
func AppendTime(dst []byte, t time.Time) []byte {
	t = t.UTC()
	year, month, day := t.Date()
	if year < 0 || year > 9999 {
		return t.AppendFormat(dst, time.RFC3339Nano)
	}
	hour, minute, second := t.Clock()
	dst = appendDigits(dst, year, 4)
	dst = appendDigits(append(dst, '-'), int(month), 2)
	dst = appendDigits(append(dst, '-'), day, 2)
	dst = appendDigits(append(dst, 'T'), hour, 2)
	dst = appendDigits(append(dst, ':'), minute, 2)
	dst = appendDigits(append(dst, ':'), second, 2)
	dst = append(dst, '.')
	if nanos := t.Nanosecond(); nanos%1000 != 0 {
		dst = appendDigits(dst, nanos, 9)
	} else {
		dst = appendDigits(dst, nanos/1000, 6)
	}
	return append(dst, 'Z')
}

// appendDigits appends a number with leading zeros.
func appendDigits(dst []byte, n, width int) []byte {
	var buf [10]byte
	for i := width - 1; i >= 0; i-- {
		buf[i] = byte('0' + n%10)
		n /= 10
	}
	return append(dst, buf[:width]...)
}
