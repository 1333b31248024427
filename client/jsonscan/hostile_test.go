package jsonscan_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/client/jsonscan"
	"github.com/mwvgroup/pgb/client/shareddata"
)

func TestErrorsNameOffsetPathAndReason(t *testing.T) {
	for _, c := range []struct{ body, want string }{
		{``, "at offset 0: the text ends early"},
		{`<html>`, "at offset 0: value expected"},
		{`{"alert_lite": {"diaSource": {"ra": 1, "psfFlux": -x}}}`, "at offset 51, alert_lite.diaSource.psfFlux: number expected"},
		{`{"alert_lite": {"diaSource": {"psfFlux": 1.}}}`, "at offset 43, alert_lite.diaSource.psfFlux: number expected"},
		{`{"alert_lite": {"diaSource": {"psfFlux": 01}}}`, "at offset 41, alert_lite.diaSource.psfFlux: number expected"},
		{`{"alert_lite": {"diaSource": {"psfFlux": }}}`, "at offset 41, alert_lite.diaSource.psfFlux: value expected"},
		{`{"alert_lite": {"diaSource": {"psfFlux": nul}}}`, "at offset 41, alert_lite.diaSource.psfFlux: value expected"},
		{`{"alert_lite": {"prv": [{"a]": 1}, [2}], "x": 1}}`, "at offset 37, alert_lite.prv: brackets do not match"},
		{`{"alert_lite": {"prv": [{"a]": 1}, [2]`, "at offset 38, alert_lite.prv: the text ends early"},
		{`{"alert_lite": {"prv": [\"a"]}}`, "at offset 24, alert_lite.prv: backslash outside of a text"},
		{`{"alert_lite": {"a": 1 "b": 2}}`, "at offset 23, alert_lite: comma or closing bracket expected"},
		{`{"alert_lite": {"a" 1}}`, "at offset 20, alert_lite: colon expected"},
		{`{"alert_lite": {"a": 1,}}`, "at offset 23, alert_lite: member name expected"},
		{`{"alert_lite": {"a": "x` + "\n" + `"}}`, "at offset 23, alert_lite.a: control character in a text"},
		{`{"alert_lite": {"a": "x\q"}}`, "at offset 23, alert_lite.a: no such escape in a text"},
		{`{"alert_lite": {"a": "x\u12g4"}}`, "at offset 23, alert_lite.a: no such escape in a text"},
		{`{"list": [{"v": 1}, {"v": [2]}, {"v": +3}]}`, "at offset 38, list[2].v: value expected"},
		{`{"list": [{"v": 1} {"v": [2]}]}`, "at offset 19, list: comma or closing bracket expected"},
		{`{"all": {"deep": [1, [{"x": tru}]]}}`, "at offset 28, all.deep[1][0].x: value expected"},
		{`{"a": 1} x`, "at offset 9: text left over after the value"},
		{`{"a": ` + strings.Repeat("[", 600) + strings.Repeat("]", 600) + `}`, "at offset 517, a: nested deeper than the limit"},
		{`{"all": ` + strings.Repeat("[", 600) + strings.Repeat("]", 600) + `}`, ""},
	} {
		plan, err := jsonscan.NewPlan(field.Wanted{
			Scalars: []field.Scalar{{Path: field.ParsePath("alert_lite.diaSource.psfFlux"), Hint: field.Float32}, {Path: field.ParsePath("all")}},
			Lists:   []field.List{{Path: field.Path{"list"}, Fields: []field.Scalar{{Path: field.Path{"v"}}}}},
		})
		if err != nil {
			t.Fatal(err)
		}
		err = plan.Project([]byte(c.body), new(field.Projection))
		var typed *jsonscan.Error
		if !errors.As(err, &typed) {
			t.Errorf("%s: got %v, want an Error", c.body, err)
		} else if c.want != "" && err.Error() != c.want {
			t.Errorf("%s: got %q, want %q", c.body, err, c.want)
		}
	}
}

func TestNestingIsBounded(t *testing.T) {
	for _, c := range []struct {
		depth int
		ok    bool
	}{{jsonscan.MaxDepth, true}, {jsonscan.MaxDepth + 1, false}, {1_000_000, false}} {
		for _, body := range []string{
			strings.Repeat("[", c.depth) + strings.Repeat("]", c.depth),
			strings.Repeat(`{"a":`, c.depth-1) + "{}" + strings.Repeat("}", c.depth-1),
		} {
			_, _, foundErr := jsonscan.Find([]byte(body), nil)
			_, decodeErr := jsonscan.Decode([]byte(body))
			_, compactErr := jsonscan.AppendCompact(nil, []byte(body), nil)
			for i, err := range []error{foundErr, decodeErr, compactErr, jsonscan.Valid([]byte(body))} {
				if (err == nil) != c.ok {
					t.Errorf("%d: depth %d: %v", i, c.depth, err)
				}
			}
		}
	}
}

func TestListsAreBounded(t *testing.T) {
	plan, err := jsonscan.NewPlan(field.Wanted{Lists: []field.List{{Fields: []field.Scalar{{}, {}}}}})
	if err != nil {
		t.Fatal(err)
	}
	body := "[" + strings.Repeat("0,", jsonscan.MaxCells/2) + "0]"
	if err := plan.Project([]byte(body), new(field.Projection)); err == nil || !strings.Contains(err.Error(), "a list longer than the limit") {
		t.Errorf("got %v", err)
	}
}

