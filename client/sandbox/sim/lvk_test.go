package sim

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"maps"
	"math"
	"math/bits"
	"slices"
	"testing"

	"github.com/mwvgroup/pgb/client/sky"
)

func TestPixelCentresLieInTheirPixels(t *testing.T) {
	for order := range 7 {
		for pixel := range int64(12) << (2 * order) {
			ra, dec := pixelCentre(order, pixel)
			if got := sky.Ang2PixNested(order, ra, dec); got != pixel {
				t.Fatalf("order %d: the centre of pixel %d, (%v, %v), lies in %d", order, pixel, ra, dec, got)
			}
		}
	}
}

func TestNoticesAreWhatTheNetworkSends(t *testing.T) {
	kinds := make(map[string]int)
	for _, e := range take(t, 2, 40, Options{Surveys: []string{SurveyLVK}}) {
		var doc map[string]any
		if err := json.Unmarshal(e.Body, &doc); err != nil {
			t.Fatal(err)
		}
		want := []string{"alert_type", "event", "external_coinc", "schema_version", "superevent_id", "time_created", "urls"}
		if got := slices.Sorted(maps.Keys(doc)); !slices.Equal(got, want) {
			t.Fatalf("members %v", got)
		}
		kind := doc["alert_type"].(string)
		kinds[kind]++
		event, ok := doc["event"].(map[string]any)
		if ok == (kind == "RETRACTION") {
			t.Fatalf("%s with event %v", kind, event)
		}
		if !ok {
			continue
		}
		sum := 0.0
		for _, p := range event["classification"].(map[string]any) {
			sum += p.(float64)
		}
		if math.Abs(sum-1) > 1e-9 {
			t.Errorf("%s: classes add up to %v", e.ObjectID, sum)
		}
		checkSkymap(t, event["skymap"].(string))
	}
	for _, k := range []string{"EARLYWARNING", "PRELIMINARY", "INITIAL", "UPDATE", "RETRACTION"} {
		if kinds[k] == 0 {
			t.Errorf("no %s among %v", k, kinds)
		}
	}
}

// checkSkymap reads the table back: the pixels cover the sky once, and the
// probability adds up to 1.
func checkSkymap(t *testing.T, text string) {
	t.Helper()
	file, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	if len(file) > 300<<10 {
		t.Errorf("the map has %d bytes", len(file))
	}
	units, err := readFITS(file)
	if err != nil || len(units) != 2 {
		t.Fatalf("%d units: %v", len(units), err)
	}
	table := units[1]
	if table.cards["TTYPE1"] != "UNIQ" || table.cards["TTYPE2"] != "PROBDENSITY" || table.cards["ORDERING"] != "NUNIQ" {
		t.Fatalf("%v", table.cards)
	}
	width := table.number("NAXIS1")
	var area, prob float64
	for i := 0; i < len(table.data); i += width {
		uniq := binary.BigEndian.Uint64(table.data[i:])
		order := (bits.Len64(uniq/4) - 1) / 2
		a := math.Pi / 3 / math.Pow(4, float64(order))
		area += a
		prob += a * math.Float64frombits(binary.BigEndian.Uint64(table.data[i+8:]))
	}
	if math.Abs(area-4*math.Pi) > 1e-9 || math.Abs(prob-1) > 1e-9 {
		t.Errorf("the map covers %v sr with a probability of %v", area, prob)
	}
}
