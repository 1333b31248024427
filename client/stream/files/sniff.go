package files

import (
	"bytes"
	"path/filepath"
	"strings"
)

// kind is what a file is, by its first bytes.
type kind uint8

const (
	isPacket kind = iota // framed or bare: the whole file
	isEmpty
	isGzip
	isZstd
	isTar
	isContainer
	isJSON
	isHTML
	isXML
	isUTF16
	isRows // a table of the formats in rowsMarks
)

// streamed says whether a file of that kind is read bit by bit.
func (k kind) streamed() bool { return k == isGzip || k == isZstd || k == isTar || k == isJSON }

// sniffLength is how many bytes tell what a file is: the mark of a tar archive
// ends there.
const sniffLength = 262

// byteOrderMark may stand before a UTF-8 text.
const byteOrderMark = "\xef\xbb\xbf"

// sniff says what a file is by its first bytes, at least sniffLength of them
// where it is so long. Bare packets may begin like anything: of them the name
// says whether they are compressed.
func sniff(head []byte, f *file) kind {
	ending := strings.ToLower(filepath.Ext(f.name))
	bare := f.source.bare
	switch {
	case len(head) == 0:
		return isEmpty
	case bytes.HasPrefix(head, []byte("Obj\x01")):
		return isContainer
	case bytes.HasPrefix(head, []byte("\x1f\x8b")) && (!bare || ending == ".gz" || ending == ".tgz"):
		return isGzip
	case bytes.HasPrefix(head, []byte("\x28\xb5\x2f\xfd")) && (!bare || ending == ".zst"):
		return isZstd
	case len(head) >= sniffLength && string(head[257:sniffLength]) == "ustar":
		return isTar
	case bare && bytes.HasPrefix(head, []byte(`{"`)):
		return isJSON
	case bare:
		return isPacket
	}
	return sniffText(head)
}

// rowsMarks are the first bytes of files of rows, and what such a file is called.
var rowsMarks = []struct{ mark, format string }{
	{"PAR1", "Parquet"}, {"ARROW1", "Arrow"}, {"\xff\xff\xff\xff", "Arrow"}, {"SIMPLE  =", "FITS"}, {"# %ECSV ", "ECSV"},
}

// rowsFormat names the format of a file of rows, by its first bytes; empty for
// any other file.
func rowsFormat(head []byte) string {
	for _, m := range rowsMarks {
		if bytes.HasPrefix(head, []byte(m.mark)) {
			return m.format
		}
	}
	if text := bytes.TrimLeft(head, " \t\r\n"); bytes.HasPrefix(text, []byte("<")) && bytes.Contains(text, []byte("<VOTABLE")) {
		return "VOTable"
	}
	return ""
}

// sniffText tells texts and tables from packets.
func sniffText(head []byte) kind {
	if rowsFormat(head[:min(len(head), sniffLength)]) != "" {
		return isRows
	}
	if bytes.HasPrefix(head, []byte("\xff\xfe{")) || bytes.HasPrefix(head, []byte("\xfe\xff\x00{")) ||
		bytes.HasPrefix(head, []byte("\xff\xfe[")) || bytes.HasPrefix(head, []byte("\xfe\xff\x00[")) {
		return isUTF16
	}
	text := bytes.TrimLeft(bytes.TrimPrefix(head, []byte(byteOrderMark)), " \t\r\n")
	switch {
	case len(text) == 0 && len(head) < sniffLength:
		return isEmpty
	case len(text) == 0:
		return isPacket
	case text[0] == '{', text[0] == '[':
		return isJSON
	case text[0] == '<':
		if start := bytes.ToLower(text); bytes.HasPrefix(start, []byte("<?xml")) || bytes.HasPrefix(start, []byte("<voe:")) {
			return isXML
		}
		return isHTML
	}
	return isPacket
}
