package modules

import (
	"encoding/base64"
	"encoding/json"
	"math"
	"reflect"
	"slices"
	"strconv"
	"testing"

	pgbavro "github.com/mwvgroup/pgb/client/avro"
	"github.com/mwvgroup/pgb/client/registry"
	"github.com/mwvgroup/pgb/client/sandbox/sim"
	"github.com/mwvgroup/pgb/client/sandbox/sim/packet"
)

func TestFloatsAreWrittenAsPythonDoes(t *testing.T) {
	for _, c := range []struct {
		x    float64
		want string
	}{
		{0, "0.0"}, {1, "1.0"}, {-2.5, "-2.5"}, {1e15, "1000000000000000.0"}, {1e16, "1e+16"}, {1.5e300, "1.5e+300"},
		{1e-4, "0.0001"}, {1e-5, "1e-05"}, {-3.25e-7, "-3.25e-07"}, {float64(float32(0.1)), "0.10000000149011612"},
		{float64(float32(19.849079)), "19.849079132080078"}, {2460736.6771181, "2460736.6771181"},
		{math.NaN(), "null"}, {math.Inf(1), "null"}, {math.Inf(-1), "null"},
	} {
		if got := string(appendFloat(nil, c.x)); got != c.want {
			t.Errorf("%v is written as %s, Python writes %s", c.x, got, c.want)
		}
	}
}

// TestFullJSONIsTheRecord compares lsst-alerts-json with what an independent
// reader finds in the packet.
func TestFullJSONIsTheRecord(t *testing.T) {
	schema, err := registry.Default().Schema("lsst", packet.LSSTVersion)
	if err != nil {
		t.Fatal(err)
	}
	events, outputs := expanded(t, 4, 12, sim.Options{Surveys: []string{sim.SurveyLSST}})
	for i, out := range outputs {
		_, datum, _ := pgbavro.ConfluentID(events[i].Body)
		record, err := schema.Decode(datum)
		if err != nil {
			t.Fatal(err)
		}
		doc := document(t, out[slices.IndexFunc(out, func(o Output) bool { return o.Topic == "lsst-alerts-json" })].Data)
		compare(t, "", record, doc)
	}
}

// compare checks a JSON value against a decoded one: NaN is null, bytes are
// base64, times are seconds, numbers have the value of the field's own type.
func compare(t *testing.T, path string, want, got any) {
	t.Helper()
	switch want := want.(type) {
	case map[string]any:
		doc, _ := got.(map[string]any)
		if len(doc) != len(want) {
			t.Fatalf("%s has %d members, not %d", path, len(doc), len(want))
		}
		for k, w := range want {
			compare(t, path+"."+k, w, doc[k])
		}
		return
	case []any:
		list, _ := got.([]any)
		if len(list) != len(want) {
			t.Fatalf("%s has %d items, not %d", path, len(list), len(want))
		}
		for i := range want {
			compare(t, path, want[i], list[i])
		}
		return
	case []byte:
		if got != base64.StdEncoding.EncodeToString(want) {
			t.Fatalf("%s is not the same bytes", path)
		}
		return
	}
	number, _ := got.(json.Number)
	switch want := want.(type) {
	case int64:
		if string(number) != strconv.FormatInt(want, 10) {
			t.Fatalf("%s is %v, not %d", path, got, want)
		}
	case float32:
		compareFloat(t, path, float64(want), got)
	case float64:
		compareFloat(t, path, want, got)
	case nil, bool, string:
		if !reflect.DeepEqual(want, got) {
			t.Fatalf("%s is %v, not %v", path, got, want)
		}
	case interface{ UnixMicro() int64 }:
		compareFloat(t, path, float64(want.UnixMicro())/1e6, got)
	default:
		t.Fatalf("%s is a %T", path, want)
	}
}

func compareFloat(t *testing.T, path string, want float64, got any) {
	t.Helper()
	if math.IsNaN(want) {
		if got != nil {
			t.Fatalf("%s is %v, not null", path, got)
		}
		return
	}
	number, ok := got.(json.Number)
	if x, err := number.Float64(); !ok || err != nil || x != want {
		t.Fatalf("%s is %v, not %v", path, got, want)
	}
}

