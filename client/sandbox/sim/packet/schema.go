package packet

import (
	"bytes"
	"fmt"
	"sync"

	"github.com/twmb/avro"

	"github.com/mwvgroup/pgb/client/registry"
)

// Versions of the schemas that packets are written with.
const (
	ZTFVersion     = "4.02"
	LSSTVersion    = "11.1"
	lsstSchemaID   = 1101 // major*100 + minor
	lsstPrefixSize = 5
)

type parsed struct {
	schema *avro.Schema
	header []byte // of a container, up to the sync marker
	err    error
}

// parse takes a schema from the registry. Packets are written by another Avro
// library than the product reads them with, so that neither hides the other's
// mistakes.
func parse(survey, version string) (text []byte, p parsed) {
	known, err := registry.Default().Schema(survey, version)
	if err != nil {
		return nil, parsed{err: err}
	}
	text = bytes.TrimSpace(known.JSON())
	p.schema, err = avro.Parse(string(text))
	if err != nil {
		p.err = fmt.Errorf("parse schema %s %s: %w", survey, version, err)
	}
	return text, p
}

var ztfSchema = sync.OnceValue(func() parsed {
	text, p := parse("ztf", ZTFVersion)
	p.header = containerHeader(text)
	return p
})

var lsstSchema = sync.OnceValue(func() parsed {
	_, p := parse("lsst", LSSTVersion)
	return p
})
