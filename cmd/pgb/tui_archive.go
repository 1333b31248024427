package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/mwvgroup/pgb/client"
	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/archive"
	"github.com/mwvgroup/pgb/client/registry"
	"github.com/mwvgroup/pgb/client/sky"
	"github.com/mwvgroup/pgb/cmd/internal/render"
	"github.com/mwvgroup/pgb/tui"
	"github.com/mwvgroup/pgb/tui/classes"
)

// viewedArchive is the archive that the viewer asks. It is opened when it is
// asked first.
type viewedArchive struct {
	client  *client.Client
	sandbox bool // its own archive is asked
}

// Name names the archive without opening it.
func (v *viewedArchive) Name() string {
	switch {
	case v.client.AsksBigQuery():
		return "BigQuery"
	case v.sandbox:
		return "the sandbox's archive"
	}
	return "the local archive"
}

// Free says whether asking costs nothing.
func (v *viewedArchive) Free() bool { return !v.client.AsksBigQuery() }

// Find looks up an id or a position.
func (v *viewedArchive) Find(ctx context.Context, text string, most int) (tui.Found, error) {
	ask := client.Ask{Limit: int64(most) + 1, Whole: v.Free()}
	var found tui.Found
	cone, sized, notCone := sky.ParseCone(strings.Fields(text), client.DefaultRadius)
	var id registry.ID
	if notCone == nil {
		ask.Cones = []sky.Cone{cone}
		ask.Fields = append([]string{client.Separation}, alert.DefaultColumns()...)
		found.Title = "within " + cone.Radius.String() + " of " + cone.Center.Sexagesimal(1)
		if !sized {
			found.Notes = append(found.Notes, "no radius given: "+client.DefaultRadius.String())
		}
	} else {
		var err error
		if id, err = v.client.Registry().ParseID(text, ""); err != nil {
			return found, notFoundBy(text, err, notCone)
		}
		ask.IDs = []string{text}
		found.Title = id.Text
	}
	n, err := v.client.Lookup(ctx, ask)
	if err != nil {
		return found, err
	}
	if err := gather(ctx, n, most, &found); err != nil || len(found.Messages) > 0 || notCone == nil {
		return found, err
	}
	return v.beginning(ctx, id, most, found)
}

// notFoundBy says why a text is neither an id nor a position: of the two what it
// looks more like.
func notFoundBy(text string, noID, noPosition error) error {
	if len(strings.Fields(text)) > 1 && strings.ContainsAny(text[:1], "0123456789+-") {
		return noPosition
	}
	return noID
}

// gather reads an answer of at most so many rows.
func gather(ctx context.Context, n *client.Answer, most int, found *tui.Found) error {
	found.Columns = n.Columns()
	for m, err := range n.Messages(ctx) {
		if err != nil {
			return err
		}
		if len(found.Messages) == most {
			found.More = true
			break
		}
		found.Messages = append(found.Messages, m)
	}
	return nil
}

// beginning lists the objects whose ids begin so, where nothing else was found,
// or says which ids are near. Only an archive on this machine is asked for that.
func (v *viewedArchive) beginning(ctx context.Context, id registry.ID, most int, found tui.Found) (tui.Found, error) {
	if !v.Free() {
		return found, nil
	}
	if id.Prefix {
		n, err := v.client.Objects(ctx, id.Text, client.Ask{Survey: id.Survey, Limit: int64(most) + 1})
		if err != nil {
			return found, err
		}
		if err := gather(ctx, n, most, &found); err != nil || len(found.Messages) > 0 {
			found.Title = "objects whose ids begin with " + id.Text
			return found, err
		}
	}
	hint, err := (&askFlags{}).mayHaveMeant(ctx, v.client, id.Given)
	if err == nil && hint != "" {
		found.Notes = append(found.Notes, hint)
	}
	return found, err
}

// LightCurve gives all epochs of an object; none where there is no archive yet.
func (v *viewedArchive) LightCurve(ctx context.Context, survey, objectID string) ([]alert.Point, error) {
	n, err := v.client.LightCurves(ctx, client.Ask{IDs: []string{objectID}, Survey: survey})
	if err != nil {
		return nil, unlessNone(err)
	}
	for curve, err := range n.Curves(ctx) {
		return curve.Points, err
	}
	return nil, nil
}

// Classifications gives what classifiers have said of an object.
func (v *viewedArchive) Classifications(ctx context.Context, survey, objectID string) ([]classes.Verdict, error) {
	id, err := v.client.Registry().ParseID(objectID, survey)
	if err != nil {
		return nil, err
	}
	from, err := v.client.Archive(ctx)
	if err != nil {
		return nil, unlessNone(err)
	}
	var verdicts []classes.Verdict
	for verdict, err := range from.Classifications(ctx, archive.Query{Targets: []archive.Target{{ID: id}}, Survey: survey}) {
		if err != nil {
			return nil, err
		}
		verdicts = append(verdicts, classes.Verdict{Classification: verdict.Classification, Topic: verdict.Topic, MJD: verdict.MJD})
	}
	return verdicts, nil
}

// unlessNone drops the error that there is no archive yet: nothing is known then.
func unlessNone(err error) error {
	if errors.Is(err, client.ErrNoArchive) {
		return nil
	}
	return err
}

// Whole gives an alert that was found with its body.
func (v *viewedArchive) Whole(ctx context.Context, m *alert.Message) (*alert.Message, error) {
	row := m.Row()
	if row == nil || len(m.Body) > 0 {
		return m, nil
	}
	survey, source := row.Get("survey").String(), row.Get("source_id").String()
	text, err := alertName(survey, source)
	if err != nil {
		return nil, err
	}
	n, err := v.client.Lookup(ctx, client.Ask{IDs: []string{text}, Whole: true, Limit: 1})
	if err != nil {
		return nil, err
	}
	for whole, err := range n.Messages(ctx) {
		return whole, err
	}
	return nil, fmt.Errorf("%s is not in %s any more", render.Clean(text), v.Name())
}

// alertName gives the name by which a single alert is looked up.
func alertName(survey, source string) (string, error) {
	switch {
	case source == "":
	case survey == "lsst":
		return "LSST:source:" + source, nil
	case survey == "ztf":
		return "ZTF:candid:" + source, nil
	}
	return "", errors.New("this alert can't be looked up by itself")
}
