package jsonscan

import (
	"encoding/json"
	"math"
)

// Decode gives a packet as a generic value: map[string]any, []any, string,
// bool, nil, int64 for digits that fit, float64, and [json.Number] for numbers
// that fit neither. NaN and infinities are nil. Errors are of type [*Error].
func Decode(body []byte) (any, error) {
	s := scan{data: body}
	pos := s.begin()
	if pos >= 0 {
		var v any
		if v, pos = s.decode(pos); pos >= 0 {
			pos = s.finish(pos)
		}
		if pos >= 0 {
			return v, nil
		}
	}
	return nil, s.err()
}

func (s *scan) decode(pos int) (v any, end int) {
	switch c := s.at(pos); {
	case c == '{':
		return s.decodeObject(pos)
	case c == '[':
		return s.decodeArray(pos)
	case c == '"':
		end, how := s.text(pos + 1)
		if end < 0 {
			return nil, end
		}
		if how != 0 {
			return string(appendText(nil, s.data[pos+1:end])), end + 1
		}
		return string(s.data[pos+1 : end]), end + 1
	case c-'0' <= 9 || c == '-' && s.at(pos+1) != 'I':
		end, isInt := s.number(pos)
		if end < 0 {
			return nil, end
		}
		return number(s.data[pos:end], isInt), end
	default:
		if end = s.scalar(pos); end >= 0 && (c == 't' || c == 'f') {
			v = c == 't'
		}
		return v, end
	}
}

func number(text []byte, isInt bool) any {
	if isInt {
		if i, ok := parseInt(text); ok {
			return i
		}
		return json.Number(text)
	}
	if f := parseFloat64(text); !math.IsInf(f, 0) {
		return f
	}
	return json.Number(text)
}

func (s *scan) decodeObject(pos int) (any, int) {
	if !s.enter(pos) {
		return nil, failed
	}
	object := map[string]any{}
	if pos = s.space(pos + 1); s.at(pos) == '}' {
		s.depth--
		return object, pos + 1
	}
	for {
		from, to, next := s.member(pos)
		if next < 0 {
			return nil, failed
		}
		name := s.nameOf(from, to)
		v, end := s.decode(next)
		if end < 0 {
			return nil, s.within(name)
		}
		if _, isRepeated := object[name]; !isRepeated {
			object[name] = v
		}
		pos = s.space(end)
		switch s.at(pos) {
		case ',':
			pos = s.space(pos + 1)
		case '}':
			s.depth--
			return object, pos + 1
		default:
			return nil, s.fail(pos, reasonComma)
		}
	}
}

func (s *scan) decodeArray(pos int) (any, int) {
	if !s.enter(pos) {
		return nil, failed
	}
	array := []any{}
	if pos = s.space(pos + 1); s.at(pos) == ']' {
		s.depth--
		return array, pos + 1
	}
	for {
		v, end := s.decode(pos)
		if end < 0 {
			return nil, s.withinItem(len(array))
		}
		array = append(array, v)
		pos = s.space(end)
		switch s.at(pos) {
		case ',':
			pos = s.space(pos + 1)
		case ']':
			s.depth--
			return array, pos + 1
		default:
			return nil, s.fail(pos, reasonComma)
		}
	}
}
