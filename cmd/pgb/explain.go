package main

import (
	"github.com/mwvgroup/pgb/client"
	"github.com/mwvgroup/pgb/client/registry"
	"github.com/mwvgroup/pgb/cmd/internal/render"
)

// explain prints what each name of a filter is bound to in each topic, and what
// the server could take over.
func explain(a *app, c *client.Client, topics []*registry.Topic, text string) error {
	explanation, err := c.Explain(topics, text)
	if err != nil {
		return err
	}
	if err := a.screen.Print([]byte("filter: " + render.Clean(explanation.Filter) + "\n\n")); err != nil {
		return err
	}
	var rows [][]string
	for _, binding := range explanation.Names {
		for i, topic := range binding.PerTopic {
			name, kind := binding.Column.Name, binding.Column.Kind.String()
			if binding.Column.Unit != "" {
				kind += " [" + binding.Column.Unit + "]"
			}
			if i > 0 {
				name, kind = "", ""
			}
			rows = append(rows, []string{name, kind, topic.Topic, topic.What})
		}
	}
	columns := []render.Column{{Header: "name"}, {Header: "kind"}, {Header: "topic"}, {Header: "is read from"}}
	if err := a.screen.Table(columns, rows); err != nil {
		return err
	}
	server := "nothing: Pub/Sub compares attributes only"
	if explanation.ServerFilter != "" {
		server = "--server-filter '" + explanation.ServerFilter + "'"
	}
	return a.screen.Print([]byte("\nthe server could take over: " + server + "\n"))
}
