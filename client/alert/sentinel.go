package alert

import (
	"slices"
	"strconv"

	"github.com/mwvgroup/pgb/client/field"
)

// sentinels are the values by which a survey says "no value".
type sentinels struct {
	numbers []float64
	texts   []string
}

func newSentinels(values []string) sentinels {
	var s sentinels
	for _, value := range values {
		if f, err := strconv.ParseFloat(value, 64); err == nil {
			s.numbers = append(s.numbers, f)
		}
		s.texts = append(s.texts, value)
	}
	return s
}

// clean gives the value, or missing for a sentinel.
func (s *sentinels) clean(v field.Value) field.Value {
	switch v.Kind() {
	case field.Int, field.Float32, field.Float64:
		f, _ := v.Float()
		for _, sentinel := range s.numbers {
			if f == sentinel {
				return field.Value{}
			}
		}
	case field.Text:
		if slices.Contains(s.texts, string(v.Text())) {
			return field.Value{}
		}
	}
	return v
}
