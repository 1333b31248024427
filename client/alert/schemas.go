package alert

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"

	"github.com/mwvgroup/pgb/client/avro"
)

// Learn makes a schema known to the reader and gives the name by which
// [Message.Schema] may refer to it: how records of a file that holds many of
// them travel as bare datums.
func (r *Reader) Learn(text []byte) (name string, err error) {
	schema, err := r.schemas.Schema(text)
	if err != nil {
		return "", err
	}
	sum := schema.Fingerprint()
	name = schema.Name() + "#" + hex.EncodeToString(sum[:8])
	if _, ok := r.learned.get(name); !ok {
		r.learned.put(name, schema)
	}
	return name, nil
}

// schemaNamed finds a schema by what a message says: a name that Learn gave, or
// a survey and a version, as in "lsst 11.1".
func (r *Reader) schemaNamed(name string) (*avro.Schema, bool) {
	if s, ok := r.learned.get(name); ok {
		return s, true
	}
	if s, ok := r.named.get(name); ok {
		return s, s != nil
	}
	var found *avro.Schema
	if survey, version, ok := strings.Cut(name, " "); ok {
		found, _ = r.reg.Schema(survey, version)
	}
	r.named.put(name, found)
	return found, found != nil
}

// schemaID is how a Confluent-framed packet names its schema.
type schemaID struct {
	survey string
	id     int
}

func (r *Reader) schemaByID(survey string, id int) (*avro.Schema, bool) {
	key := schemaID{survey, id}
	if s, ok := r.ids.get(key); ok {
		return s, true
	}
	s, err := r.reg.SchemaByID(survey, id)
	if err != nil {
		return nil, false
	}
	r.ids.put(key, s)
	return s, true
}

// Schema gives the name of a message's schema: "ztf 4.02", or the full name of
// the record where no survey is known; empty for JSON without a version.
func (r *Reader) Schema(m *Message) (string, error) {
	if m.Form == Line {
		return m.Schema, nil
	}
	s := r.borrow()
	defer r.giveBack(s)
	pk, err := r.open(m, s)
	if err != nil {
		return "", err
	}
	return r.schemaName(pk), nil
}

func (r *Reader) schemaName(pk packet) string {
	if pk.schema == nil {
		return ""
	}
	if name, ok := r.names.get(pk.schema); ok {
		return name
	}
	name := pk.schema.Name()
	if version := versionOf(pk.schema); version != "" && pk.payload.surveyID != "" {
		name = pk.payload.surveyID + " " + version
	} else if known, ok := r.knownAs(pk); ok {
		name = known
	}
	r.names.put(pk.schema, name)
	return name
}

// knownAs finds a schema among the registry's by its text, however that is laid
// out: names and types in their order, without documentation and defaults.
func (r *Reader) knownAs(pk packet) (string, bool) {
	if pk.payload.surveyID == "" {
		return "", false
	}
	form := formOf(pk.schema)
	for _, version := range r.reg.Versions(pk.payload.surveyID) {
		s, err := r.reg.Schema(pk.payload.surveyID, version)
		if err == nil && (bytes.Equal(s.JSON(), pk.schema.JSON()) || form != "" && formOf(s) == form) {
			return pk.payload.surveyID + " " + version, true
		}
	}
	return "", false
}

// versionOf reads the version out of a schema: its own "version", or the end of
// its namespace ("lsst.v11_1", "elasticc.v0_9_1").
func versionOf(s *avro.Schema) string {
	var head struct {
		Version any `json:"version"`
	}
	if json.Unmarshal(s.JSON(), &head) == nil {
		if version, ok := head.Version.(string); ok && version != "" {
			return version
		}
	}
	parts := strings.Split(s.Name(), ".")
	if len(parts) < 2 {
		return ""
	}
	version, ok := strings.CutPrefix(parts[len(parts)-2], "v")
	if !ok || strings.Trim(version, "0123456789_") != "" {
		return ""
	}
	return strings.ReplaceAll(version, "_", ".")
}

// schemasOf gives all schemas of a survey, the latest first.
func (r *Reader) schemasOf(survey string) []*avro.Schema {
	var list []*avro.Schema
	versions := r.reg.Versions(survey)
	if entry := r.reg.Surveys[survey]; entry != nil && entry.Latest != "" {
		i := slices.Index(versions, entry.Latest)
		if i > 0 {
			versions = slices.Insert(slices.Delete(slices.Clone(versions), i, i+1), 0, entry.Latest)
		}
	}
	for _, version := range versions {
		if s, err := r.reg.Schema(survey, version); err == nil {
			list = append(list, s)
		}
	}
	return list
}

// typesOf gives the schemas whose kinds the numbers of a JSON payload take: of
// the schema the message names, else of the payload's Types.
func (r *Reader) typesOf(p *payload, named *avro.Schema) []*avro.Schema {
	var list []*avro.Schema
	if named != nil {
		list = append(list, named)
	}
	if !p.isJSON() {
		return append(list, p.known()...)
	}
	if p.Types == "" {
		return list
	}
	if s, ok := r.schemaNamed(p.Types); ok {
		return append(list, s)
	}
	return append(list, r.schemasOf(p.Types)...)
}