// reference is Stetson J once more, from the JSON payload, with the formula
// spelt out another way: a straight loop over (flux, error) pairs.
func reference(points [][2]float64) float64 {
	n := float64(len(points))
	k := math.Sqrt(n / (n - 1))
	weights := make([]float64, len(points))
	for i, p := range points {
		weights[i] = math.Pow(p[1], -2)
	}
	average := func() float64 {
		a, b := 0.0, 0.0
		for i, p := range points {
			a, b = a+weights[i]*p[0], b+weights[i]
		}
		return a / b
	}
	fm := average()
	for step := 0; step < 20; step++ {
		for i, p := range points {
			delta := k * (p[0] - fm) / p[1]
			weights[i] = math.Pow(p[1], -2) / (1 + math.Pow(math.Abs(delta)/2, 2))
		}
		old := fm
		fm = average()
		if math.Abs(fm-old) < 1e-6 && math.Abs(fm-old) < 1e-6*math.Abs(fm) {
			break
		}
	}
	j := 0.0
	for _, p := range points {
		delta := k * (p[0] - fm) / p[1]
		if pk := delta*delta - 1; pk >= 0 {
			j += math.Sqrt(pk)
		} else {
			j -= math.Sqrt(-pk)
		}
	}
	return j / n
}

func TestStetsonJFollowsFromThePayload(t *testing.T) {
	_, outputs := expanded(t, 5, 60, sim.Options{NoCutouts: true, Surveys: []string{sim.SurveyLSST}})
	likely := 0
	for _, out := range outputs {
		o := out[slices.IndexFunc(out, func(o Output) bool { return o.Topic == "lsst-variability" })]
		doc := document(t, o.Data)
		lite := doc["alert_lite"].(map[string]any)
		points := make(map[string][][2]float64)
		rows := append(lite["prvDiaSources"].([]any), lite["diaSource"])
		for _, row := range append(rows, lite["prvDiaForcedSources"].([]any)...) {
			r := row.(map[string]any)
			points[r["band"].(string)] = append(points[r["band"].(string)], [2]float64{float(r["psfFlux"]), float(r["psfFluxErr"])})
		}
		want := "unlikely"
		for _, b := range bands {
			result := doc["variability"].(map[string]any)
			n, j := result["n_detections_"+b+"_band"], result[b+"_psfFluxStetsonJ"]
			if float(n) != float64(len(points[b])) {
				t.Fatalf("band %s: %v points, not %d", b, n, len(points[b]))
			}
			if len(points[b]) < 2 {
				if j != nil {
					t.Fatalf("band %s: J is %v of %d points", b, j, len(points[b]))
				}
				continue
			}
			ref := reference(points[b])
			if math.Abs(float(j)-ref) > 1e-6*math.Max(1, math.Abs(ref)) {
				t.Fatalf("band %s: J is %v, not %v", b, j, ref)
			}
			if (b == "g" || b == "r" || b == "u") && len(points[b]) >= 30 && ref > 20 {
				want = "likely"
			}
		}
		if o.Attributes["pg_variable"] != want {
			t.Fatalf("pg_variable is %s, not %s", o.Attributes["pg_variable"], want)
		}
		if want == "likely" {
			likely++
		}
	}
	if likely == 0 || likely == len(outputs) {
		t.Errorf("%d of %d are likely variable", likely, len(outputs))
	}
}

func float(x any) float64 {
	n, _ := x.(json.Number)
	f, err := n.Float64()
	if err != nil {
		return math.NaN()
	}
	return f
}

