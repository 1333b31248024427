package avro

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"slices"
	"sync"

	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/snappy"
	"github.com/klauspost/compress/zstd"
)

// The codecs of object container files that are read and written.
const (
	CodecNull      = "null"
	CodecDeflate   = "deflate"
	CodecSnappy    = "snappy"
	CodecZstandard = "zstandard"
)

// Codecs lists the codecs that are read and written.
func Codecs() []string { return []string{CodecNull, CodecDeflate, CodecSnappy, CodecZstandard} }

var (
	errBlockSize = errors.New("it unpacks to more than the limit")
	errChecksum  = errors.New("its checksum does not match")
)

// unpack appends the unpacked block to dst[:0], at most limit bytes.
func unpack(codec string, dst, packed []byte, limit int) ([]byte, error) {
	switch codec {
	case CodecDeflate:
		return unpackDeflate(dst[:0], packed, limit)
	case CodecSnappy:
		return unpackSnappy(dst, packed, limit)
	case CodecZstandard:
		return unpackZstandard(dst[:0], packed, limit)
	default:
		return nil, fmt.Errorf("the codec %q is not known", codec)
	}
}

var inflaters = sync.Pool{New: func() any { return flate.NewReader(bytes.NewReader(nil)) }}

func unpackDeflate(dst, packed []byte, limit int) ([]byte, error) {
	r := inflaters.Get().(io.ReadCloser)
	defer inflaters.Put(r)
	if err := r.(flate.Resetter).Reset(bytes.NewReader(packed), nil); err != nil {
		return nil, err
	}
	return readBounded(dst, r, limit)
}

// readBounded appends all of r, at most limit bytes.
func readBounded(dst []byte, r io.Reader, limit int) ([]byte, error) {
	for {
		if len(dst) > limit {
			return nil, errBlockSize
		}
		dst = slices.Grow(dst, 4096)
		n, err := r.Read(dst[len(dst):cap(dst)])
		dst = dst[:len(dst)+n]
		if err == io.EOF && len(dst) <= limit {
			return dst, nil
		}
		if err != nil && err != io.EOF {
			return nil, err
		}
	}
}

// unpackSnappy reads a block of raw snappy with the CRC-32 of its contents, big
// endian, behind it.
func unpackSnappy(dst, packed []byte, limit int) ([]byte, error) {
	if len(packed) < 4 {
		return nil, io.ErrUnexpectedEOF
	}
	body, sum := packed[:len(packed)-4], packed[len(packed)-4:]
	n, err := snappy.DecodedLen(body)
	if err != nil {
		return nil, err
	}
	// Raw snappy packs at most 64 bytes into three.
	if n > limit || n/64 > len(body) {
		return nil, errBlockSize
	}
	out, err := snappy.Decode(dst[:cap(dst)], body)
	if err != nil {
		return nil, err
	}
	if crc32.ChecksumIEEE(out) != binary.BigEndian.Uint32(sum) {
		return nil, errChecksum
	}
	return out, nil
}

var zstdReaders = sync.Pool{New: func() any {
	r, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(64<<20))
	if err != nil {
		return err
	}
	return r
}}

func unpackZstandard(dst, packed []byte, limit int) ([]byte, error) {
	r, ok := zstdReaders.Get().(*zstd.Decoder)
	if !ok {
		return nil, errors.New("zstandard is not available")
	}
	defer zstdReaders.Put(r)
	if err := r.Reset(bytes.NewReader(packed)); err != nil {
		return nil, err
	}
	out, err := readBounded(dst, r, limit)
	_ = r.Reset(nil) // so that the pool does not keep the packet
	return out, err
}

// packer packs blocks; it belongs to one writer.
type packer struct {
	codec string
	out   bytes.Buffer
	flate *flate.Writer
	zstd  *zstd.Encoder
	raw   []byte
}

func newPacker(codec string) (*packer, error) {
	p := &packer{codec: codec}
	var err error
	switch codec {
	case CodecNull, CodecSnappy:
	case CodecDeflate:
		p.flate, err = flate.NewWriter(nil, flate.DefaultCompression)
	case CodecZstandard:
		p.zstd, err = zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1))
	default:
		return nil, fmt.Errorf("the codec %q is not known: use one of %q", codec, Codecs())
	}
	return p, err
}

// pack gives the packed block, valid until the next call.
func (p *packer) pack(block []byte) ([]byte, error) {
	switch p.codec {
	case CodecDeflate:
		p.out.Reset()
		p.flate.Reset(&p.out)
		if _, err := p.flate.Write(block); err != nil {
			return nil, err
		}
		if err := p.flate.Close(); err != nil {
			return nil, err
		}
		return p.out.Bytes(), nil
	case CodecSnappy:
		p.raw = snappy.Encode(p.raw[:cap(p.raw)], block)
		p.raw = binary.BigEndian.AppendUint32(p.raw, crc32.ChecksumIEEE(block))
		return p.raw, nil
	case CodecZstandard:
		p.raw = p.zstd.EncodeAll(block, p.raw[:0])
		return p.raw, nil
	default:
		return block, nil
	}
}
