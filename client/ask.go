package client

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/archive"
	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/client/registry"
	"github.com/mwvgroup/pgb/client/sky"
	"github.com/mwvgroup/pgb/client/where"
)

// Ask says what is asked of an archive. [Client.Lookup], [Client.LightCurves]
// and [Client.Classifications] take it.
type Ask struct {
	// IDs are objects or single alerts: "ZTF21abc", "170028485706776685",
	// "LSST:source:170094456272322680", "2004 JQ12".
	IDs []string
	// Cones are places on the sky.
	Cones []sky.Cone
	// List is a list of targets, with what rides along with each of them.
	List *TargetList
	// Near is where the object of the one id is known to be. In the broker's
	// tables it saves most of a lookup's cost.
	Near *sky.Cone
	// Survey keeps one survey, and says whose an id is that does not tell.
	Survey string
	// Since and Until bound the observation (mjd), both included; zero does
	// not.
	Since, Until time.Time
	// Where is a filter, such as `snr > 20 && band == "r"`.
	Where string
	// Fields are the columns of the rows. Default: all generic fields, and
	// separation for cones, and all that rides along with a list of targets,
	// which [AllTargetColumns] names too; "target" is always one of a list's.
	Fields []string
	// Limit ends the answer after so many rows; 0 is no limit.
	Limit int64
	// AllRevisions gives every revision of an alert instead of the newest.
	AllRevisions bool
	// Whole reads the messages with their bodies, for outputs that write them.
	Whole bool
	// Classifications gives each row of a lookup the list of all that its own
	// message says of classes. The broker's tables of alerts hold none: there
	// the lists are empty.
	Classifications bool
	// MaxBytes bounds what BigQuery may bill for the whole answer; 0 is the
	// client's bound.
	MaxBytes int64
}

// ErrNothingAsked says that an Ask names no object and no place.
var ErrNothingAsked = errors.New("nothing to look up: no id and no position")

// asked is an Ask that was checked.
type asked struct {
	Ask
	archive archive.Archive
	query   archive.Query
	filter  *where.Expr
	// names of the query's targets, and what rides along with them; nil where
	// rows do not say which target they belong to
	list *TargetList
}

// check finds what is wrong with an Ask, before an archive is opened. resolve
// tells the column of a name.
func (c *Client) check(a Ask, resolve func(name string) (alert.Column, error)) (*asked, error) {
	k := &asked{Ask: a, list: a.List}
	if err := c.addTargets(k); err != nil {
		return nil, err
	}
	return k, c.checkRows(k, resolve)
}

// checkRows finds what is wrong with an Ask but for its targets.
func (c *Client) checkRows(k *asked, resolve func(name string) (alert.Column, error)) error {
	a := k.Ask
	if a.Survey != "" && c.registry.Surveys[a.Survey] == nil {
		return &registry.UnknownError{What: "survey", Name: a.Survey, Near: registry.Near(a.Survey, names(c.registry.Surveys))}
	}
	for _, name := range a.Fields {
		if _, err := resolve(name); err != nil {
			return &FieldError{Err: err}
		}
	}
	if strings.TrimSpace(a.Where) != "" {
		expr, err := where.Parse(a.Where)
		if err != nil {
			return err
		}
		err = expr.Check(func(name string) (field.Kind, error) {
			column, err := resolve(name)
			return column.Kind, err
		})
		if err != nil {
			return err
		}
		k.filter = expr
	}
	k.query.Survey, k.query.Since, k.query.Until = a.Survey, a.Since, a.Until
	k.query.AllRevisions, k.query.Whole, k.query.MaxBytes = a.AllRevisions, a.Whole, a.MaxBytes
	return nil
}

func names[V any](m map[string]V) []string {
	var list []string
	for name := range m {
		list = append(list, name)
	}
	slices.Sort(list)
	return list
}

// addTargets makes the query's targets.
func (c *Client) addTargets(k *asked) error {
	for _, text := range k.IDs {
		id, err := c.registry.ParseID(text, k.Survey)
		if err != nil {
			return err
		}
		k.query.Targets = append(k.query.Targets, archive.Target{ID: id})
	}
	for i := range k.Cones {
		k.query.Targets = append(k.query.Targets, archive.Target{Cone: &k.Cones[i]})
	}
	if k.Near != nil {
		if len(k.query.Targets) != 1 || k.query.Targets[0].Cone != nil || k.list != nil {
			return errors.New("a place to look near goes with one id")
		}
		k.query.Targets[0].Cone = k.Near
	}
	if k.list != nil {
		if len(k.query.Targets) > 0 {
			return errors.New("a list of targets and targets beside it exclude each other")
		}
		for _, t := range k.list.Targets {
			target := archive.Target{ID: t.ID}
			if k.list.Radius > 0 && t.Position != nil {
				target = archive.Target{Cone: &sky.Cone{Center: *t.Position, Radius: k.list.Radius}}
			}
			k.query.Targets = append(k.query.Targets, target)
		}
		return nil
	}
	if len(k.query.Targets) == 0 {
		return ErrNothingAsked
	}
	return nil
}

// open opens the client's archive for a question.
func (k *asked) open(ctx context.Context, c *Client) error {
	var err error
	k.archive, err = c.Archive(ctx)
	return err
}
