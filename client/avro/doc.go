// Package avro reads and writes Avro binary data (Apache Avro 1.12
// specification) at the speed of a stream of alerts. It knows nothing of
// astronomy.
//
// A [Schema] is parsed once. From it come a [Plan], which picks some fields out
// of a datum and skips the rest; a [Transcoder], which turns a datum straight
// into JSON; and [Schema.Decode], which gives a generic Go value. Plans and
// transcoders are programs compiled for one schema: they allocate nothing, and
// any number of goroutines may use one.
//
// A datum travels in an object container file ([Container] in memory, [Reader]
// from a stream, [Writer]), behind a Confluent header ([ConfluentID]), or bare.
// A [Cache] keeps the parsed schemas of containers, so that a packet which
// brings its schema along does not cost a parse.
//
// Everything that data claims about itself is bounded by [Limits], and errors
// in data are of type [*Error], with offset and field path.
package avro
