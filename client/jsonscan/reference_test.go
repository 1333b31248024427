package jsonscan_test

import (
	"bytes"
	"encoding/json"
	"strconv"

	"github.com/mwvgroup/pgb/client/field"
)

// lookup gives what encoding/json has at a path.
func lookup(v any, path field.Path) any {
	for _, name := range path {
		object, ok := v.(map[string]any)
		if !ok {
			return nil
		}
		v = object[name]
	}
	return v
}

// valueOf makes the value that is expected of what encoding/json has read.
func valueOf(v any, hint field.Kind) field.Value {
	switch v := v.(type) {
	case nil:
		return field.Value{}
	case bool:
		return field.OfBool(v)
	case string:
		return field.OfString(v)
	case json.Number:
		return numberOf(v, hint)
	}
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return field.OfJSON(text)
}

func numberOf(n json.Number, hint field.Kind) field.Value {
	switch hint {
	case field.Float32:
		f, _ := strconv.ParseFloat(n.String(), 32)
		return field.OfFloat32(float32(f))
	case field.Float64:
		f, _ := n.Float64()
		return field.OfFloat64(f)
	}
	if i, err := strconv.ParseInt(n.String(), 10, 64); err == nil {
		return field.OfInt(i)
	}
	if isDigits(n.String()) {
		return field.OfString(n.String())
	}
	f, _ := n.Float64()
	if hint == field.Int && f == float64(int64(f)) {
		return field.OfInt(int64(f))
	}
	return field.OfFloat64(f)
}

func isDigits(s string) bool { return !bytes.ContainsAny([]byte(s), ".eE") }
