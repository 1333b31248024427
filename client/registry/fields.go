package registry

// Field is one field that a topic carries.
type Field struct {
	Path, Kind, Unit, Doc string
}

// Fields lists fields.
func (r *Registry) Fields(t *Topic) ([]Field, error) { return nil, nil }
