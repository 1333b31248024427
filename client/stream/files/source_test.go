package files_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/avro"
	"github.com/mwvgroup/pgb/client/format"
	"github.com/mwvgroup/pgb/client/registry"
	"github.com/mwvgroup/pgb/client/stream/files"
)

// store writes files into a new folder, by name.
func store(t testing.TB, contents map[string][]byte) string {
	t.Helper()
	folder := t.TempDir()
	for name, content := range contents {
		path := filepath.Join(folder, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// one writes one file and gives its path.
func one(t testing.TB, name string, content []byte) string {
	t.Helper()
	return filepath.Join(store(t, map[string][]byte{name: content}), name)
}

func ids(t testing.TB, messages []*alert.Message) []string {
	t.Helper()
	view, err := reader().View(nil, []string{"object_id"})
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, m := range messages {
		var row alert.Row
		if err := view.Read(m, &row); err != nil {
			list = append(list, "!")
			continue
		}
		list = append(list, row.Values[0].String())
	}
	return list
}

func wantIDs(t testing.TB, messages []*alert.Message, want ...string) {
	t.Helper()
	if got := ids(t, messages); !slices.Equal(got, want) {
		t.Errorf("objects %v, want %v", got, want)
	}
}

const (
	ztfFile   = "ztf/ztf_20250302_programid1_ZTF17aaarzyp_2982177112815010003.v4_02.avro"
	ztfID     = "ZTF17aaarzyp"
	lsstFile  = "lsst/lsst.v11_1.avro"
	noticeID  = "MS181101ab"
	notice    = "lvk/MS181101ab-initial.json"
	rapidFile = "rapid/rapid.v01_00.avro"
)

func TestSinglePacketsAreTakenAsTheyAre(t *testing.T) {
	for _, name := range []string{ztfFile, lsstFile} {
		body := shared(t, name)
		path := one(t, "a.avro", body)
		messages := read(t, path)
		if len(messages) != 1 || !bytes.Equal(messages[0].Body, body) || messages[0].Origin != path {
			t.Errorf("%s: %d messages", name, len(messages))
		}
		if as := messages[0].As; as == "" {
			t.Errorf("%s: not detected", name)
		}
	}
}

func TestContainersOfManyRecordsGiveAMessageEach(t *testing.T) {
	first := packet(t, "ztf-alerts", "", "ztf/ztf_public_20221229_ZTF18abfkwnk_2188216843315010016.v3_3.avro")
	schema, datum, err := reader().Datum(first)
	if err != nil {
		t.Fatal(err)
	}
	for _, codec := range []string{"null", "deflate", "snappy", "zstandard"} {
		var b bytes.Buffer
		w, err := avro.NewWriter(&b, schema, codec, nil)
		if err != nil {
			t.Fatal(err)
		}
		for range 200 {
			if err := w.Append(datum); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		path := one(t, "many.avro", b.Bytes())
		messages := read(t, path)
		if len(messages) != 200 {
			t.Fatalf("%s: %d messages", codec, len(messages))
		}
		_, again, err := reader().Datum(messages[123])
		if err != nil || !bytes.Equal(again, datum) || messages[123].Origin != path+":124" {
			t.Errorf("%s: %v, %s", codec, err, messages[123].Origin)
		}
		if other := read(t, path); !bytes.Equal(other[7].Body, messages[7].Body) {
			t.Errorf("%s: a record read again gives other bytes", codec)
		}
		torn, err := readAll(t, files.Options{Paths: []string{one(t, "torn.avro", b.Bytes()[:b.Len()-100])}})
		if err != nil || len(torn) == 0 || torn[len(torn)-1].Broken == nil || len(torn) > 200 && codec == "null" {
			t.Errorf("%s: a container cut off gave %d messages, %v", codec, len(torn), err)
		}
	}
}

func TestAContainerOfAnUnknownSurveyIsDecodedGenerically(t *testing.T) {
	schema, err := avro.ParseSchema([]byte(`{"type":"record","name":"other.thing","fields":[{"name":"x","type":"int"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	w, err := avro.NewWriter(&b, schema, "", nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []byte{2, 4} {
		if err := w.Append([]byte{x}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	messages := read(t, one(t, "other.avro", b.Bytes()))
	if len(messages) != 2 {
		t.Fatalf("%d messages", len(messages))
	}
	text, err := reader().AppendAlertJSON(nil, messages[1], false)
	if err != nil || string(text) != `{"x":2}` {
		t.Errorf("%s, %v", text, err)
	}
	wantIDs(t, messages, "", "")
	if as := messages[0].As; as != "" {
		t.Errorf("read as %q", as)
	}
}

func TestAsSaysWhatBytesDoNotTell(t *testing.T) {
	framed := shared(t, rapidFile)
	want := ids(t, []*alert.Message{packet(t, "", "rapid", rapidFile)})[0]
	for as, content := range map[string][]byte{
		"rapid": framed, "rapid:01.00": framed, "RAPID:01.00": framed, "lsst": shared(t, lsstFile), "lsst:10.0": shared(t, "lsst/lsst.v10_0.avro"),
		"lsst-alerts": shared(t, lsstFile), "projects/pitt-alert-broker/topics/lsst-alerts": shared(t, lsstFile), "ztf": shared(t, ztfFile),
		"lvk-alerts": shared(t, notice), "ztf-alerts": gzipped(t, shared(t, ztfFile)),
	} {
		messages, err := readAll(t, files.Options{Paths: []string{one(t, "packet", content)}, As: as})
		if err != nil || len(messages) != 1 || messages[0].As != as {
			t.Fatalf("%s: %d messages, %v", as, len(messages), err)
		}
		if got := ids(t, messages)[0]; got == "!" || got == "" || strings.HasPrefix(strings.ToLower(as), "rapid") && got != want {
			t.Errorf("%s: object %q", as, got)
		}
	}
	if _, err := readAll(t, files.Options{Paths: []string{one(t, "packet", framed)}, As: "nonsense:1"}); !errors.Is(err, alert.ErrUnknownPayload) {
		t.Errorf("--as nonsense: %v", err)
	}
}

func TestBarePacketsMayBeginLikeAnything(t *testing.T) {
	schema, err := registry.Default().Schema("elasticc", "0.9.1")
	if err != nil {
		t.Fatal(err)
	}
	datum := make([]byte, 1<<16) // in Avro every type has a value of zeros
	n, err := schema.Skip(datum)
	if err != nil {
		t.Fatal(err)
	}
	for _, first := range []byte("{[<\x00\x02\x1f(") { // of alertId
		datum[0] = first
		for _, as := range []string{"elasticc", "elasticc:0.9.1"} {
			messages, err := readAll(t, files.Options{Paths: []string{one(t, "packet", datum[:n])}, As: as})
			if err != nil || len(messages) != 1 {
				t.Fatalf("%q as %s: %d messages, %v", first, as, len(messages), err)
			}
			text, err := reader().AppendAlertJSON(nil, messages[0], false)
			id := fmt.Sprintf(`{"alertId":%d,`, int64(first>>1)^-int64(first&1))
			if err != nil || !strings.HasPrefix(string(text), id) {
				t.Errorf("%q as %s: %.60s, %v", first, as, text, err)
			}
		}
	}
}

func TestJSONComesInManyShapes(t *testing.T) {
	document := shared(t, notice)
	var compact, indented bytes.Buffer
	if json.Compact(&compact, document) != nil || json.Indent(&indented, document, "", "  ") != nil {
		t.Fatal("no JSON")
	}
	line, pretty := compact.String(), indented.String()
	for name, text := range map[string]string{
		"lines":         line + "\n" + line + "\n",
		"no last end":   line + "\n" + line,
		"CRLF":          line + "\r\n" + line + "\r\n",
		"BOM":           "\ufeff" + line + "\n\n  " + line,
		"pretty":        pretty + "\n" + pretty,
		"concatenated":  line + line,
		"array":         "[" + line + "," + line + "]",
		"pretty array":  "[\n" + pretty + "\n,\n" + pretty + "\n]\n",
		"two arrays":    "[" + line + "] [" + line + "]",
		"array and BOM": "\ufeff[" + line + " , " + line + "]",
	} {
		messages, err := readAll(t, files.Options{Paths: []string{one(t, "a.json", []byte(text))}})
		if err != nil || len(messages) != 2 {
			t.Errorf("%s: %d messages, %v", name, len(messages), err)
			continue
		}
		wantIDs(t, messages, noticeID, noticeID)
		if messages[0].ID == messages[1].ID {
			t.Errorf("%s: two messages of one name", name)
		}
	}
}

func TestALineThatBreaksOffCostsOneMessage(t *testing.T) {
	var compact bytes.Buffer
	if err := json.Compact(&compact, shared(t, notice)); err != nil {
		t.Fatal(err)
	}
	line := compact.String()
	for name, torn := range map[string]string{
		"in a value":  line[:strings.Index(line, `"group"`)-1],
		"in a text":   line[:strings.Index(line, `"group"`)+4],
		"after comma": line[:strings.Index(line, `"group"`)],
	} {
		messages, err := readAll(t, files.Options{Paths: []string{one(t, "a.jsonl", []byte(line+"\n"+torn+"\n"+line+"\n"))}})
		if err != nil || len(messages) != 3 || messages[1].Broken == nil || !bytes.HasPrefix(messages[1].Body, []byte(torn)) {
			t.Fatalf("%s: %d messages, %v", name, len(messages), err)
		}
		wantIDs(t, messages, noticeID, "!", noticeID)

		messages, err = readAll(t, files.Options{Paths: []string{one(t, "a.jsonl", []byte(line+"\n"+torn))}})
		if err != nil || len(messages) != 2 || messages[1].Broken == nil {
			t.Fatalf("%s at the end: %d messages, %v", name, len(messages), err)
		}
		_, err = readAll(t, files.Options{Paths: []string{one(t, "a.json", []byte(torn))}})
		var bad *files.FileError
		if !errors.As(err, &bad) || !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("%s alone: %v", name, err)
		}
	}
	messages, err := readAll(t, files.Options{Paths: []string{one(t, "a.json", []byte("["+line+","))}})
	if err != nil || len(messages) != 2 || messages[1].Broken == nil {
		t.Errorf("an array cut off: %d messages, %v", len(messages), err)
	}
}

func TestAHugeLineIsOneMessage(t *testing.T) {
	text := `{"superevent_id":"S1","alert_type":"INITIAL","time_created":"2026-01-01T00:00:00Z","event":null,"big":"` + strings.Repeat(`x\"`, 5<<20) + `"}`
	messages := read(t, one(t, "a.jsonl", []byte(text+"\n"+text)))
	if len(messages) != 2 || string(messages[0].Body) != text || string(messages[1].Body) != text {
		t.Fatalf("%d messages", len(messages))
	}
}

func TestFilesWithoutPacketsAreNamed(t *testing.T) {
	for name, c := range map[string]struct {
		content []byte
		want    error
	}{
		"empty.avro": {nil, files.ErrEmpty}, "blank.json": {[]byte(" \n\n"), files.ErrEmpty},
		"page.avro":  {[]byte("<!DOCTYPE html><html><body>404</body></html>"), files.ErrHTML},
		"event.xml":  {[]byte(`<?xml version="1.0"?><voe:VOEvent/>`), files.ErrXML},
		"wide.json":  {[]byte("\xff\xfe{\x00}\x00"), files.ErrUTF16},
		"none.tar":   {tarred(t, "readme.md", []byte("nothing")), files.ErrNoMembers},
		"rows.jsonl": {[]byte(`{"object_id":"a","survey":"ztf","publish_time":null,"mag":1}` + "\n"), files.ErrColumnsOnly},
	} {
		path := one(t, name, c.content)
		_, err := readAll(t, files.Options{Paths: []string{path}})
		var bad *files.FileError
		if !errors.As(err, &bad) || !errors.Is(err, c.want) || bad.Name != path {
			t.Errorf("%s alone: %v", name, err)
		}
		folder := store(t, map[string][]byte{"a.avro": shared(t, ztfFile), "b-" + name: c.content, "c.json": shared(t, notice)})
		messages, err := readAll(t, files.Options{Paths: []string{folder}})
		if err != nil || len(messages) != 3 || !errors.Is(messages[1].Broken, c.want) {
			t.Errorf("%s among others: %d messages, %v", name, len(messages), err)
		}
	}
}

func TestTablesAreNamedAsRows(t *testing.T) {
	for path, c := range map[string]struct {
		want string
		name format.Name
	}{
		"a.parquet": {"Parquet", format.Parquet}, "a.arrow": {"Arrow", format.Feather}, "a.arrows": {"Arrow", format.Arrow}, "a.fits": {"FITS", format.FITS},
		"a.vot": {"VOTable", format.VOTable}, "a.ecsv": {"ECSV", format.ECSV},
	} {
		path = filepath.Join(t.TempDir(), path)
		write(t, format.Options{Format: c.name, Path: path, Finite: true}, []string{"mag"})
		_, err := readAll(t, files.Options{Paths: []string{path}})
		var rows *files.RowsError
		if failed := (*files.FileError)(nil); !errors.As(err, &failed) || !errors.As(err, &rows) || rows.Format != c.want {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func TestWhatIsNotThereIsAnErrorBeforeAnythingIsRead(t *testing.T) {
	folder := store(t, map[string][]byte{"a.txt": []byte("x"), ".hidden/b.avro": []byte("x")})
	for _, path := range []string{folder, filepath.Join(folder, "*.avro")} {
		_, err := readAll(t, files.Options{Paths: []string{path}})
		var none *files.NoPacketsError
		if !errors.As(err, &none) || none.Path != path {
			t.Errorf("%s: %v", path, err)
		}
	}
	if _, err := readAll(t, files.Options{Paths: []string{one(t, "a.avro", shared(t, ztfFile)), filepath.Join(folder, "missing.avro")}}); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
	if _, err := readAll(t, files.Options{Paths: []string{filepath.Join(folder, "[")}}); err == nil {
		t.Error("no error for a bad pattern")
	}
}

func TestFoldersAndPatternsAreReadInOrder(t *testing.T) {
	ztf, lvk := shared(t, ztfFile), shared(t, notice)
	folder := store(t, map[string][]byte{"b.json": lvk, "a/x.avro": ztf, "c.avro": ztf, "d.md": []byte("#"), "e.headers.json": []byte("{}")})
	if err := os.Symlink(filepath.Join(folder, "c.avro"), filepath.Join(folder, "z.avro")); err != nil {
		t.Log(err)
	} else if err := os.Remove(filepath.Join(folder, "c.avro")); err != nil || os.WriteFile(filepath.Join(folder, "c.avro"), lvk, 0o644) != nil {
		t.Fatal(err)
	}
	wantIDs(t, read(t, folder), ztfID, noticeID, noticeID, noticeID)
	wantIDs(t, read(t, filepath.Join(folder, "?.json"), filepath.Join(folder, "a")), noticeID, ztfID)
	wantIDs(t, read(t, filepath.Join(folder, "[a-b]*")), ztfID, noticeID)
}

func TestContainersBehindEachOtherAreAllRead(t *testing.T) {
	names := []string{ztfFile, "ztf/ztf_public_20221229_ZTF18abfkwnk_2188216843315010016.v3_3.avro", ztfFile}
	const other = "ZTF18abfkwnk"
	var all []byte
	for _, name := range names {
		all = append(all, shared(t, name)...)
	}
	many := bytes.Repeat(all, 1+(8<<20)/len(all)) // more than is read at once
	for _, content := range [][]byte{all, many} {
		for name, o := range map[string]files.Options{
			"file": {Paths: []string{one(t, "a.avro", content)}}, "pipe": {Paths: []string{"-"}, Stdin: bytes.NewReader(content)},
		} {
			messages, err := readAll(t, o)
			if err != nil || len(messages) != 3*len(content)/len(all) {
				t.Fatalf("%s: %d messages, %v", name, len(messages), err)
			}
			wantIDs(t, messages[len(messages)-3:], ztfID, other, ztfID)
			if messages[0].ID == messages[1].ID || messages[1].As == "" {
				t.Errorf("%s: %q, %q", name, messages[0].ID, messages[1].As)
			}
		}
	}
	messages := read(t, one(t, "torn.avro", append(bytes.Clone(all), "Obj\x01\x04"...)))
	if len(messages) != 4 || messages[3].Broken == nil {
		t.Errorf("a torn one behind them: %d messages", len(messages))
	}
}

func TestWhatIsWrongWithAFileIsSaidInWords(t *testing.T) {
	folder := t.TempDir()
	for _, name := range []string{"missing.avro", "night[1].avro", "[", "a[b"} {
		path := filepath.Join(folder, name)
		_, err := readAll(t, files.Options{Paths: []string{path}})
		if failed := (*files.FileError)(nil); !errors.As(err, &failed) || !errors.Is(err, fs.ErrNotExist) || err.Error() != path+": no such file or directory" {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, c := range map[string]struct {
		content string
		want    error
	}{
		"table.csv": {"object_id,ra,dec\nZTF1,1,2\n", files.ErrNotPacket}, "random.bin": {string(junk(5000)), files.ErrNotPacket},
		"cut.json": {`{"a": [1, 2`, files.ErrBrokenJSON}, "text.json": {`{"a": "b`, files.ErrBrokenJSON}, "bad.json": {`{"a": }`, files.ErrBrokenJSON},
	} {
		path := one(t, name, []byte(c.content))
		messages, err := readAll(t, files.Options{Paths: []string{path}})
		if c.want == files.ErrNotPacket {
			if err != nil || len(messages) != 1 || !errors.Is(messages[0].Broken, alert.ErrUnknownPayload) {
				t.Errorf("%s: %d messages, %v", name, len(messages), err)
			}
		} else if failed := (*files.FileError)(nil); !errors.As(err, &failed) || !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
		messages, err = readAll(t, files.Options{Paths: []string{one(t, "a.avro", shared(t, ztfFile)), path}})
		if err != nil || len(messages) != 2 || !errors.Is(messages[1].Broken, c.want) || string(messages[1].Body) != c.content {
			t.Errorf("%s among others: %d messages, %v", name, len(messages), err)
		}
	}
}
