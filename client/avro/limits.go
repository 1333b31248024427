package avro

import "strconv"

// Limits bounds what data may claim about itself. A zero field takes its
// default from [DefaultLimits].
type Limits struct {
	Packet int // bytes of a container or datum held in memory
	Block  int // bytes of a container's block, after decompression
	Schema int // bytes of a schema's text, and of a container's other metadata
	Text   int // bytes of one text, byte string or map key
	List   int // items of one array or map
	Cells  int // values of one projected list: records times wanted fields
	Depth  int // nesting of arrays, maps and recursive records
	JSON   int // bytes of JSON made from one datum
}

// DefaultLimits gives the limits that are used where none are set: 256 MiB for
// a packet and for JSON, 64 MiB for a block or a text, 4 MiB for a schema, 2^22
// items in a list, 2^20 projected cells, 64 levels.
func DefaultLimits() Limits {
	return Limits{
		Packet: 256 << 20,
		Block:  64 << 20,
		Schema: 4 << 20,
		Text:   64 << 20,
		List:   1 << 22,
		Cells:  1 << 20,
		Depth:  64,
		JSON:   256 << 20,
	}
}

func (l Limits) withDefaults() Limits {
	d := DefaultLimits()
	for _, p := range [...]struct{ have, def *int }{
		{&l.Packet, &d.Packet}, {&l.Block, &d.Block}, {&l.Schema, &d.Schema}, {&l.Text, &d.Text},
		{&l.List, &d.List}, {&l.Cells, &d.Cells}, {&l.Depth, &d.Depth}, {&l.JSON, &d.JSON},
	} {
		if *p.have <= 0 {
			*p.have = *p.def
		}
	}
	return l
}

// Error says where in a datum or container reading failed, and why.
type Error struct {
	Offset int    // bytes from the start of the datum, or of the container for its own parts
	Path   string // dotted path of the field, empty outside of fields
	Reason string
	Err    error // the cause, where there is one: io.ErrUnexpectedEOF, or a codec's error
}

// Error gives "at offset 812, diaSource.psfFlux: the data ends early".
func (e *Error) Error() string {
	text := "at offset " + strconv.Itoa(e.Offset)
	if e.Path != "" {
		text += ", " + e.Path
	}
	text += ": " + e.Reason
	if e.Err != nil && e.Reason != reasonShort {
		text += ": " + e.Err.Error()
	}
	return text
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// SchemaError says what is wrong with a schema.
type SchemaError struct {
	Path   string // where in the schema, by names of records and fields
	Reason string
}

// Error gives "schema: alert.candidate: unknown type "flaot"".
func (e *SchemaError) Error() string {
	if e.Path == "" {
		return "schema: " + e.Reason
	}
	return "schema: " + e.Path + ": " + e.Reason
}

const (
	reasonShort    = "the data ends early"
	reasonVarint   = "an integer longer than 64 bits"
	reasonInt      = "an integer beyond 32 bits"
	reasonLength   = "a negative length"
	reasonText     = "a text longer than the limit"
	reasonBranch   = "no such branch of the union"
	reasonBool     = "a boolean that is neither 0 nor 1"
	reasonSymbol   = "no such symbol of the enum"
	reasonCount    = "a list longer than the data"
	reasonList     = "a list longer than the limit"
	reasonBlock    = "a list's block size does not fit its items"
	reasonDepth    = "nested deeper than the limit"
	reasonJSON     = "more JSON than the limit"
	reasonTrailing = "bytes left over after the record"
	reasonPacket   = "a packet larger than the limit"
	reasonValues   = "more values than the data can hold"
)
