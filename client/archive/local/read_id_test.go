package local

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/mwvgroup/pgb/client/archive"
	"github.com/mwvgroup/pgb/client/registry"
	"github.com/mwvgroup/pgb/client/sandbox/sim"
)

// said are the answers to a question, as the objects that they are of.
func said(t *testing.T, a *Archive, q archive.Query) (alerts, curves, verdicts []string) {
	t.Helper()
	q.Names = []string{"object_id"}
	for hits, err := range a.Alerts(context.Background(), q) {
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range hits {
			alerts = append(alerts, h.Message.Row().Values[0].String())
		}
	}
	for curve, err := range a.LightCurves(context.Background(), q) {
		if err != nil {
			t.Fatal(err)
		}
		curves = append(curves, curve.ObjectID)
	}
	for v, err := range a.Classifications(context.Background(), q) {
		if err != nil {
			t.Fatal(err)
		}
		verdicts = append(verdicts, v.ObjectID)
	}
	return alerts, curves, verdicts
}

func TestABareCandidIsFoundThoughItsDigitsLookLikeAnLSSTObject(t *testing.T) {
	t.Parallel()
	a := blank(t)
	put(t, a, SinkOptions{}, packets(t, "ztf-alerts", "ztf/ZTF21abiuvdk/*")...)
	candid := dump(t, a, "SELECT DISTINCT source_id FROM alerts ORDER BY 1 LIMIT 1")
	candid = strings.Trim(candid, "\" \n")
	for _, c := range []struct {
		text, survey, wanted string
		found                bool
	}{
		{candid, "", "", true}, {candid, "", "ztf", true}, {candid, "ztf", "", true}, {"ZTF:" + candid, "", "", true},
		{candid, "", "lsst", false}, {candid, "lsst", "", false}, {"LSST:" + candid, "", "", false}, {"LSST:dia:" + candid, "", "", false},
	} {
		id, err := registry.Default().ParseID(c.text, c.survey)
		if err != nil {
			t.Fatal(err)
		}
		q := archive.Query{Targets: []archive.Target{{ID: id}}, Survey: c.wanted}
		alerts, curves, verdicts := said(t, a, q)
		if (len(alerts) == 1 && alerts[0] == "ZTF21abiuvdk") != c.found || (len(curves) == 1) != c.found {
			t.Errorf("%q of %q, wanted %q: alerts %q, light curves %q", c.text, c.survey, c.wanted, alerts, curves)
		}
		if len(verdicts) > 0 {
			t.Errorf("%q is classified: %q", c.text, verdicts)
		}
		plan, err := a.Plan(context.Background(), archive.Alerts, q)
		if err != nil {
			t.Fatal(err)
		}
		last := plan.Statements[len(plan.Statements)-1]
		isSource := len(last.Parameters) > 1 && last.Parameters[0].Name == ":source" && last.Parameters[1].Value == c.wanted
		if id.MaybeAlert && !id.Named && !isSource {
			t.Errorf("%q: the plan ends with %+v", c.text, last)
		}
	}
}

func TestABareCandidIsClassifiedAsItsAlert(t *testing.T) {
	t.Parallel()
	a := blank(t)
	put(t, a, SinkOptions{}, simulated(t, 20, sim.Options{Objects: 20, Surveys: []string{sim.SurveyZTF}})...)
	candid := strings.Trim(dump(t, a, "SELECT source_id FROM classifications LIMIT 1"), "\" \n")
	q := archive.Query{Targets: []archive.Target{{ID: registry.ID{Text: candid, Survey: "lsst", MaybeAlert: true}}}}
	if alerts, _, verdicts := said(t, a, q); len(verdicts) == 0 || len(alerts) != 1 {
		t.Errorf("%s: alerts %q, verdicts %q", candid, alerts, verdicts)
	}
}

func TestNoTargetsHaveNoAnswer(t *testing.T) {
	t.Parallel()
	a := filled(t)
	if alerts, curves, verdicts := said(t, a, archive.Query{}); len(alerts)+len(curves)+len(verdicts) > 0 {
		t.Errorf("%q, %q, %q", alerts, curves, verdicts)
	}
	for _, what := range []archive.Answer{archive.Alerts, archive.LightCurves, archive.Classifications, archive.Objects} {
		if plan, err := a.Plan(context.Background(), what, archive.Query{Since: time.Unix(1, 0)}); err != nil || len(plan.Statements) > 0 {
			t.Errorf("%s: %+v, %v", what, plan, err)
		}
	}
}
