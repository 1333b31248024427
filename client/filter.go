package client

import (
	"errors"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/client/registry"
	"github.com/mwvgroup/pgb/client/where"
)

// checkWhere parses a filter and checks its names and types against topics.
func (c *Client) checkWhere(topics []*registry.Topic, text string) (*where.Expr, error) {
	expr, err := where.Parse(text)
	if err != nil {
		return nil, err
	}
	err = expr.Check(func(name string) (field.Kind, error) {
		binding, err := c.reader.Resolve(topics, name)
		if err != nil {
			return field.Missing, err
		}
		return binding.Column.Kind, nil
	})
	return expr, err
}

// Explanation says what a filter does in the streams it is for.
type Explanation struct {
	// Filter is the filter as it was understood.
	Filter string
	// Names are the names in it and what each is bound to, topic by topic.
	Names []alert.Binding
	// ServerFilter is the part that Pub/Sub could take over, in its own
	// language; empty where there is none.
	ServerFilter string
}

// Explain says what the names of a filter are bound to in each topic, and which
// part of it the server could take over.
func (c *Client) Explain(topics []*registry.Topic, text string) (Explanation, error) {
	expr, err := c.checkWhere(topics, text)
	if err != nil {
		return Explanation{}, err
	}
	explanation := Explanation{Filter: expr.String()}
	explanation.ServerFilter, _ = expr.ServerFilter(attribute)
	for _, name := range expr.Names() {
		binding, err := c.reader.Resolve(topics, name)
		if err != nil {
			return Explanation{}, err
		}
		explanation.Names = append(explanation.Names, binding)
	}
	return explanation, nil
}

// attribute says which column Pub/Sub can filter on: an attribute of the message.
func attribute(column string) (where.ServerAttribute, bool) {
	key, ok := alert.AttributeName(column)
	return where.ServerAttribute{Name: key, Missing: []string{alert.NoAttribute}}, ok
}

// NearNames gives the names that an unknown one may have meant.
func NearNames(err error) []string {
	var filter *where.Error
	if errors.As(err, &filter) && len(filter.Near) > 0 {
		return filter.Near
	}
	var unknownField *alert.UnknownFieldError
	if errors.As(err, &unknownField) {
		return unknownField.Near
	}
	var unknown *registry.UnknownError
	if errors.As(err, &unknown) {
		return unknown.Near
	}
	return nil
}
