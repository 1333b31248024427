package main

import (
	"context"

	"github.com/mwvgroup/pgb/client"
	"github.com/mwvgroup/pgb/client/format"
	"github.com/mwvgroup/pgb/cmd/internal/render"
)

// mostObjects is how many objects a prefix lists where -n does not say.
const mostObjects = 1000

// objectOrder is the order in which a narrow table keeps the columns of a list of
// objects.
var objectOrder = []string{"object_id", "last_mjd", "alerts", "ra", "dec", "survey"}

// maybeList says whether an id may be the beginning of others, and asks for the
// list of those: objects is nil where it is not. Nothing was asked yet.
func (f *lookupFlags) maybeList(ctx context.Context, c *client.Client, ids []string, ask client.Ask) (objects *client.Answer, err error) {
	if len(ids) != 1 {
		return nil, nil
	}
	text := ids[0]
	if !f.prefix {
		id, err := c.Registry().ParseID(text, ask.Survey)
		if err != nil || !id.Prefix {
			return nil, err
		}
		text = id.Text
	}
	if ask.Limit == 0 {
		ask.Limit = mostObjects
	}
	return c.Objects(ctx, text, ask)
}

// onlyBegins says whether an id that may be incomplete names no object of the
// local archive, but is the beginning of some that are there. Other archives are
// not asked: it costs there.
func onlyBegins(ctx context.Context, c *client.Client, survey, text string) (bool, error) {
	from, err := c.Archive(ctx)
	if err != nil {
		return false, err
	}
	if _, free := from.(localArchive); !free {
		return false, nil
	}
	id, err := c.Registry().ParseID(text, survey)
	if err != nil {
		return false, err
	}
	first, err := from.Find(ctx, id.Survey, id.Text, 1)
	return len(first) == 1 && first[0].ID != id.Text, err
}

// listObjects lists the objects whose ids begin with a text.
func (f *lookupFlags) listObjects(a *app, ctx context.Context, n *client.Answer, name format.Name, prefix string) error {
	switch {
	case name == format.Avro || name == format.Raw || f.full:
		return usage([]string{"-f csv, -f jsonl"}, "%s is the beginning of ids: a list of objects holds no alerts for %s", prefix, name)
	case f.near != "" || f.allRevisions:
		return usage([]string{"leave it out, or give the whole id"}, "%s is the beginning of ids: --near and --all-revisions go with a whole one", prefix)
	}
	if !f.dryRun && !f.explain {
		text := "objects whose ids begin with " + render.Clean(prefix)
		if f.limit == 0 {
			text += ", at most " + render.Count(mostObjects) + " (-n gives another number)"
			f.limit = mostObjects
		}
		a.screen.Note(text + ":")
	}
	return f.run(a, ctx, n, name, inOrder(objectOrder))
}
