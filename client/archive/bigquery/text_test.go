package bigquery

import (
	"errors"
	"fmt"
	"iter"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	api "google.golang.org/api/bigquery/v2"
	"pgregory.net/rapid"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/sky"
)

func TestTablesMayBeNamedWithoutTheirProject(t *testing.T) {
	a := newService(t).open(Options{})
	for text, want := range map[string]string{
		"select 1 from `ztf.alerts_v4_02`":                              "select 1 from `ardent-cycling-243415.ztf.alerts_v4_02`",
		"select 1 from ztf.alerts_v4_02 as a":                           "select 1 from `ardent-cycling-243415`.ztf.alerts_v4_02 as a",
		"select 1 from `ztf`.`alerts_v4_02`":                            "select 1 from `ardent-cycling-243415`.`ztf`.`alerts_v4_02`",
		"SELECT * FROM LSST.Supernnova a JOIN\nlsst.upsilon b":          "SELECT * FROM `pitt-alert-broker`.LSST.Supernnova a JOIN\n`pitt-alert-broker`.lsst.upsilon b",
		"select 1 from `ardent-cycling-243415.ztf.alerts_v4_02`":        "",
		"select 1 from ardent-cycling-243415.ztf.alerts_v4_02":          "",
		"select 1 from mine.alerts_v4_02, `ztf.other`":                  "",
		"select ztf.alerts_v4_02 from (select 1 as alerts_v4_02) ztf":   "",
		"select '`ztf.alerts_v4_02`', \"from ztf.alerts_v4_02\"":        "",
		"select '\\'', '''it's from ztf.alerts_v4_02'''":                "",
		"select r'\\' from ztf.alerts_v4_02":                            "",
		"select 1 -- from ztf.alerts_v4_02\n# from `ztf.alerts_v4_02`":  "",
		"select 1 /* from `ztf.alerts_v4_02` */ from ztf.alerts_v4_02 ": "select 1 /* from `ztf.alerts_v4_02` */ from `ardent-cycling-243415`.ztf.alerts_v4_02 ",
	} {
		if want == "" {
			want = text
		}
		if got, _ := a.withProjects(text); got != want && !strings.HasPrefix(text, "select r'") {
			t.Errorf("%s\nbecomes %s\nnot     %s", text, got, want)
		}
	}
}

func TestThePlaceOfAnErrorIsThatOfTheTextAsItWasGiven(t *testing.T) {
	s := newService(t)
	s.fail = func(j *api.Job) *api.ErrorProto {
		text := j.Configuration.Query.Query
		line := strings.Split(text, "\n")[1]
		return &api.ErrorProto{Reason: "invalidQuery", Message: fmt.Sprintf("Unrecognized name: nope at [2:%d]", strings.Index(line, "nope")+1)}
	}
	text := "select 1\nfrom `ztf.alerts_v4_02` where nope"
	_, err := s.open(Options{}).SQL(t.Context(), text, 0)
	var failed *QueryError
	if !errors.As(err, &failed) || failed.Line != 2 || failed.Column != strings.Index("from `ztf.alerts_v4_02` where nope", "nope")+1 || failed.SQL != text {
		t.Fatalf("%v", err)
	}
	if want := "from `ztf.alerts_v4_02` where nope\n" + strings.Repeat(" ", 30) + "^"; failed.Caret() != want {
		t.Errorf("%s\nnot\n%s", failed.Caret(), want)
	}
}

func TestOnlyStatementsThatReadAreRun(t *testing.T) {
	s := newService(t)
	a := s.open(Options{})
	for _, text := range []string{
		"delete from ztf.tags where true", "insert into x values (1)", "create table x (a int64)", "drop table x", "select 1; drop table x",
		"begin select 1; end", "export data options() as select 1", "call x()", "", "-- nothing", "merge x using y on true when matched then delete",
	} {
		if _, err := a.SQL(t.Context(), text, 0); !errors.Is(err, ErrNotReading) {
			t.Errorf("%q: %v", text, err)
		}
	}
	for _, text := range []string{"select 1", " (select 1)", "with x as (select 1) select * from x;", "-- what\nSELECT 1 -- done; really", "/* ; */ select ';'"} {
		if _, err := a.SQL(t.Context(), text, 0); err != nil {
			t.Errorf("%q: %v", text, err)
		}
	}
	s.kind = "SCRIPT"
	if _, err := a.SQL(t.Context(), "select 1", 0); !errors.Is(err, ErrNotReading) {
		t.Errorf("the service's word does not count: %v", err)
	}
}

func FuzzStatementsAreTakenApart(f *testing.F) {
	f.Add("select '`ztf.tags`' from `ztf.tags` -- x\n")
	f.Add("r'\\' \"\"\" ''' ` /* # --")
	a := &Archive{registry: testRegistry(), options: Options{}}
	f.Fuzz(func(t *testing.T, text string) {
		last := 0
		for _, one := range tokens(text) {
			if one.from < last || one.to <= one.from || one.to > len(text) {
				t.Fatalf("token %v after %d", one, last)
			}
			last = one.to
		}
		full, put := a.withProjects(text)
		for _, one := range slices.Backward(put) {
			full = full[:one.at] + strings.TrimPrefix(full[one.at:], one.text)
		}
		if len(put) < 2 && full != text {
			t.Fatalf("%q", full)
		}
		onlyReads(text)
		put.column(text, 3, 7)
	})
}

