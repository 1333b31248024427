package avro

import "encoding/binary"

// ConfluentID takes the Confluent wire format apart: a zero byte, a big-endian
// 32-bit schema id, and the datum, which aliases body. ok is false for anything
// that does not begin so.
func ConfluentID(body []byte) (id int, datum []byte, ok bool) {
	if len(body) < 5 || body[0] != 0 {
		return 0, nil, false
	}
	return int(int32(binary.BigEndian.Uint32(body[1:5]))), body[5:], true
}
