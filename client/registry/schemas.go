package registry

import (
	"cmp"
	"embed"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/mwvgroup/pgb/client/avro"
)

//go:embed schemas/*.json
var embeddedSchemas embed.FS

// SchemaName names a schema of a survey's packets: "lsst" and "11.1".
type SchemaName struct {
	Survey  string // prefix of its file, as in [Survey.Schemas]
	Version string
}

// String gives survey and version: "lsst 11.1".
func (n SchemaName) String() string { return n.Survey + " " + n.Version }

// schemaFile is a schema that is parsed when it is first asked for.
type schemaFile struct {
	name  SchemaName
	parse func() (*avro.Schema, error)
}

// builtIn are the embedded schemas, shared by all registries.
var builtIn = sync.OnceValue(func() map[SchemaName]*schemaFile {
	entries, err := embeddedSchemas.ReadDir("schemas")
	if err != nil {
		panic(err) // the folder is part of the program
	}
	files := make(map[SchemaName]*schemaFile, len(entries))
	for _, entry := range entries {
		name, ok := schemaName(entry.Name())
		if !ok {
			continue
		}
		path := "schemas/" + entry.Name()
		files[name] = &schemaFile{name: name, parse: sync.OnceValues(func() (*avro.Schema, error) {
			text, err := embeddedSchemas.ReadFile(path)
			if err != nil {
				return nil, err
			}
			return avro.ParseSchema(text)
		})}
	}
	return files
})

// schemaName takes the name of a schema's file apart: "lsst.11.1.json".
func schemaName(file string) (SchemaName, bool) {
	base, isJSON := strings.CutSuffix(file, ".json")
	if !isJSON {
		var isAvsc bool
		if base, isAvsc = strings.CutSuffix(file, ".avsc"); !isAvsc {
			return SchemaName{}, false
		}
	}
	survey, version, ok := strings.Cut(base, ".")
	return SchemaName{survey, plainVersion(version)}, ok && survey != "" && version != ""
}

// plainVersion gives a version as file names have it: 11.1 for v11_1 too.
func plainVersion(version string) string {
	if rest, ok := strings.CutPrefix(version, "v"); ok && rest != "" && rest[0] >= '0' && rest[0] <= '9' {
		version = rest
	}
	return strings.ReplaceAll(version, "_", ".")
}

// schemaStore holds the schemas that were added to a registry, and remembers
// which schema an id stands for: that is asked for every packet.
type schemaStore struct {
	mu    sync.RWMutex
	added map[SchemaName]*schemaFile
	byID  map[schemaID]*avro.Schema
}

// schemaID is the id in front of a survey's packets.
type schemaID struct {
	survey string
	id     int
}

// find gives a schema's file: one that was added before one that is built in.
func (s *schemaStore) find(name SchemaName) (*schemaFile, bool) {
	s.mu.RLock()
	f, ok := s.added[name]
	s.mu.RUnlock()
	if !ok {
		f, ok = builtIn()[name]
	}
	return f, ok
}

// remember keeps what an id stands for; there are no more of them than schemas.
func (s *schemaStore) remember(key schemaID, schema *avro.Schema) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.byID == nil {
		s.byID = map[schemaID]*avro.Schema{}
	}
	s.byID[key] = schema
}

