// Package jsonscan reads JSON packets (RFC 8259) at the speed of a stream of
// alerts, without generic values in between. It knows nothing of astronomy.
//
// A [Plan] is compiled once from what is wanted; [Plan.Project] then walks the
// bytes of a packet, takes the wanted fields and skips the rest 64 bytes at a
// time, and stops as soon as nothing wanted can come. [AppendCompact] copies
// JSON without white space and without some members, [Find] gives one member as
// it stands, [Decode] a generic Go value, and [Valid] only checks.
//
// The dialect is what Python's json module writes and reads: NaN, Infinity and
// -Infinity are values, and are missing, null or nil here; a byte order mark in
// front is passed over. Bytes in texts that are not UTF-8 read as U+FFFD, as in
// encoding/json.
//
// Of a member that is repeated in an object the first one counts, in Project,
// Find and Decode alike. Python takes the last; that cannot be had by a reader
// that stops early, and the first is the same whatever else is wanted.
//
// Packets are bounded by [MaxSize], [MaxDepth] and [MaxCells], and all errors
// about them are of type [*Error], with offset and path.
package jsonscan

const (
	// MaxSize is the greatest length of a packet, in bytes.
	MaxSize = 256 << 20
	// MaxDepth is how deep objects and arrays may be nested.
	MaxDepth = 512
	// MaxCells bounds the values of one projected list: records times fields.
	MaxCells = 1 << 20
)
