package format

import (
	"bytes"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/ipc"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/field"
)

// The names of what the schema says of a file and of its columns.
const (
	metaCreator   = "creator"   // the program that wrote it
	metaSimulated = "simulated" // "true" for rows of a sandbox
	metaUnit      = "unit"      // of a column, as in VOUnits
	metaUCD       = "ucd"       // what a column is, in the words of the IVOA
	metaDoc       = "doc"       // one line on what a column holds
	metaKind      = "kind"      // "json" where the text of a column is JSON: records and lists
)

// tableColumns gives the places in the rows of the columns that a file has: of
// columns of one name the first, and none that has the name of the list of all
// classifications where that is written.
func tableColumns(spec tableSpec) []int {
	taken := map[string]bool{ClassificationsColumn: spec.classifications}
	var list []int
	for i, column := range spec.columns {
		if !taken[column.Name] {
			taken[column.Name] = true
			list = append(list, i)
		}
	}
	return list
}

// arrowSchema describes a file's columns.
func arrowSchema(spec tableSpec) *arrow.Schema {
	var fields []arrow.Field
	for _, i := range tableColumns(spec) {
		column := spec.columns[i]
		fields = append(fields, arrow.Field{
			Name: column.Name, Type: columnType(column), Nullable: true, Metadata: columnMeta(column),
		})
	}
	if spec.classifications {
		fields = append(fields, arrow.Field{
			Name: ClassificationsColumn, Type: arrow.ListOfNonNullable(arrow.StructOf(verdictFields...)),
			Metadata: arrow.NewMetadata([]string{metaDoc}, []string{ClassificationsDoc}),
		})
	}
	meta := arrow.NewMetadata(specMeta(spec))
	return arrow.NewSchema(fields, &meta)
}

// specMeta is what a file says of itself.
func specMeta(spec tableSpec) (keys, values []string) {
	keys, values = []string{metaCreator}, []string{spec.creator}
	if spec.simulated {
		keys, values = append(keys, metaSimulated), append(values, "true")
	}
	return keys, values
}

// columnMeta is what a file says of a column.
func columnMeta(column alert.Column) arrow.Metadata {
	var keys, values []string
	kind := ""
	if column.Kind == field.JSON && column.Items == nil {
		kind = "json"
	}
	for _, pair := range [...][2]string{{metaUnit, column.Unit}, {metaUCD, column.UCD}, {metaDoc, column.Doc}, {metaKind, kind}} {
		if pair[1] != "" {
			keys, values = append(keys, pair[0]), append(values, pair[1])
		}
	}
	return arrow.NewMetadata(keys, values)
}

// columnType gives the type of a column: a list has those of its items.
func columnType(c alert.Column) arrow.DataType {
	switch {
	case c.Items == nil:
		return arrowType(cellTypeOf(c))
	case !c.Items.Records():
		return arrow.ListOf(arrowType(itemType(c.Items.Fields[0])))
	}
	fields := make([]arrow.Field, len(c.Items.Fields))
	for i, f := range c.Items.Fields {
		fields[i] = arrow.Field{Name: f.Name, Type: arrowType(itemType(f)), Nullable: true, Metadata: columnMeta(f)}
	}
	return arrow.ListOfNonNullable(arrow.StructOf(fields...))
}

// arrowType gives the type of a column's cells.
func arrowType(t cellType) arrow.DataType {
	switch t {
	case cellBool:
		return arrow.FixedWidthTypes.Boolean
	case cellInt:
		return arrow.PrimitiveTypes.Int64
	case cellFloat32:
		return arrow.PrimitiveTypes.Float32
	case cellFloat64:
		return arrow.PrimitiveTypes.Float64
	case cellBytes:
		return arrow.BinaryTypes.Binary
	case cellTime:
		return arrow.FixedWidthTypes.Timestamp_us // UTC
	}
	return arrow.BinaryTypes.String
}

// verdictFields are the fields of one classification, as in JSON but for the
// version, whose name says whose it is.
var verdictFields = []arrow.Field{
	{Name: "classifier", Type: arrow.BinaryTypes.String, Nullable: true},
	{Name: "version", Type: arrow.BinaryTypes.String, Nullable: true},
	{Name: "class", Type: arrow.BinaryTypes.String, Nullable: true},
	{Name: "code", Type: arrow.BinaryTypes.String, Nullable: true},
	{Name: "prob", Type: arrow.PrimitiveTypes.Float64, Nullable: true},
	{Name: "band", Type: arrow.BinaryTypes.String, Nullable: true},
	{Name: "primary", Type: arrow.FixedWidthTypes.Boolean},
}

// verdictTextPlaces are the places among verdictFields of those that are text.
var verdictTextPlaces = [5]int{0, 1, 2, 3, 5}

// verdictTexts are the fields of a classification that are text, in the
// order of verdictTextPlaces; the empty text is none.
func verdictTexts(c *alert.Classification) [5]string {
	return [5]string{c.Classifier, c.Version, c.Class, c.Code, c.Band}
}

// schemaMessage gives a schema as the first message of an Arrow stream.
func schemaMessage(schema *arrow.Schema) ([]byte, error) {
	var b bytes.Buffer
	w := ipc.NewWriter(&b, ipc.WithSchema(schema))
	if err := w.Close(); err != nil {
		return nil, err
	}
	const endOfStream = 8
	return b.Bytes()[:b.Len()-endOfStream], nil
}
