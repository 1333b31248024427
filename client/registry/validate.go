package registry

import "errors"

// Validate is a stub to compile against.
func (r *Registry) Validate() error { return errors.Join() }

// InvalidError lists problems.
type InvalidError struct{ Problems []string }
