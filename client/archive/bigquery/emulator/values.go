package emulator

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/mwvgroup/pgb/client/registry"
)

// object reads a JSON object with its numbers as they are written; nil for null.
func object(text []byte) (map[string]any, error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var made map[string]any
	return made, decoder.Decode(&made)
}

// number reads a number of any form.
func number(v any) (float64, error) {
	switch v := v.(type) {
	case json.Number:
		return v.Float64()
	case float64:
		return v, nil
	case string:
		return strconv.ParseFloat(v, 64)
	}
	return 0, fmt.Errorf("%v is not a number", v)
}

// record gives the values of a row by column; fields that the table does not
// have are dropped, as the broker's subscription drops them.
func record(columns []registry.TableColumn, row map[string]any) (map[string]any, error) {
	made := make(map[string]any, len(columns))
	for i := range columns {
		c := &columns[i]
		v, err := column(c, row[c.Own()])
		if err != nil {
			return nil, fmt.Errorf("column %s: %w", c.Name, err)
		}
		if v == nil && c.Mode == registry.ModeRequired {
			return nil, fmt.Errorf("column %s: no value", c.Name)
		}
		made[c.Name] = v
	}
	return made, nil
}

func column(c *registry.TableColumn, v any) (any, error) {
	if c.Mode != registry.ModeRepeated {
		return scalar(c, v)
	}
	items, _ := v.([]any)
	list := make([]any, 0, len(items)) // a null list is written as an empty one
	for _, item := range items {
		one, err := scalar(c, item)
		if err != nil {
			return nil, err
		}
		list = append(list, one)
	}
	return list, nil
}

func scalar(c *registry.TableColumn, v any) (any, error) {
	if v == nil {
		return nil, nil
	}
	switch c.Type {
	case "RECORD":
		return structOf(c, v)
	case "INTEGER":
		return integer(v)
	case "FLOAT":
		return float(c, v)
	case "TIMESTAMP":
		return timestamp(c, v)
	case "BOOLEAN":
		if b, ok := v.(bool); ok {
			return b, nil
		}
	case "STRING":
		if text, ok := v.(string); ok {
			return text, nil
		}
	}
	return nil, fmt.Errorf("%v is no %s", v, c.Type)
}

// structOf gives a record as the emulator takes it: its fields in their order.
func structOf(c *registry.TableColumn, v any) (any, error) {
	inner, ok := v.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("%v is no record", v)
	}
	values, err := record(c.Fields, inner)
	if err != nil {
		return nil, err
	}
	fields := make([]map[string]any, len(c.Fields))
	for i := range c.Fields {
		fields[i] = map[string]any{c.Fields[i].Name: values[c.Fields[i].Name]}
	}
	return fields, nil
}

// integer reads one exactly; the broker's attributes say None for none.
func integer(v any) (any, error) {
	switch v := v.(type) {
	case json.Number:
		return strconv.ParseInt(v.String(), 10, 64)
	case int64:
		return v, nil
	case string:
		if v == "None" {
			return nil, nil
		}
		return strconv.ParseInt(v, 10, 64)
	}
	return nil, fmt.Errorf("%v is not a whole number", v)
}

// float reads a number. The broker decodes packets with Python, which widens
// 32-bit floats to 64 bits: 0.1 becomes 0.10000000149011612.
func float(c *registry.TableColumn, v any) (any, error) {
	f, err := number(v)
	if err != nil || math.IsNaN(f) || math.IsInf(f, 0) {
		return nil, err
	}
	if c.Single {
		f = float64(float32(f))
	}
	return f, nil
}

func timestamp(c *registry.TableColumn, v any) (any, error) {
	if at, ok := v.(time.Time); ok {
		return at, nil
	}
	if c.Form == registry.FormSeconds {
		seconds, err := number(v)
		if err != nil {
			return nil, err
		}
		return time.UnixMicro(int64(math.Round(seconds * 1e6))).UTC(), nil
	}
	text, _ := v.(string)
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return nil, err
	}
	return at.UTC(), nil
}
