package registry

import (
	_ "embed"
	"fmt"
	"os"
	"sync"
)

//go:embed registry.yaml
var embeddedText []byte

//go:embed tables.yaml
var embeddedTables []byte

// EmbeddedFile and EmbeddedTables are how messages name the two files of the
// registry that is built in: streams, and the tables that they fill.
const (
	EmbeddedFile   = "registry.yaml"
	EmbeddedTables = "tables.yaml"
)

var embedded = sync.OnceValue(func() *Registry {
	r, err := parseEmbedded()
	if err != nil {
		// The file is part of the program, and a test reads it.
		panic(err)
	}
	return r
})

func parseEmbedded() (*Registry, error) {
	r := &Registry{origins: map[string]string{}}
	if err := r.overlay(EmbeddedFile, embeddedText); err != nil {
		return nil, err
	}
	return r, r.overlay(EmbeddedTables, embeddedTables)
}

// Default gives the registry that is built in. It is parsed at the first call
// and its entries are shared by all callers; schemas that are added to one
// caller's registry are not seen by the others.
func Default() *Registry {
	from := embedded()
	return &Registry{
		Delivery: from.Delivery, Brokers: from.Brokers, Surveys: from.Surveys, Topics: from.Topics, Groups: from.Groups,
		Payloads: from.Payloads, Layouts: from.Layouts, Classifiers: from.Classifiers, Namespaces: from.Namespaces,
		Columns: from.Columns, Tables: from.Tables, origins: from.origins,
	}
}

// Load gives the registry that is built in with files laid over it, in their
// order, and checks the whole. An entry of a known name takes the fields that a
// file gives, and null removes it; new entries are added. Errors are of type
// [*FileError] or [*InvalidError].
func Load(files ...string) (*Registry, error) {
	r, err := parseEmbedded()
	if err != nil {
		return nil, err
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("read registry: %w", err)
		}
		if err := r.overlay(name, text); err != nil {
			return nil, err
		}
	}
	if err := r.Validate(); err != nil {
		return nil, err
	}
	return r, nil
}
