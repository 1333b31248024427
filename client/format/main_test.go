package format_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/format"
	"github.com/mwvgroup/pgb/client/registry"
	"github.com/mwvgroup/pgb/client/shareddata"
)

var reader = sync.OnceValue(func() *alert.Reader { return alert.NewReader(registry.Default()) })

var published = time.Date(2026, 3, 1, 4, 5, 6, 789000000, time.UTC)

const (
	ztfFile  = "ztf/ztf_20250302_programid1_ZTF17aaarzyp_2982177112815010003.v4_02.avro"
	ztfOlder = "ztf/ztf_public_20221229_ZTF18abfkwnk_2188216843315010016.v3_3.avro"
	lsstFile = "lsst/lsst.v11_1.avro"
	lvkFile  = "lvk/MS181101ab-retraction.json"
)

// message makes a message of a shared packet.
func message(t testing.TB, topic, name string, headers ...alert.Header) *alert.Message {
	t.Helper()
	body, err := os.ReadFile(filepath.Join(shareddata.Dir(t), "alerts", name))
	if err != nil {
		t.Fatal(err)
	}
	return &alert.Message{ID: "1", Topic: topic, Body: body, PublishTime: published, Headers: headers}
}

// notice makes a small message of a gravitational-wave event.
func notice(id string, headers ...alert.Header) *alert.Message {
	body := `{"superevent_id":"S1","alert_type":"RETRACTION","time_created":"2026-01-01T00:00:00Z","event":null}`
	return &alert.Message{ID: id, Topic: "lvk-alerts", Body: []byte(body), PublishTime: published, Headers: headers}
}

// withRows reads the rows of messages.
func withRows(t testing.TB, columns []string, messages ...*alert.Message) ([]alert.Column, []*alert.Message) {
	t.Helper()
	view, err := reader().View(nil, columns)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range messages {
		row := new(alert.Row)
		if err := view.Read(m, row); err != nil {
			t.Fatal(err)
		}
		m.SetRow(row)
	}
	return view.Columns(), messages
}

// open opens an output for columns.
func open(t testing.TB, o format.Options, columns []alert.Column) *format.Output {
	t.Helper()
	o.Reader, o.Layout.Columns = reader(), columns
	out, err := format.Open(o)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// put writes messages and closes the output.
func put(t testing.TB, o format.Options, columns []string, messages ...*alert.Message) {
	t.Helper()
	described, messages := withRows(t, columns, messages...)
	out := open(t, o, described)
	if err := out.Put(t.Context(), messages); err != nil {
		t.Fatal(err)
	}
	if err := out.Close(true); err != nil {
		t.Fatal(err)
	}
}

// printed gives what an output writes to a stream.
func printed(t testing.TB, o format.Options, columns []string, messages ...*alert.Message) string {
	t.Helper()
	var b bytes.Buffer
	o.Writer = &b
	put(t, o, columns, messages...)
	return b.String()
}

// content gives a file's content, empty where there is none.
func content(t testing.TB, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return string(text)
}

// names lists a folder.
func names(t testing.TB, folder string) string {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, entry := range entries {
		list = append(list, entry.Name())
	}
	return strings.Join(list, " ")
}

func mustBeJSON(t testing.TB, text string) {
	t.Helper()
	if !json.Valid([]byte(text)) {
		t.Fatalf("no JSON: %.500s", text)
	}
}
