// Package format writes rows and messages in the formats that pgb speaks, and
// reads back what it wrote. It knows files and writers, and no terminal.
//
// [Open] gives an [Output] for a format and a place; its Put has a batch for
// good when it returns: written and flushed, and synced where it is a file.
package format

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/mwvgroup/pgb/client/registry"
)

// Name is the name of a format.
type Name string

// The formats of an [Output].
const (
	JSONLines Name = "jsonl" // one JSON object a line
	JSONArray Name = "json"  // one JSON array, for results that end
	CSV       Name = "csv"   // RFC 4180 with a header, lines ending in LF
	Avro      Name = "avro"  // the original records with their original schema
	Raw       Name = "raw"   // a folder of the original bytes, attributes beside them
	Arrow     Name = "arrow" // typed columns as an Arrow IPC stream, which can be read as it grows
)

// The formats of an [Output] whose files can be read only once they are closed.
const (
	Parquet Name = "parquet" // typed columns, compressed
	Feather Name = "feather" // typed columns as an Arrow IPC file, which is Feather version 2
	VOTable Name = "votable" // typed columns with units, UCDs and frames, BINARY2
	FITS    Name = "fits"    // a binary table
	ECSV    Name = "ecsv"    // CSV with the types and units of its columns in front
)

// Names lists the formats of an Output.
func Names() []string {
	return []string{string(JSONLines), string(JSONArray), string(CSV), string(Avro), string(Raw), string(Arrow), string(Feather), string(Parquet), string(VOTable), string(FITS), string(ECSV)}
}

// IsWhole says whether a file of the format can be read only once it is closed.
func (n Name) IsWhole() bool {
	_, typed := tableFormats[n]
	return typed || n == JSONArray
}

// IsBinary says whether a file of the format is nothing for the eye.
func (n Name) IsBinary() bool {
	return n == Avro || n == Arrow || n == Feather || n == Parquet || n == FITS
}

// Parse checks a format's name as a user typed it. The endings of its files are
// names of it too, but for .xml, which much else has.
func Parse(text string) (Name, error) {
	for _, name := range Names() {
		if strings.EqualFold(text, name) {
			return Name(name), nil
		}
	}
	near := registry.Near(text, Names())
	meant, ok := endings["."+strings.ToLower(text)]
	switch {
	case ok && !strings.EqualFold(text, "xml"):
		return meant, nil
	case ok && !slices.Contains(near, string(meant)):
		near = slices.Insert(near, 0, string(meant))
	}
	return "", &UnknownError{Name: text, Near: near}
}

// UnknownError says that there is no format of a name.
type UnknownError struct {
	Name string
	Near []string // names like it
}

// Error says which name is unknown.
func (e *UnknownError) Error() string { return fmt.Sprintf("unknown format %q", e.Name) }

// endings are the endings of file names and the formats they stand for. Those of
// Arrow are as in its media types, which tell the file from the stream:
// https://www.iana.org/assignments/media-types/application/vnd.apache.arrow.file
var endings = map[string]Name{
	".jsonl": JSONLines, ".ndjson": JSONLines, ".json": JSONArray, ".csv": CSV, ".avro": Avro,
	".arrows": Arrow, ".arrow": Feather, ".feather": Feather, ".ipc": Feather,
	".parquet": Parquet, ".pq": Parquet,
	".vot": VOTable, ".votable": VOTable, ".xml": VOTable, ".fits": FITS, ".fit": FITS, ".ecsv": ECSV,
}

// ByPath gives the format that a file's name asks for; ok is false where the
// ending says nothing.
func ByPath(path string) (name Name, ok bool) {
	if strings.HasSuffix(path, "/") || strings.HasSuffix(path, string(filepath.Separator)) {
		return Raw, true
	}
	name, ok = endings[strings.ToLower(filepath.Ext(path))]
	return name, ok
}

// Into gives the format that a name means for a file: "arrow" is the stream, but
// for a file whose ending is that of an Arrow file.
func (n Name) Into(path string) Name {
	if promised, _ := ByPath(path); n == Arrow && promised == Feather {
		return Feather
	}
	return n
}
