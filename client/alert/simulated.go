package alert

// SimulatedIDs says whether the ids of a message's object and source show that a
// sandbox made it: they lie in a namespace of the registry that is for simulated
// ids alone. A packet that lost its attributes is known by it still. A message
// that can't be read has no ids.
func (r *Reader) SimulatedIDs(m *Message) bool {
	row := r.rows.Get().(*Row)
	defer func() {
		clear(row.Values) // they alias the body
		r.rows.Put(row)
	}()
	if r.idView.Read(m, row) != nil {
		return false
	}
	for _, id := range row.Values {
		if text := id.Text(); len(text) > 0 && r.reg.SimulatedID(string(text)) {
			return true
		}
	}
	return false
}

// newIDView reads the ids that every survey has.
func newIDView(r *Reader) *View {
	v := &View{reader: r, programs: cache[programKey, *program]{bound: maxPrograms}}
	for _, name := range []string{"object_id", "source_id"} {
		t := parseTerm(name)
		v.terms, v.columns = append(v.terms, t), append(v.columns, t.generic.Column)
	}
	return v
}
