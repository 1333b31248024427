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
	// Topic is the topic whose messages become its rows; empty for none.
	Topic string `yaml:"topic"`
	// Payload is the payload as which a row, written as JSON, is read; empty
	// where it holds neither alerts nor classifications.
	Payload string `yaml:"payload"`
	// Partition is the TIMESTAMP column by whose day the table is partitioned,
	// Cluster the columns that its blocks are sorted by; empty for none.
	Partition string   `yaml:"partition"`
	Cluster   []string `yaml:"cluster"`
	// ObjectID and SourceID are the columns that ids are looked up in, dotted
	// within records. LSST has two for objects: that of an object fixed on the
	// sky, then that of the solar system; one of both has a value.
	ObjectID Paths `yaml:"object_id"`
	SourceID Paths `yaml:"source_id"`
	// RA and Dec are the columns of the position, degrees; empty for none.
	RA  field.Path `yaml:"ra"`
	Dec field.Path `yaml:"dec"`
	// Columns are the table's own columns in their order, where they are not
	// those of the survey's schema of the version; Extra follow the schema's.
	Columns []TableColumn `yaml:"columns"`
	Extra   []TableColumn `yaml:"extra"`
	// Without are fields of the schema that the table does not have.
	Without Paths `yaml:"without"`
	// Lacks lists what a version whose own schema is not known lacks of the
	// next newer one.
	Lacks map[string]Paths `yaml:"lacks"`
}

// What the rows of a table are, as in [Table.Holds].
const (
	HoldsAlerts          = "alerts"
	HoldsClassifications = "classifications"
	HoldsOther           = "other"
)

// TableColumn is a column of a table. In YAML it is a text, "candid INTEGER
// required", or has the keys below.
type TableColumn struct {
	Name string `yaml:"name"`
	Type string `yaml:"type"` // INTEGER, FLOAT, STRING, BOOLEAN, TIMESTAMP, BYTES, RECORD
	Mode string `yaml:"mode"` // "", "required" or "repeated"
	// Fields are the columns of a RECORD.
	Fields []TableColumn `yaml:"fields"`
	// Field is the name in the survey's records where that is another: the
	// database does not tell letter cases apart.
	Field string `yaml:"field"`
	// Form says how a TIMESTAMP stands in the survey's records: "text", as RFC
	// 3339 in UTC (the default), or "seconds" since 1970.
	Form string `yaml:"form"`
	// Single says that the survey's records hold 32-bit floats, of which a
	// FLOAT has the value in 64 bits.
	Single bool `yaml:"single"`
}

// The modes of a column and the forms of a TIMESTAMP.
const (
	ModeRequired = "required"
	ModeRepeated = "repeated"
	FormText     = "text"
	FormSeconds  = "seconds"
)

// Own gives the column's name in the survey's records.
func (c *TableColumn) Own() string {
	if c.Field != "" {
		return c.Field
	}
	return c.Name
}