// touch runs every reader over bytes, which may be anything; what they accept
// has to come out as JSON.
func touch(t testing.TB, body []byte, plan *jsonscan.Plan, out *field.Projection) {
	var typed *jsonscan.Error
	if err := plan.Project(body, out); err != nil && !errors.As(err, &typed) {
		t.Fatalf("%q: %v", body, err)
	}
	for _, v := range out.Values {
		if v.Kind() == field.JSON && !json.Valid(v.Text()) {
			t.Fatalf("%q gives %q", body, v.Text())
		}
	}
	if _, _, err := jsonscan.Find(body, field.ParsePath("alert_lite.ssSource")); err != nil && !errors.As(err, &typed) {
		t.Fatalf("%q: %v", body, err)
	}
	text, err := jsonscan.AppendCompact(nil, body, []field.Path{{"alert_lite", "prvDiaSources", "ra"}})
	if err == nil && !json.Valid(text) {
		t.Fatalf("%q gives %q", body, text)
	}
	_, decodeErr := jsonscan.Decode(body)
	if validErr := jsonscan.Valid(body); (err == nil) != (validErr == nil) || (err == nil) != (decodeErr == nil) {
		t.Fatalf("%q: AppendCompact %v, Valid %v, Decode %v", body, err, validErr, decodeErr)
	}
}

func hostilePlan(t testing.TB) *jsonscan.Plan {
	w := rowOf()
	w.Scalars = append(w.Scalars, field.Scalar{Path: field.ParsePath("alert_lite.diaObject")}, field.Scalar{Path: field.ParsePath("SuperNNova")})
	w.Lists = []field.List{{Path: field.ParsePath("alert_lite.prvDiaSources"), Fields: []field.Scalar{{Path: field.Path{"ra"}}, {}}}}
	plan, err := jsonscan.NewPlan(w)
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

func TestTruncatedMessagesGiveErrors(t *testing.T) {
	body, plan := supernnova(3, 4), hostilePlan(t)
	var out field.Projection
	for n := range body {
		touch(t, body[:n:n], plan, &out)
		if err := jsonscan.Valid(body[:n:n]); err == nil {
			t.Fatalf("%d of %d bytes are valid", n, len(body))
		}
		whole, err := jsonscan.NewPlan(field.Wanted{Scalars: []field.Scalar{{Path: field.ParsePath("SuperNNova.absent")}}})
		if err != nil {
			t.Fatal(err)
		}
		if err := whole.Project(body[:n:n], &out); err == nil && n < len(body)-1 {
			t.Fatalf("%d of %d bytes are a packet", n, len(body))
		}
	}
}

// TestMutatedMessagesNeverPanic changes a message in 10^5 ways.
func TestMutatedMessagesNeverPanic(t *testing.T) {
	count := 100_000
	if testing.Short() {
		count = 10_000
	}
	plan := hostilePlan(t)
	r := rand.New(rand.NewPCG(2026, 5))
	original := supernnova(2, 2)
	pieces := []string{`"`, `\`, `{`, `}`, `[`, `]`, `,`, `:`, "NaN", "-Infinity", "\x00", "\xff", "\xed\xa0\x80", "1e400", "-", `\ud800`, "   ",
		strings.Repeat("[", 700), strings.Repeat("9", 400), `"alert_lite":`}
	var out field.Projection
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range count {
		body := bytes.Clone(original)
		for range 1 + r.IntN(4) {
			at := r.IntN(len(body))
			switch r.IntN(4) {
			case 0:
				body[at] = byte(r.IntN(256))
			case 1:
				body = append(body[:at], body[min(at+1+r.IntN(20), len(body)):]...)
			case 2:
				body = append(body[:at:at], append([]byte(pieces[r.IntN(len(pieces))]), body[at:]...)...)
			default:
				from := r.IntN(len(body))
				body = append(body[:at:at], append(bytes.Clone(body[from:min(from+r.IntN(200), len(body))]), body[at:]...)...)
			}
			if len(body) == 0 {
				body = []byte{'{'}
			}
		}
		touch(t, body, plan, &out)
	}
	runtime.ReadMemStats(&after)
	if each := (after.TotalAlloc - before.TotalAlloc) / uint64(count); each > 200_000 {
		t.Errorf("%d bytes allocated a mutation of %d bytes", each, len(original))
	}
}

func TestSharedNoticesEqualEncodingJSON(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(shareddata.Dir(t), "alerts", "lvk", "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no notices: %v", err)
	}
	for _, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := checkProject(body, func() field.Kind { return field.Missing }); err != nil {
			t.Errorf("%s: %v", file, err)
		}
		if err := checkDecode(body); err != nil {
			t.Errorf("%s: %v", file, err)
		}
		var want bytes.Buffer
		if err := json.Compact(&want, body); err != nil {
			t.Fatal(err)
		}
		if got, err := jsonscan.AppendCompact(nil, body, nil); err != nil || !bytes.Equal(got, want.Bytes()) {
			t.Errorf("%s: not equal to json.Compact (%v)", file, err)
		}
		short, err := jsonscan.AppendCompact(nil, body, []field.Path{{"event", "skymap"}, {"external_coinc", "combined_skymap"}})
		if err != nil || len(short) > 3000 {
			t.Errorf("%s: %d bytes without sky maps (%v)", file, len(short), err)
		}
	}
}
