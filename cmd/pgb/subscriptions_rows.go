package main

import (
	"time"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/client/format"
	"github.com/mwvgroup/pgb/client/stream/pubsub"
)

// subscriptionColumns are the columns of a list of subscriptions. Those that
// never expire have no expire_seconds.
var subscriptionColumns = []alert.Column{
	{Name: "subscription", Kind: field.Text}, {Name: "group", Kind: field.Text}, {Name: "topic", Kind: field.Text}, {Name: "state", Kind: field.Text},
	{Name: "created", Kind: field.Text}, {Name: "retain_seconds", Unit: "s", Kind: field.Int}, {Name: "retain_done", Kind: field.Bool},
	{Name: "expire_seconds", Unit: "s", Kind: field.Int}, {Name: "delivery", Kind: field.Text},
	{Name: "server_filter", Kind: field.Text}, {Name: "transform", Kind: field.Text},
}

// writeSubscriptions lists subscriptions for programs.
func writeSubscriptions(a *app, name format.Name, all []pubsub.Subscription) error {
	rows := make([][]field.Value, len(all))
	for i, s := range all {
		made := ""
		if !s.Created.IsZero() {
			made = s.Created.UTC().Format(time.RFC3339)
		}
		expire := int64(s.Expire / time.Second)
		if s.Expire == 0 {
			expire = -1
		}
		rows[i] = []field.Value{
			textOf(s.Name), textOf(s.Group), textOf(s.Topic), textOf(stateOf(s)), textOf(made),
			countOf(int64(s.Retain / time.Second)), field.OfBool(s.RetainDone), countOf(expire), textOf(s.Delivery), textOf(s.Filter), textOf(s.Transform),
		}
	}
	return writeList(a, name, subscriptionColumns, rows)
}
