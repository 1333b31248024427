package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/mwvgroup/pgb/client"
	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/registry"
	"github.com/mwvgroup/pgb/client/stream"
	"github.com/mwvgroup/pgb/client/where"
	"github.com/mwvgroup/pgb/cmd/internal/render"
)

// mostNamed is how many ids that were not found are named.
const mostNamed = 5

// sayNotFound names the ids of the command line that nothing was found for, and
// says what they may have meant. How the answer ended is given through.
func (f *askFlags) sayNotFound(a *app, ctx context.Context, c *client.Client, n readable, ids []string, ended error) error {
	if ended != nil && !errors.Is(ended, errEmpty) || f.dryRun || f.explain || f.cut || len(ids) == 0 {
		return ended
	}
	left := n.Unmatched()
	for i, at := range left {
		if i == mostNamed {
			a.screen.Note(fmt.Sprintf("and %d more", len(left)-mostNamed))
			break
		}
		if len(ids) > 1 {
			a.screen.Note("not found: " + render.Clean(ids[at]) + f.restricted())
		}
		hint, err := f.mayHaveMeant(ctx, c, ids[at])
		if err != nil {
			return err
		}
		if hint != "" {
			a.screen.Note("hint: " + hint)
		}
	}
	return ended
}

// restricted says which flags the rows of an answer had to pass.
func (f *askFlags) restricted() string {
	var flags []string
	for _, flag := range []struct{ name, value string }{{"--since", f.since}, {"--until", f.until}, {"--where", f.where}} {
		if flag.value != "" {
			flags = append(flags, flag.name)
		}
	}
	if len(flags) == 0 {
		return ""
	}
	return " that passes " + strings.Join(flags, " and ")
}

// mayHaveMeant says what an id that nothing was found for may have meant; empty
// where that is not known, or where the object is there.
func (f *askFlags) mayHaveMeant(ctx context.Context, c *client.Client, text string) (string, error) {
	id, err := c.Registry().ParseID(text, strings.ToLower(f.survey))
	if err != nil || id.Alert {
		return "", err
	}
	from, err := c.Archive(ctx)
	if err != nil {
		return "", err
	}
	here, isLocal := from.(localArchive)
	if !isLocal {
		return f.mayHaveMeantThere(id), nil
	}
	first, err := here.Find(ctx, id.Survey, id.Text, 1)
	if err != nil || len(first) > 0 && first[0].ID == id.Text {
		return "", err
	}
	if len(first) > 0 && id.Prefix {
		return render.Clean(id.Text) + " is the beginning of longer ids: pgb lookup " + render.Clean(id.Text) + " lists them", nil
	}
	near, err := here.Near(ctx, id.Text, 3)
	if err != nil || len(near) == 0 {
		return "", err
	}
	var names []string
	for _, object := range near {
		names = append(names, object.ID)
	}
	return "did you mean " + orList(names) + "?", nil
}

// mayHaveMeantThere is for an archive that bills what is asked: it is not.
func (f *askFlags) mayHaveMeantThere(id registry.ID) string {
	switch {
	case f.restricted() != "":
		return ""
	case id.Prefix:
		return "it may be the beginning of longer ids: pgb lookup " + render.Clean(id.Text) + " --prefix lists those, at the price of a whole column (--dry-run says how much)"
	case id.MaybeAlert:
		return "it was taken for an object: LSST:source:" + id.Text + " or ZTF:candid:" + id.Text + " is a single alert"
	}
	return ""
}

// classColumns are those that classifiers fill.
var classColumns = []string{"classifier", "classifier_version", "class", "prob"}

// ofClass says whether a column tells what a classifier said.
func ofClass(name string) bool {
	return slices.Contains(classColumns, name) || strings.HasPrefix(name, "p(")
}

// classWatch notes whether any row has what a classifier said.
type classWatch struct {
	stream.Sink
	columns []int // of the rows, that tell it
	lists   bool  // the list of all of them is written
	seen    bool
}

// watchClasses watches the columns that --fields names.
func (f *askFlags) watchClasses(n readable, out stream.Sink) *classWatch {
	w := &classWatch{Sink: out}
	_, w.lists = f.columns()
	if f.fields != "" {
		for i, column := range n.Columns() {
			if ofClass(column.Name) {
				w.columns = append(w.columns, i)
			}
		}
	}
	return w
}

// Put looks on the way.
func (w *classWatch) Put(ctx context.Context, batch []*alert.Message) error {
	for _, m := range batch {
		if w.seen {
			break
		}
		row := m.Row()
		w.seen = w.lists && len(row.Classifications) > 0 || slices.ContainsFunc(w.columns, func(i int) bool { return !row.Values[i].IsMissing() })
	}
	return w.Sink.Put(ctx, batch)
}

// sayClasses says where classifications are, where a lookup was asked for them
// and had none.
func (f *askFlags) sayClasses(a *app, w *classWatch, rows int64) {
	asked := w.lists || len(w.columns) > 0
	if rows == 0 && f.where != "" {
		expr, err := where.Parse(f.where)
		asked = asked || err == nil && slices.ContainsFunc(expr.Names(), ofClass)
	}
	if !asked || w.seen {
		return
	}
	id := "ID"
	if len(f.ids) == 1 {
		id = render.Clean(f.ids[0])
	}
	hint := "hint: a lookup shows the alert itself; what classifiers said of it: pgb classifications " + id
	if !f.allRevisions {
		hint += " (or --all-revisions)"
	}
	a.screen.Note(hint)
}
