package jsonscan

import "github.com/mwvgroup/pgb/client/field"

// Find gives the value at a path as it stands in a packet; the empty path is
// all of it. ok is false where there is none, or where the path leads through
// something that is no object. The value aliases the packet; of an object or
// array only brackets and quotes were checked, and what stands behind it not at
// all. Errors are of type [*Error].
func Find(body []byte, path field.Path) (raw []byte, ok bool, err error) {
	s := scan{data: body}
	pos := s.begin()
	if pos < 0 {
		return nil, false, s.err()
	}
	from, end := s.find(pos, path)
	if end < 0 {
		return nil, false, s.err()
	}
	if from < 0 {
		return nil, false, nil
	}
	return body[from:end:end], true, nil
}

// find gives the place of the value at a path below the value at pos: from is
// negative where there is none, and end where there is an error.
func (s *scan) find(pos int, path field.Path) (from, end int) {
	if len(path) == 0 || s.at(pos) != '{' {
		end = s.skip(pos)
		if len(path) > 0 {
			return -1, end
		}
		return pos, end
	}
	if !s.enter(pos) {
		return -1, failed
	}
	if pos = s.space(pos + 1); s.at(pos) == '}' {
		return -1, pos + 1
	}
	for {
		first, last, next := s.member(pos)
		if next < 0 {
			return -1, failed
		}
		if s.isNamed(first, last, path[0]) {
			if from, end = s.find(next, path[1:]); end < 0 {
				s.within(path[0])
			}
			return from, end
		}
		if pos = s.skip(next); pos < 0 {
			return -1, s.within(s.nameOf(first, last))
		}
		pos = s.space(pos)
		switch s.at(pos) {
		case ',':
			pos = s.space(pos + 1)
		case '}':
			return -1, pos + 1
		default:
			return -1, s.fail(pos, reasonComma)
		}
	}
}

// Member is a member of an object: its name and its value as it stands in the
// packet, which it aliases.
type Member struct {
	Name string
	Raw  []byte
}

// AppendMembers appends the members of the object that a packet is, in their
// order. Of their values only brackets and quotes were checked. A packet that is
// no object has none. Errors are of type [*Error].
func AppendMembers(dst []Member, body []byte) ([]Member, error) {
	s := scan{data: body}
	pos := s.begin()
	if pos < 0 {
		return dst, s.err()
	}
	if s.at(pos) != '{' {
		return dst, nil
	}
	if pos = s.space(pos + 1); s.at(pos) == '}' {
		pos++
		if s.finish(pos) < 0 {
			return dst, s.err()
		}
		return dst, nil
	}
	for {
		first, last, from := s.member(pos)
		if from < 0 {
			return dst, s.err()
		}
		end := s.skip(from)
		if end < 0 {
			s.within(s.nameOf(first, last))
			return dst, s.err()
		}
		dst = append(dst, Member{s.nameOf(first, last), body[from:end:end]})
		switch pos = s.space(end); s.at(pos) {
		case ',':
			pos = s.space(pos + 1)
		case '}':
			if s.finish(pos+1) < 0 {
				return dst, s.err()
			}
			return dst, nil
		default:
			s.fail(pos, reasonComma)
			return dst, s.err()
		}
	}
}
