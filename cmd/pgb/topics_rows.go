package main

import (
	"strings"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/client/format"
	"github.com/mwvgroup/pgb/client/registry"
)

// topicColumns are the columns of a list of topics and groups, topicFieldColumns
// those of a list of what topics carry.
var (
	topicColumns = []alert.Column{
		{Name: "topic", Kind: field.Text}, {Name: "survey", Kind: field.Text}, {Name: "access", Kind: field.Text},
		{Name: "per_night", Kind: field.Int}, {Name: "message_bytes", Kind: field.Int},
		{Name: "classifiers", Kind: field.Text}, {Name: "members", Kind: field.Text}, {Name: "doc", Kind: field.Text},
	}
	topicFieldColumns = []alert.Column{
		{Name: "topic", Kind: field.Text}, {Name: "field", Kind: field.Text}, {Name: "kind", Kind: field.Text},
		{Name: "unit", Kind: field.Text}, {Name: "doc", Kind: field.Text},
	}
)

// writeTopics lists topics and groups for programs. A group is a row with its
// members.
func writeTopics(a *app, reg *registry.Registry, name format.Name, all bool) error {
	var rows [][]field.Value
	for _, topic := range sortedNames(reg.Topics) {
		t := reg.Topics[topic]
		if t.Access == "internal" && !all {
			continue
		}
		rows = append(rows, []field.Value{
			textOf(topic), textOf(t.Survey), textOf(t.Access), expected(t.PerNight), expected(t.Bytes),
			textOf(strings.Join(classifiersOf(reg, t), ", ")), {}, textOf(t.Doc),
		})
	}
	for _, group := range sortedNames(reg.Groups) {
		g := reg.Groups[group]
		rows = append(rows, []field.Value{textOf(group), {}, {}, {}, {}, {}, textOf(strings.Join(g.Topics, ", ")), textOf(g.Doc)})
	}
	return writeList(a, name, topicColumns, rows)
}

// writeTopicFields lists what the topics of a name carry for programs.
func writeTopicFields(a *app, reg *registry.Registry, name format.Name, topics []*registry.Topic) error {
	var rows [][]field.Value
	for _, topic := range topics {
		fields, err := reg.Fields(topic)
		if err != nil {
			return err
		}
		for _, f := range fields {
			rows = append(rows, []field.Value{textOf(topic.Name), textOf(f.Path), textOf(f.Kind), textOf(f.Unit), textOf(f.Doc)})
		}
	}
	return writeList(a, name, topicFieldColumns, rows)
}

// expected gives a number that is expected, missing where it is not known.
func expected(n float64) field.Value {
	if n <= 0 {
		return field.Value{}
	}
	return field.OfInt(int64(n))
}
