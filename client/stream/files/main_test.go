package files_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/format"
	"github.com/mwvgroup/pgb/client/registry"
	"github.com/mwvgroup/pgb/client/sandbox/modules"
	"github.com/mwvgroup/pgb/client/sandbox/sim"
	"github.com/mwvgroup/pgb/client/shareddata"
	"github.com/mwvgroup/pgb/client/stream/files"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var reader = sync.OnceValue(func() *alert.Reader { return alert.NewReader(registry.Default()) })

// shared reads a packet of the shared data.
func shared(t testing.TB, name string) []byte {
	t.Helper()
	body, err := os.ReadFile(filepath.Join(shareddata.Dir(t), "alerts", name))
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// packet gives a message of a shared packet.
func packet(t testing.TB, topic, as, name string) *alert.Message {
	return &alert.Message{ID: "id of " + name, Topic: topic, As: as, Body: shared(t, name), PublishTime: time.Unix(1767225600, 123456000).UTC()}
}

// packets gives messages of shared packets of every survey.
func packets(t testing.TB) []*alert.Message {
	list := []*alert.Message{
		packet(t, "ztf-alerts", "", "ztf/ztf_20250302_programid1_ZTF17aaarzyp_2982177112815010003.v4_02.avro"),
		packet(t, "ztf-loop", "", "ztf/ztf_public_20221229_ZTF18abfkwnk_2188216843315010016.v3_3.avro"),
		packet(t, "lsst-alerts", "", "lsst/full-size.v9_0.7912941781254298.avro"),
		packet(t, "", "rapid", "rapid/rapid.v01_00.avro"),
		packet(t, "projects/p/topics/unknown", "rapid:01.00", "rapid/rapid.v01_00.avro"),
	}
	for _, version := range []string{"7_0", "7_1", "7_2", "7_3", "7_4", "8_0", "9_0", "10_0", "11_0", "11_1"} {
		list = append(list, packet(t, "lsst-alerts", "", "lsst/lsst.v"+version+".avro"))
	}
	for _, notice := range []string{"initial", "update", "retraction"} {
		list = append(list, packet(t, "lvk-alerts", "", "lvk/MS181101ab-"+notice+".json"))
	}
	return list
}

// simulated gives messages of every topic of the sandbox, from several alerts of
// each survey.
var simulated = sync.OnceValue(func() []*alert.Message {
	sky, err := sim.New(7, sim.Options{Objects: 60})
	if err != nil {
		panic(err)
	}
	var list []*alert.Message
	left := map[string]int{sim.SurveyZTF: 3, sim.SurveyLSST: 3, sim.SurveyLVK: 1}
	for n := 0; n < 5000 && (left[sim.SurveyZTF] > 0 || left[sim.SurveyLSST] > 0 || left[sim.SurveyLVK] > 0); n++ {
		event, err := sky.Next()
		if err != nil {
			panic(err)
		}
		if left[event.Survey] == 0 {
			continue
		}
		left[event.Survey]--
		outputs, err := modules.Expand(event)
		if err != nil {
			panic(err)
		}
		for i, o := range outputs {
			m := &alert.Message{ID: fmt.Sprintf("%d-%d", n, i), Topic: o.Topic, Body: o.Data, PublishTime: event.Time.UTC()}
			for _, name := range slices.Sorted(maps.Keys(o.Attributes)) {
				m.Headers = append(m.Headers, alert.Header{Name: name, Value: []byte(o.Attributes[name])})
			}
			list = append(list, m)
		}
	}
	return list
})

// write puts messages into an output, with rows of the columns.
func write(t testing.TB, o format.Options, columns []string, messages ...*alert.Message) {
	t.Helper()
	o.Reader = reader()
	view, err := reader().View(nil, columns)
	if err != nil {
		t.Fatal(err)
	}
	o.Layout.Columns = view.Columns()
	out, err := format.Open(o)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range messages {
		row := new(alert.Row)
		if err := view.Read(m, row); err != nil {
			t.Fatalf("%s of %s: %v", m.ID, m.Topic, err)
		}
		m.SetRow(row)
	}
	if err := out.Put(t.Context(), messages); err != nil {
		t.Fatal(err)
	}
	if err := out.Close(true); err != nil {
		t.Fatal(err)
	}
}

// readAll reads everything, and gives the error that reading ended with.
func readAll(t testing.TB, o files.Options) ([]*alert.Message, error) {
	t.Helper()
	o.Reader = reader()
	source, err := files.Open(t.Context(), o)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err := source.Close(context.Background()); err != nil {
			t.Error(err)
		}
	}()
	var all []*alert.Message
	for {
		batch, err := source.Next(t.Context())
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return all, err
		}
		all = append(all, batch...)
	}
}

// read reads files that can be read.
func read(t testing.TB, paths ...string) []*alert.Message {
	t.Helper()
	all, err := readAll(t, files.Options{Paths: paths})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// same compares all of two messages but their bodies.
func same(a, b *alert.Message) error {
	describe := func(m *alert.Message) string {
		var text strings.Builder
		fmt.Fprintf(&text, "%q %q %q %s key %q (%v)", m.Topic, m.As, m.ID, m.PublishTime.Format(time.RFC3339Nano), m.Key, m.Key == nil)
		for _, h := range m.Headers {
			fmt.Fprintf(&text, " %q=%q", h.Name, h.Value)
		}
		return text.String()
	}
	if x, y := describe(a), describe(b); x != y || a.Simulated() != b.Simulated() {
		return fmt.Errorf("messages differ:\n%s\n%s", x, y)
	}
	return nil
}

// sameValues compares columns and classifications of two messages.
func sameValues(a, b *alert.Message, columns []string) error {
	view, err := reader().View(nil, columns)
	if err != nil {
		return err
	}
	var x, y alert.Row
	if err := errors.Join(view.Read(a, &x), view.Read(b, &y)); err != nil {
		return err
	}
	for i, column := range x.Columns {
		if v, w := x.Values[i], y.Values[i]; v.Kind() != w.Kind() || !bytes.Equal(v.AppendJSON(nil), w.AppendJSON(nil)) {
			return fmt.Errorf("%s: %s (%v) and %s (%v)", column.Name, v.AppendJSON(nil), v.Kind(), w.AppendJSON(nil), w.Kind())
		}
	}
	if v, w := format.AppendClassifications(nil, x.Classifications), format.AppendClassifications(nil, y.Classifications); !bytes.Equal(v, w) {
		return fmt.Errorf("classifications: %s and %s", v, w)
	}
	return nil
}

// surveyColumns gives the paths of all values in a message's own schema.
func surveyColumns(m *alert.Message) []string {
	schema, _, err := reader().Datum(m)
	if err != nil {
		return []string{"diaSource.psfFlux", "diaSource.psfFluxErr", "diaSource.diaSourceId", "diaObject.g_psfFluxErrMean", "candidate.magpsf", "candidate.candid", "event.far"}
	}
	var names []string
	lists := map[string]bool{}
	for path, kind := range schema.Fields() {
		if lists[path[0]] = lists[path[0]] || kind.List; lists[path[0]] {
			continue
		}
		if !kind.Record && !strings.HasPrefix(path.String(), "cutout") && !strings.Contains(path.String(), "tooflag") {
			if _, err := reader().Resolve(nil, path.String()); err == nil {
				names = append(names, path.String())
			}
		}
	}
	return names
}

func allColumns() []string {
	return append(alert.DefaultColumns(), "mag_total_err", "flux_total_err", `attr["kafka.topic"]`, `attr["pgb_simulated"]`)
}
