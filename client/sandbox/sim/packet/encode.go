// Package packet holds the alert records of the surveys as Go structs, and
// writes and reads them in the surveys' framing: ZTF 4.02 in an Avro object
// container, LSST 11.1 behind a Confluent prefix.
package packet

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
)

const (
	containerMagic = "Obj\x01"
	syncSize       = 16
)

// ErrFraming says that bytes are not what the survey's packets look like.
var ErrFraming = errors.New("not a packet of this survey")

// containerHeader gives the head of an Avro object container with the null
// codec, without its sync marker (Avro 1.11, Object Container Files).
func containerHeader(schema []byte) []byte {
	b := []byte(containerMagic)
	b = binary.AppendVarint(b, 2)
	b = appendText(b, "avro.codec", []byte("null"))
	b = appendText(b, "avro.schema", schema)
	return binary.AppendVarint(b, 0)
}

func appendText(b []byte, key string, value []byte) []byte {
	b = binary.AppendVarint(b, int64(len(key)))
	b = append(b, key...)
	b = binary.AppendVarint(b, int64(len(value)))
	return append(b, value...)
}

// Encode gives the alert as ZTF publishes it: an Avro object container with the
// null codec, the schema in its header and one record. The sync marker is made
// from candid, so that equal alerts have equal bytes.
func (a *ZTF) Encode() ([]byte, error) {
	p := ztfSchema()
	if p.err != nil {
		return nil, p.err
	}
	datum, err := p.schema.AppendEncode(make([]byte, 0, 80<<10), a)
	if err != nil {
		return nil, fmt.Errorf("encode ztf %s packet %d: %w", ZTFVersion, a.Candid, err)
	}
	var sync [syncSize]byte
	binary.BigEndian.PutUint64(sync[:8], uint64(a.Candid))
	binary.BigEndian.PutUint64(sync[8:], ^uint64(a.Candid)*0x9e3779b97f4a7c15)
	b := make([]byte, 0, len(p.header)+len(datum)+2*syncSize+2*binary.MaxVarintLen64)
	b = append(b, p.header...)
	b = append(b, sync[:]...)
	b = binary.AppendVarint(b, 1)
	b = binary.AppendVarint(b, int64(len(datum)))
	b = append(b, datum...)
	return append(b, sync[:]...), nil
}

// DecodeZTF reads what [ZTF.Encode] writes.
func DecodeZTF(body []byte) (*ZTF, error) {
	p := ztfSchema()
	if p.err != nil {
		return nil, p.err
	}
	rest, ok := bytes.CutPrefix(body, p.header)
	if !ok || len(rest) < 2*syncSize {
		return nil, fmt.Errorf("decode ztf %s packet: %w", ZTFVersion, ErrFraming)
	}
	rest = rest[syncSize:]
	count, n := binary.Varint(rest)
	if n <= 0 || count != 1 {
		return nil, fmt.Errorf("decode ztf %s packet: %w", ZTFVersion, ErrFraming)
	}
	rest = rest[n:]
	size, n := binary.Varint(rest)
	if n <= 0 || size < 0 || size != int64(len(rest)-n-syncSize) {
		return nil, fmt.Errorf("decode ztf %s packet: %w", ZTFVersion, ErrFraming)
	}
	a := new(ZTF)
	left, err := p.schema.Decode(rest[n:n+int(size)], a)
	if err == nil && len(left) > 0 {
		err = fmt.Errorf("%d bytes left over", len(left))
	}
	if err != nil {
		return nil, fmt.Errorf("decode ztf %s packet: %w", ZTFVersion, err)
	}
	return a, nil
}

// Encode gives the alert as LSST publishes it: a zero byte, the schema's id
// (1101) as a big-endian int32, and the Avro datum.
func (a *LSST) Encode() ([]byte, error) {
	p := lsstSchema()
	if p.err != nil {
		return nil, p.err
	}
	size := 130<<10 + 340*len(a.PrvDiaSources) + 100*len(a.PrvDiaForcedSources)
	b := make([]byte, lsstPrefixSize, size)
	binary.BigEndian.PutUint32(b[1:], lsstSchemaID)
	b, err := p.schema.AppendEncode(b, a)
	if err != nil {
		return nil, fmt.Errorf("encode lsst %s packet %d: %w", LSSTVersion, a.DiaSourceID, err)
	}
	return b, nil
}

// DecodeLSST reads what [LSST.Encode] writes.
func DecodeLSST(body []byte) (*LSST, error) {
	p := lsstSchema()
	if p.err != nil {
		return nil, p.err
	}
	if len(body) < lsstPrefixSize || body[0] != 0 || binary.BigEndian.Uint32(body[1:]) != lsstSchemaID {
		return nil, fmt.Errorf("decode lsst %s packet: %w", LSSTVersion, ErrFraming)
	}
	a := new(LSST)
	left, err := p.schema.Decode(body[lsstPrefixSize:], a)
	if err == nil && len(left) > 0 {
		err = fmt.Errorf("%d bytes left over", len(left))
	}
	if err != nil {
		return nil, fmt.Errorf("decode lsst %s packet: %w", LSSTVersion, err)
	}
	return a, nil
}