// TestTagsFollowFromThePayload computes the cuts again, from the JSON of
// ztf-tagged alone, as the broker's documentation states them.
func TestTagsFollowFromThePayload(t *testing.T) {
	_, outputs := expanded(t, 6, 300, sim.Options{NoCutouts: true, Surveys: []string{sim.SurveyZTF}})
	passed := make(map[string]int)
	for _, out := range outputs {
		o := out[slices.IndexFunc(out, func(o Output) bool { return o.Topic == "ztf-tagged" })]
		doc := document(t, o.Data)
		source, xmatch := doc["source"].(map[string]any), doc["xmatch"].(map[string]any)
		var jd []float64
		for _, row := range append([]any{source}, doc["prvSources"].([]any)...) {
			if r := row.(map[string]any); r["isdiffpos"] == "t" {
				jd = append(jd, float(r["jd"]))
			}
		}
		step := -1.0
		for i := range jd {
			if i > 0 && jd[i]-jd[i-1] > step {
				step = jd[i] - jd[i-1]
			}
		}
		near, body := xmatch["distpsnr1"], xmatch["ssdistnr"]
		want := map[string]bool{
			"rb": float(source["rb"]) >= 0.65, "nbad": float(source["nbad"]) == 0, "fwhm": float(source["fwhm"]) <= 5,
			"elong": float(source["elong"]) <= 1.2, "magdiff": math.Abs(float(source["magdiff"])) <= 0.1,
			"is_positive_sub":            source["isdiffpos"] == "t",
			"no_pointsource_counterpart": near == nil || float(near) > 1.5 || float(xmatch["sgscore1"]) < 0.5,
			"not_moving":                 len(jd) > 1 && step >= 1.0/48,
			"no_ssobject":                body == nil || float(body) < 0 || float(body) > 5,
		}
		want["is_pure"] = want["rb"] && want["nbad"] && want["fwhm"] && want["elong"] && want["magdiff"]
		want["is_extragalactic_transient"] = want["is_positive_sub"] && want["no_pointsource_counterpart"] && want["not_moving"] && want["no_ssobject"]
		for name, yes := range want {
			if o.Attributes[name] != map[bool]string{true: "1", false: "0"}[yes] {
				t.Fatalf("%s is %q, not %v: %s", name, o.Attributes[name], yes, o.Data)
			}
			if yes {
				passed[name]++
			}
		}
		if o.Attributes["fid"] != string(source["filter"].(json.Number)) {
			t.Fatalf("fid is %s", o.Attributes["fid"])
		}
	}
	for _, name := range []string{"rb", "elong", "magdiff", "is_positive_sub", "no_pointsource_counterpart", "not_moving", "no_ssobject"} {
		if passed[name] == 0 || passed[name] == len(outputs) {
			t.Errorf("%s is the same for all of %d alerts", name, len(outputs))
		}
	}
}

func TestQuirksOfTheCuts(t *testing.T) {
	f := func(x float64) *float32 { y := float32(x); return &y }
	text := func(s string) *string { return &s }
	base := func() *packet.ZTF {
		return &packet.ZTF{Candidate: packet.Candidate{Jd: 10, Isdiffpos: "t"}, PrvCandidates: []packet.PrvCandidate{
			{Jd: 8, Isdiffpos: text("t")}, {Jd: 9, Isdiffpos: text("t")}}}
	}
	for what, c := range map[string]struct {
		change func(*packet.ZTF)
		tag    string
		want   string
	}{
		"two earlier detections":      {func(a *packet.ZTF) {}, "not_moving", "1"},
		"one earlier detection only":  {func(a *packet.ZTF) { a.PrvCandidates = a.PrvCandidates[:1] }, "not_moving", "0"},
		"the text 1 for positive":     {func(a *packet.ZTF) { a.Candidate.Isdiffpos = "1" }, "is_positive_sub", "0"},
		"earlier ones with text 1":    {func(a *packet.ZTF) { a.PrvCandidates[0].Isdiffpos = text("1") }, "not_moving", "0"},
		"no neighbour":                {func(a *packet.ZTF) {}, "no_pointsource_counterpart", "1"},
		"neighbour of unknown kind":   {func(a *packet.ZTF) { a.Candidate.Distpsnr1, a.Candidate.Sgscore1 = f(-999), f(-999) }, "no_pointsource_counterpart", "1"},
		"a star on top":               {func(a *packet.ZTF) { a.Candidate.Distpsnr1, a.Candidate.Sgscore1 = f(0.2), f(0.5) }, "no_pointsource_counterpart", "0"},
		"no body, by sentinel":        {func(a *packet.ZTF) { a.Candidate.Ssdistnr = f(-999) }, "no_ssobject", "1"},
		"a body near by":              {func(a *packet.ZTF) { a.Candidate.Ssdistnr = f(5) }, "no_ssobject", "0"},
		"rb of 0.65 in 32 bits":       {func(a *packet.ZTF) { a.Candidate.Rb = f(0.65) }, "rb", "0"},
		"a missing property is a no":  {func(a *packet.ZTF) {}, "fwhm", "0"},
		"magdiff of 0.1 is too large": {func(a *packet.ZTF) { a.Candidate.Magdiff = f(-0.1) }, "magdiff", "0"},
	} {
		a := base()
		c.change(a)
		if got := tags(a)[c.tag]; got != c.want {
			t.Errorf("%s: %s is %s", what, c.tag, got)
		}
	}
}

