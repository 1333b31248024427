package client

import (
	"errors"
	"slices"
	"strings"
	"sync"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/client/format"
	"github.com/mwvgroup/pgb/client/registry"
	"github.com/mwvgroup/pgb/client/where"
)

// checkWhere parses a filter and checks its names and types against topics.
func (c *Client) checkWhere(topics []*registry.Topic, text string) (*where.Expr, error) {
	return checkWhere(c.reader, topics, text)
}

func checkWhere(reader *alert.Reader, topics []*registry.Topic, text string) (*where.Expr, error) {
	expr, err := where.Parse(text)
	if err != nil {
		return nil, err
	}
	err = expr.Check(func(name string) (field.Kind, error) {
		binding, err := reader.Resolve(topics, name)
		if err != nil {
			return field.Missing, err
		}
		return binding.Column.Kind, nil
	})
	return expr, err
}

// Filter is a filter that reads for itself what it needs of a message. It is safe
// for concurrent use.
type Filter struct {
	text string
	view *alert.View
	pass *where.Filter
	rows sync.Pool
}

// Filter compiles a filter for the stream's messages, beside the one that the
// stream has; an empty text passes all. The error of a text that can't be right
// is a [*where.Error].
func (s *Stream) Filter(text string) (*Filter, error) {
	f := &Filter{}
	if strings.TrimSpace(text) == "" {
		return f, nil
	}
	expr, err := checkWhere(s.reader, s.topics, text)
	if err != nil {
		return nil, err
	}
	names := expr.Names()
	if f.view, err = s.reader.View(s.topics, names); err != nil {
		return nil, err
	}
	f.text = expr.String()
	f.pass = expr.Bind(func(name string) int { return slices.Index(names, name) })
	return f, nil
}

// String gives the filter as it was understood, empty for none.
func (f *Filter) String() string { return f.text }

// Pass says whether a message is wanted. One that can't be decoded is not.
func (f *Filter) Pass(m *alert.Message) bool {
	if f.pass == nil {
		return true
	}
	row, _ := f.rows.Get().(*alert.Row)
	if row == nil {
		row = &alert.Row{}
	}
	defer f.rows.Put(row)
	return f.view.Read(m, row) == nil && f.pass.Pass(row.Values)
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
	var unknownFormat *format.UnknownError
	if errors.As(err, &unknownFormat) {
		return unknownFormat.Near
	}
	return nil
}