func TestWhatThingsCostIsWrittenForPeople(t *testing.T) {
	for bytes, want := range map[int64]string{0: "0 B", 999: "999 B", 1000: "1 kB", 43e9: "43 GB", 1.5e9: "1.5 GB", 999_999_999: "1 GB", 2e12: "2 TB", 53687091200: "54 GB"} {
		if got := Size(bytes); got != want {
			t.Errorf("%d is %s, not %s", bytes, got, want)
		}
	}
	for usd, want := range map[float64]string{0: "0.00", 0.27: "0.27", 12.345: "12.35", 0.004: "0.0040", 0.00002: "2e-05"} {
		if got := Dollars(usd); got != want {
			t.Errorf("%v is %s, not %s", usd, got, want)
		}
	}
	for bytes, want := range map[int64]int64{0: 0, 1: 10 << 20, 11<<20 + 1: 12 << 20} {
		if got := billedFor(bytes, 1); got != want {
			t.Errorf("%d bytes are billed as %d, not %d", bytes, got, want)
		}
	}
}

func drawFound(t *rapid.T, n int) []*found {
	var list []*found
	for range n {
		list = append(list, &found{
			target: rapid.IntRange(0, 2).Draw(t, "target"), mjd: rapid.SampledFrom([]float64{math.NaN(), 1, 2, 3}).Draw(t, "mjd"),
			separation: sky.Angle(math.NaN()), sourceID: rapid.SampledFrom([]string{"9", "10", "S1"}).Draw(t, "source"),
			version: rapid.IntRange(0, 1).Draw(t, "version"),
			message: &alert.Message{
				Origin: "lsst.alerts_v11_1", PublishTime: time.Unix(int64(rapid.IntRange(0, 2).Draw(t, "published")), 0),
				Body: []byte{byte(rapid.IntRange(0, 1).Draw(t, "body"))},
			},
		})
		last := list[len(list)-1]
		last.key = fmt.Sprint(last.sourceID, last.mjd)
	}
	return list
}

func stream[T any](list []T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for _, one := range list {
			if !yield(one, nil) {
				return
			}
		}
	}
}

func collect[T any](t *rapid.T, from iter.Seq2[T, error]) []T {
	var list []T
	for one, err := range from {
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, one)
	}
	return list
}

func TestMergedStreamsAreInOrderAndShowTheNewestRevision(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := drawFound(t, rapid.IntRange(0, 40).Draw(t, "n"))
		cut := rapid.IntRange(0, len(all)).Draw(t, "cut")
		part := func(list []*found) iter.Seq2[*found, error] { return ordered(stream(list), 0, compareFound) }
		got := collect(t, revised(merged([]iter.Seq2[*found, error]{part(all[:cut]), part(all[cut:])}, compareFound), false))
		if !slices.IsSortedFunc(got, compareFound) {
			t.Fatal("not in order")
		}
		shown := map[string]*found{}
		for _, f := range got {
			key := fmt.Sprint(f.target, f.key)
			if shown[key] != nil {
				t.Fatalf("%s is there twice", key)
			}
			shown[key] = f
		}
		for _, f := range all {
			s := shown[fmt.Sprint(f.target, f.key)]
			if s == nil || f.message.PublishTime.After(s.message.PublishTime) {
				t.Fatal("not the newest")
			}
		}
		every := collect(t, revised(part(all), true))
		for i, f := range every {
			if i > 0 && every[i-1].replacedBy(f, true) {
				t.Fatal("a row is there twice")
			}
		}
	})
}

func TestAWindowPutsWhatIsNearlyInOrderInOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := drawFound(t, rapid.IntRange(0, 60).Draw(t, "n"))
		slices.SortFunc(all, compareFound)
		for i := 0; i+3 < len(all); i += 4 {
			all[i], all[i+3] = all[i+3], all[i]
		}
		if got := collect(t, ordered(stream(all), 3, compareFound)); !slices.IsSortedFunc(got, compareFound) || len(got) != len(all) {
			t.Fatal("not in order")
		}
	})
}

func TestAStreamsErrorEndsTheMerge(t *testing.T) {
	broken := errors.New("broken")
	bad := func(yield func(*found, error) bool) { yield(nil, broken) }
	for _, from := range []iter.Seq2[*found, error]{
		merged([]iter.Seq2[*found, error]{stream([]*found{{message: &alert.Message{}}}), bad}, compareFound), ordered(bad, 5, compareFound), revised(bad, false),
	} {
		var last error
		for _, err := range from {
			last = err
		}
		if !errors.Is(last, broken) {
			t.Errorf("%v", last)
		}
	}
}
