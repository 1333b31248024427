package packet

import (
	_ "embed"
	"fmt"
	"sync"

	"github.com/twmb/avro"
)

//go:embed schemas/ztf.4.02.json
var ztfText []byte

//go:embed schemas/lsst.11.1.json
var lsstText []byte

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

var ztfSchema = sync.OnceValue(func() parsed {
	s, err := avro.Parse(string(ztfText))
	if err != nil {
		return parsed{err: fmt.Errorf("parse schema ztf %s: %w", ZTFVersion, err)}
	}
	return parsed{schema: s, header: containerHeader(ztfText)}
})

var lsstSchema = sync.OnceValue(func() parsed {
	s, err := avro.Parse(string(lsstText))
	if err != nil {
		return parsed{err: fmt.Errorf("parse schema lsst %s: %w", LSSTVersion, err)}
	}
	return parsed{schema: s}
})

// LSSTSchema gives the schema that LSST packets are written with, as JSON.
func LSSTSchema() []byte { return lsstText }
