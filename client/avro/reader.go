package avro

import (
	"bufio"
	"errors"
	"io"
	"slices"
	"strconv"
)

// Reader reads an object container file of any size from a stream, one block at
// a time. It is used by one goroutine at a time.
type Reader struct {
	header
	in  *bufio.Reader
	at  int // bytes read
	raw []byte
	blockReader
	err     error
	another bool // another file follows this one
}

// NewReader reads the header of a file. The cache may be nil.
func NewReader(in io.Reader, cache *Cache) (*Reader, error) {
	r := &Reader{in: bufio.NewReaderSize(in, 64<<10)}
	limits := cache.limits()
	head, err := r.readHeader(&limits)
	if err != nil {
		return nil, err
	}
	if _, err := r.header.read(head, cache, &limits); err != nil {
		return nil, err
	}
	return r, nil
}

// readHeader reads the bytes of the header, which [header.read] takes apart.
func (r *Reader) readHeader(limits *Limits) ([]byte, error) {
	head, err := r.take(nil, len(magic))
	if err != nil || !IsContainer(head) {
		return head, r.failure(err, "not an Avro object container file")
	}
	bound := int64(2*limits.Schema + len(magic))
	for {
		var n int64
		if head, n, err = r.takeLong(head); err != nil {
			return nil, err
		}
		if n == 0 {
			break
		}
		if n < 0 {
			n = -n
			if head, _, err = r.takeLong(head); err != nil {
				return nil, err
			}
		}
		for range min(n, maxMeta+1) * 2 {
			var size int64
			if head, size, err = r.takeLong(head); err != nil {
				return nil, err
			}
			if size < 0 || size+int64(len(head)) > bound {
				return nil, &Error{Offset: r.at, Reason: "metadata longer than the limit"}
			}
			if head, err = r.take(head, int(size)); err != nil {
				return nil, r.failure(err, reasonShort)
			}
		}
		if n > maxMeta || int64(len(head)) > bound {
			return nil, &Error{Offset: r.at, Reason: "metadata longer than the limit"}
		}
	}
	head, err = r.take(head, 16)
	if err != nil {
		err = r.failure(err, reasonShort)
	}
	return head, err
}

// failure gives an error of reading the stream itself as it is, and anything
// else as an *Error.
func (r *Reader) failure(err error, reason string) error {
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return err
	}
	e := &Error{Offset: r.at, Reason: reason}
	if reason == reasonShort {
		e.Err = io.ErrUnexpectedEOF
	}
	return e
}

// take appends the next n bytes to dst; storage grows with what there is, not
// with what is claimed.
func (r *Reader) take(dst []byte, n int) ([]byte, error) {
	for n > 0 {
		step := min(n, 1<<20)
		start := len(dst)
		dst = slices.Grow(dst, step)[:start+step]
		got, err := io.ReadFull(r.in, dst[start:])
		r.at += got
		if err != nil {
			return dst[:start+got], err
		}
		n -= step
	}
	return dst, nil
}

// takeLong appends the bytes of the next varint to dst.
func (r *Reader) takeLong(dst []byte) ([]byte, int64, error) {
	start := len(dst)
	for range 10 {
		b, err := r.in.ReadByte()
		if err != nil {
			return dst, 0, r.failure(err, reasonShort)
		}
		r.at++
		dst = append(dst, b)
		if b < 0x80 {
			if v, next := long(dst, start); next >= 0 {
				return dst, v, nil
			}
			break
		}
	}
	return dst, 0, &Error{Offset: r.at, Reason: reasonVarint}
}

// Next gives the next datum, or io.EOF behind the last: at the end of the
// stream, or where another file begins, see [Reader.Rest]. It is valid until the
// next call. After an error there is no more.
func (r *Reader) Next() ([]byte, error) {
	for r.err == nil && r.left == 0 {
		if r.another = r.follows(); r.another {
			r.err = io.EOF
		} else {
			r.err = r.open()
		}
	}
	if r.err != nil {
		return nil, r.err
	}
	datum, err := r.next(r.schema)
	r.err = err
	return datum, err
}

// Rest gives what follows the file in the stream once Next gave io.EOF, when
// another file begins there; ok is false otherwise. What Next gave is not valid
// any more when it is read.
func (r *Reader) Rest() (rest io.Reader, ok bool) { return r.in, r.another }

// follows says whether another file begins here. A block never begins as a file
// does: its count would be negative.
func (r *Reader) follows() bool {
	head, _ := r.in.Peek(len(magic)) // an error comes again when the block is read
	return IsContainer(head)
}

// open reads the next block and the marker behind it.
func (r *Reader) open() error {
	if _, err := r.in.Peek(1); err != nil {
		return err
	}
	raw, count, err := r.takeLong(r.raw[:0])
	if err != nil {
		return err
	}
	raw, size, err := r.takeLong(raw)
	if err != nil {
		return err
	}
	if count < 0 || size < 0 {
		return &Error{Offset: r.at, Reason: reasonLength}
	}
	if size > int64(r.schema.limits.Block) {
		return &Error{Offset: r.at, Reason: "a block larger than the limit"}
	}
	offset := r.at
	if r.raw, err = r.take(raw[:0], int(size)+len(r.sync)); err != nil {
		return r.failure(err, reasonShort)
	}
	body, marker := r.raw[:size], r.raw[size:]
	if string(marker) != string(r.sync[:]) {
		return &Error{Offset: offset + len(body), Reason: reasonSync}
	}
	return r.begin(&r.header, count, body, offset)
}

// quote shows bytes of a packet in an error, without what a terminal would obey.
func quote(b []byte) string { return strconv.QuoteToASCII(string(b[:min(len(b), 40)])) }
