package emulator

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	bq "cloud.google.com/go/bigquery"
	"google.golang.org/api/iterator"
	"google.golang.org/api/option"

	"github.com/mwvgroup/pgb/client/archive/bigquery"
	"github.com/mwvgroup/pgb/client/sandbox/sim"
)

// asking gives a client of an emulator.
func asking(t *testing.T, address string) *bq.Client {
	t.Helper()
	client, err := bq.NewClient(t.Context(), payer, option.WithEndpoint(address), option.WithoutAuthentication())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	return client
}

// rowsOf runs a statement and gives its rows, a text each.
func rowsOf(client *bq.Client, statement string, parameters ...bq.QueryParameter) ([]string, error) {
	q := client.Query(statement)
	q.Parameters = parameters
	it, err := q.Read(context.Background())
	if err != nil {
		return nil, err
	}
	var list []string
	for {
		var row []bq.Value
		err := it.Next(&row)
		if errors.Is(err, iterator.Done) {
			return list, nil
		}
		if err != nil {
			return nil, err
		}
		list = append(list, strings.Trim(fmt.Sprint(row), "[]"))
	}
}

func TestTheTablesHoldTheSandbox(t *testing.T) {
	f := fillOf(t, history(t, sim.HistoryOptions{Months: 2, Objects: 8, SpacingDays: 15, NoCutouts: true}))
	for _, name := range []string{"lsst.alerts", "lsst.supernnova", "lsst.upsilon", "lsst.variability", "ztf.alerts", "ztf.SuperNNova", "ztf.tags"} {
		if f.Rows(name) == 0 {
			t.Errorf("%s is empty", name)
		}
	}
	s := start(t, f.Trim())
	client := asking(t, s.Address)
	for statement, want := range map[string]string{
		"select count(*) from `pitt-alert-broker.lsst.supernnova`":                                                                                           fmt.Sprint(f.Rows("lsst.supernnova")),
		"select count(*) from `ardent-cycling-243415.ztf.alerts_v4_02` where candidate.ra is not null and objectId like 'ZTF%'":                              fmt.Sprint(f.Rows("ztf.alerts")),
		"select count(distinct objectId) from `ardent-cycling-243415.ztf.alerts_v4_02` where objectId = 'ZTF21abc'":                                          "1",
		"select logical_and(diaSource.diaSourceId = diaSourceId and diaSource.diaSourceId > 9000000000000000000) from `pitt-alert-broker.lsst.alerts_v11_1`": "true",
		"select count(*) from `pitt-alert-broker.lsst.alerts_v11_1` where kafkaPublishTimestamp < timestamp '2000-01-01'":                                    "0",
		"select count(*) from `pitt-alert-broker.lsst.alerts_v11_1` where healpix9 != healpix29 >> 40":                                                       "0",
		"select logical_or(array_length(prvDiaForcedSources) > 0) from `pitt-alert-broker.lsst.alerts_v11_1`":                                                "true",
		"select count(*) from `pitt-alert-broker.lsst.alerts_v11_1` a, unnest(a.prvDiaSources) p where p.diaSourceId < 9000000000000000000":                  "0",
	} {
		got, err := rowsOf(client, statement)
		if err != nil || len(got) != 1 || got[0] != want {
			t.Errorf("%s\ngives %v, %v, not %s", statement, got, err, want)
		}
	}
	_, err := rowsOf(client, "select objectId from\n`ardent-cycling-243415.ztf.alerts_v4_02` where objectIdd = 'x'")
	if err == nil || !strings.Contains(err.Error(), "objectIdd") {
		t.Errorf("wrong SQL: %v", err)
	}
	wrongSQLTellsThePlace(t, s)
}

// wrongSQLTellsThePlace asks through the archive: its error has line and column.
func wrongSQLTellsThePlace(t *testing.T, s *Server) {
	a, err := bigquery.Open(t.Context(), bigquery.Options{Project: payer, Address: s.Address})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	_, err = a.SQL(t.Context(), "select candid\nfrom `ztf.alerts_v4_02` where candidd = 1", 0)
	if err == nil || !strings.Contains(err.Error(), "candidd") || !strings.Contains(err.Error(), "line 2, column 31") {
		t.Errorf("wrong SQL through the archive: %v", err)
	}
	var wrong *bigquery.QueryError
	if !errors.As(err, &wrong) {
		t.Errorf("it is a %T", err)
	}
}