func (s *schemaStore) names() []SchemaName {
	var names []SchemaName
	for name := range builtIn() {
		names = append(names, name)
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	for name := range s.added {
		if _, ok := builtIn()[name]; !ok {
			names = append(names, name)
		}
	}
	slices.SortFunc(names, func(a, b SchemaName) int {
		return cmp.Or(cmp.Compare(a.Survey, b.Survey), -compareVersions(a.Version, b.Version))
	})
	return names
}

// compareVersions compares number by number, so that 10.0 follows 9.0; a text
// comes before a number.
func compareVersions(a, b string) int {
	x, y := strings.Split(a, "."), strings.Split(b, ".")
	for i := range min(len(x), len(y)) {
		m, errM := strconv.Atoi(x[i])
		n, errN := strconv.Atoi(y[i])
		switch {
		case errM == nil && errN == nil && m != n:
			return cmp.Compare(m, n)
		case (errM == nil) != (errN == nil):
			if errM != nil {
				return -1
			}
			return 1
		case errM != nil && x[i] != y[i]:
			return cmp.Compare(x[i], y[i])
		}
	}
	return cmp.Compare(len(x), len(y))
}

// prefix gives the first part of the names of a survey's schema files.
func (r *Registry) prefix(survey string) string {
	if s := r.Surveys[survey]; s != nil && s.Schemas != "" {
		return s.Schemas
	}
	return survey
}

// Schema gives the schema of a version of a survey's packets; "11.1" and
// "v11_1" are the same, as are "01.00" and "1.0". A schema is parsed when it is first asked for, and is
// the same at every call. What is not known is an [*UnknownError].
func (r *Registry) Schema(survey, version string) (*avro.Schema, error) {
	name, ok := r.version(survey, version)
	f, there := r.schemas.find(name)
	if !ok || !there {
		return nil, &UnknownError{What: "schema", Name: name.String(), Near: r.nearSchemas(survey)}
	}
	s, err := f.parse()
	if err != nil {
		return nil, fmt.Errorf("schema %s: %w", name, err)
	}
	return s, nil
}

// version finds the name of a survey's schema by its version, number by number
// where the spelling is another.
func (r *Registry) version(survey, version string) (SchemaName, bool) {
	name := SchemaName{r.prefix(survey), plainVersion(version)}
	if _, ok := r.schemas.find(name); ok || version == "" {
		return name, ok
	}
	for _, known := range r.Versions(survey) {
		if compareVersions(known, name.Version) == 0 {
			return SchemaName{name.Survey, known}, true
		}
	}
	return name, false
}

// nearSchemas gives the newest schemas of a survey.
func (r *Registry) nearSchemas(survey string) []string {
	var near []string
	for _, version := range r.Versions(survey) {
		if len(near) < maxNear {
			near = append(near, r.prefix(survey)+" "+version)
		}
	}
	return near
}

// SchemaByID gives the schema of a survey's packets by the id that stands in
// front of them: major * 100 + minor, so that 1101 is 11.1 and 100 is 01.00.
func (r *Registry) SchemaByID(survey string, id int) (*avro.Schema, error) {
	key := schemaID{survey, id}
	r.schemas.mu.RLock()
	found := r.schemas.byID[key]
	r.schemas.mu.RUnlock()
	if found != nil {
		return found, nil
	}
	for _, version := range r.Versions(survey) {
		major, minor, ok := strings.Cut(version, ".")
		if !ok {
			continue
		}
		m, errMajor := strconv.Atoi(major)
		n, errMinor := strconv.Atoi(minor)
		if errMajor == nil && errMinor == nil && n < 100 && m*100+n == id {
			s, err := r.Schema(survey, version)
			if err == nil {
				r.schemas.remember(key, s)
			}
			return s, err
		}
	}
	return nil, &UnknownError{What: "schema", Name: fmt.Sprintf("%s with id %d", survey, id), Near: r.nearSchemas(survey)}
}

// Schemas lists the schemas that are known, by survey, the newest first.
func (r *Registry) Schemas() []SchemaName { return r.schemas.names() }

// Versions lists the versions of a survey's schemas that are known, the newest
// first.
func (r *Registry) Versions(survey string) []string {
	prefix := r.prefix(survey)
	var versions []string
	for _, name := range r.schemas.names() {
		if name.Survey == prefix {
			versions = append(versions, name.Version)
		}
	}
	return versions
}

// maxSchemaText is the most bytes that a schema's file may have.
const maxSchemaText = 8 << 20

// AddSchemaDir adds the schemas of a folder, from files named
// <survey>.<version>.json or .avsc; other files are left alone. A schema of a
// known name takes the place of that one. The first that is not a schema is an
// error, and none is added then.
func (r *Registry) AddSchemaDir(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("read schemas: %w", err)
	}
	added := map[SchemaName]*schemaFile{}
	for _, entry := range entries {
		name, ok := schemaName(entry.Name())
		if !ok || entry.IsDir() {
			continue
		}
		schema, err := readSchema(filepath.Join(dir, entry.Name()))
		if err != nil {
			return err
		}
		added[name] = &schemaFile{name: name, parse: func() (*avro.Schema, error) { return schema, nil }}
	}
	if len(added) == 0 {
		return &FileError{File: dir, Reason: "no schema files in it: they are named <survey>.<version>.json"}
	}
	r.schemas.mu.Lock()
	defer r.schemas.mu.Unlock()
	if r.schemas.added == nil {
		r.schemas.added = map[SchemaName]*schemaFile{}
	}
	for name, f := range added {
		r.schemas.added[name] = f
	}
	clear(r.schemas.byID)
	return nil
}

func readSchema(path string) (*avro.Schema, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("read schema: %w", err)
	}
	if info.Mode()&fs.ModeType != 0 || info.Size() > maxSchemaText {
		return nil, &FileError{File: path, Reason: "not a file of a schema's size"}
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read schema: %w", err)
	}
	schema, err := avro.ParseSchema(text)
	if err != nil {
		return nil, &FileError{File: path, Reason: err.Error()}
	}
	return schema, nil
}
