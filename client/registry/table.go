package registry

import "github.com/mwvgroup/pgb/client/field"

// Table is a table, or all versions of one, in a broker's database.
type Table struct {
	Name    string `yaml:"-"` // "lsst.alerts": dataset, and table without its version
	Broker  string `yaml:"broker"`
	Project string `yaml:"project"` // Google Cloud project of the dataset
	Dataset string `yaml:"dataset"`
	// Table is the table's name in its dataset, "supernnova"; for a table of
	// several versions what stands before the version, "alerts_".
	Table string `yaml:"table"`
	// Versions lists the versions that there may be, the newest first:
	// "v11_1". Those that exist are one union.
	Versions []string `yaml:"versions"`
	Survey   string   `yaml:"survey"`
	// Holds says what its rows are: "alerts", "classifications" or "other".
	Holds  string `yaml:"holds"`
	Access string `yaml:"access"` // public, internal or unlisted: may not exist
	Doc    string `yaml:"doc"`
	// Payload is the payload as which a row, written as JSON, is read.
	Payload string `yaml:"payload"`
	// Partition is the TIMESTAMP column by whose day the table is partitioned,
	// Cluster the columns that its blocks are sorted by; empty for none.
	Partition string   `yaml:"partition"`
	Cluster   []string `yaml:"cluster"`
	// ObjectID and SourceID are the columns that ids are looked up in, dotted
	// within records, in order of preference.
	ObjectID Paths `yaml:"object_id"`
	SourceID Paths `yaml:"source_id"`
	// RA and Dec are the columns of the position, degrees; empty for none.
	RA  field.Path `yaml:"ra"`
	Dec field.Path `yaml:"dec"`
	// Columns are the table's own columns in their order, where they are not
	// those of the survey's schema of the version; Extra follow the schema's.
	Columns []TableColumn `yaml:"columns"`
	Extra   []TableColumn `yaml:"extra"`
	// Without are top-level fields of the schema that the table does not have.
	Without []string `yaml:"without"`
}

// TableColumn is a column of a table.
type TableColumn struct {
	Name string `yaml:"name"`
	Type string `yaml:"type"` // INTEGER, FLOAT, STRING, BOOLEAN, TIMESTAMP, BYTES, RECORD
	Mode string `yaml:"mode"` // "", "required" or "repeated"
	// Fields are the columns of a RECORD.
	Fields []TableColumn `yaml:"fields"`
}
