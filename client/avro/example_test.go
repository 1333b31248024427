package avro_test

import (
	"bytes"
	"fmt"
	"io"

	"github.com/mwvgroup/pgb/client/avro"
	"github.com/mwvgroup/pgb/client/field"
)

const source = `{"type":"record","name":"source","fields":[
	{"name":"id","type":"long"},
	{"name":"flux","type":["null","float"]},
	{"name":"stamp","type":"bytes"}]}`

func Example() {
	schema, err := avro.ParseSchema([]byte(source))
	if err != nil {
		panic(err)
	}
	var file bytes.Buffer
	w, err := avro.NewWriter(&file, schema, avro.CodecZstandard, nil)
	if err != nil {
		panic(err)
	}
	_ = w.Append([]byte{2, 2, 0xcd, 0xcc, 0xcc, 0x3d, 6, 1, 2, 3})
	_ = w.Append([]byte{4, 0, 0})
	if err := w.Close(); err != nil {
		panic(err)
	}

	var cache avro.Cache
	c, err := avro.OpenContainer(file.Bytes(), &cache)
	if err != nil {
		panic(err)
	}
	// Compiled once, used for every datum of the schema.
	plan, err := avro.NewPlan(c.Schema(), field.Wanted{Scalars: []field.Scalar{{Path: field.Path{"flux"}}}})
	if err != nil {
		panic(err)
	}
	toJSON := avro.NewTranscoder(c.Schema(), []field.Path{{"stamp"}})
	var found field.Projection
	for {
		datum, err := c.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			panic(err)
		}
		text, err := toJSON.AppendJSON(nil, datum)
		if err == nil {
			err = plan.Project(datum, &found)
		}
		if err != nil {
			panic(err)
		}
		fmt.Println(string(text), found.Values[0].IsMissing())
	}
	// Output:
	// {"id":1,"flux":0.1} false
	// {"id":2,"flux":null} true
}