func TestClassifiersSpeakAroundTheTruth(t *testing.T) {
	events, outputs := expanded(t, 7, 250, sim.Options{NoCutouts: true})
	right, all, labelled := 0, 0, 0
	for i, out := range outputs {
		for _, o := range out {
			switch o.Topic {
			case "ztf-SuperNNova", "lsst-supernnova":
				doc := document(t, o.Data)["SuperNNova"].(map[string]any)
				if events[i].LSST != nil && events[i].LSST.DiaObject == nil {
					if doc["prob_class0"] != nil || doc["predicted_class"] != nil || o.Attributes["pg_supernnova_class"] != "None" {
						t.Fatalf("a body of the solar system was classified: %v %v", doc, o.Attributes)
					}
					continue
				}
				p, q := float(doc["prob_class0"]), float(doc["prob_class1"])
				class := map[bool]float64{true: 0, false: 1}[p >= q]
				if math.Abs(p+q-1) > 1e-12 || float(doc["predicted_class"]) != class {
					t.Fatalf("%v", doc)
				}
				if o.Topic == "lsst-supernnova" && o.Attributes["pg_supernnova_class"] != strconv.Itoa(int(class)) {
					t.Fatalf("%v %v", doc, o.Attributes)
				}
				all++
				if (class == 0) == (events[i].Truth == sim.TypeIa) {
					right++
				}
			case "lsst-upsilon":
				labelled += checkUpsilon(t, document(t, o.Data)["upsilon"].(map[string]any), o.Attributes)
			}
		}
	}
	if share := float64(right) / float64(all); share < 0.85 || share > 0.999 {
		t.Errorf("%.3f of %d verdicts are right", share, all)
	}
	if labelled < 100 {
		t.Errorf("%d bands have a label", labelled)
	}
}

func checkUpsilon(t *testing.T, doc map[string]any, attributes map[string]string) (labelled int) {
	t.Helper()
	for _, b := range bands {
		label, prob, flag := doc[b+"_label"], doc[b+"_probability"], doc[b+"_flag"]
		if float(doc["n_data_points_"+b+"_band"]) <= 7 {
			if label != nil || prob != nil || flag != nil || attributes["pg_upsilon_"+b+"_label"] != "None" || attributes["pg_upsilon_"+b+"_flag"] != "None" {
				t.Fatalf("band %s has a label for %v points: %v", b, doc["n_data_points_"+b+"_band"], doc)
			}
			continue
		}
		labelled++
		if p := float(prob); !(p > 0 && p < 1) || attributes["pg_upsilon_"+b+"_label"] != label || attributes["pg_upsilon_"+b+"_flag"] != string(flag.(json.Number)) {
			t.Fatalf("band %s: %v %v %v, %v", b, label, prob, flag, attributes)
		}
	}
	return labelled
}
