package registry

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// canonical are the SHA-256 of the schemas as published: the parsed file written
// with sorted keys and without spaces.
var canonical = map[string]string{
	"lsst 7.0": "35146502d41bc14e05b40e3fd8c65a14b806e5917b51ec06eb0a676a8135f585", "lsst 7.1": "ef10fdbeffdbf6806ca6eeb5b61c69c58d7054a2184f3adbd76bc021b1e23cea",
	"lsst 7.2": "09ff65b57a2c954bcc32c42620b82ef560edbfb92b1dd0539105ae648c458829", "lsst 7.3": "f9ee320a1daf2dbe0aacd73d3c16b2786b35b5652c890700d44e153ed1e33f7c",
	"lsst 7.4": "ed76623c0c771fd289477d8429a887ff503612d7fdd2c2482842caf49dd40efc", "lsst 8.0": "1c82ad46451d1e9891143dfca08ddf7778dc0285023da9ba93e52ebad4cbf42b",
	"lsst 9.0": "b33d3130f3896f629c0d4e9fbcb396f06726dba59b73ea157e91dce550b2d57c", "lsst 10.0": "5ca30fd444fc64deec9ad7fb693ae54f71721cb32880d9cf8b49657ad3c07b26",
	"lsst 10.1": "3f348ed10cc5a7762203c4fcd7b56376a11dbb4e17c57fec4898881a05a4c664", "lsst 11.0": "18b37d0e84a0e70f00b3db9ecba69a2d8fba6c19cb25f2abe4d492a50ecf22ee",
	"lsst 11.1": "e8b2e6d4777444a88bc3456f904e026d0180321faa10c6abfe98d27350d9c247", "rapid 01.00": "611aeb8be1bfc0f36c0db4ab263260069b30fa4a2fb8eb13fe77054008daa9ce",
	"elasticc 0.9.1":                      "9d5ebd2a29377b8ea45cdaea833b6447160cd34fde80402b763371e62037650e",
	"elasticc 0.9.1.brokerClassification": "4bb120274b0a42f40510517a8508217ec12b898bb1830132ada6a5f45bd6d63b",
	"ztf 3.3":                             "f4cf7599eb83db17356aa7ca8a24e1680ab7e6a59b15ef52917e553f9356e222",
	"ztf 4.02":                            "31cefc92d9155e157716d9b627b97b5b22fe15ff2eab0430d0db5c12b1db2e06",
}

func TestSchemasAreThoseOfTheSurveys(t *testing.T) {
	r := Default()
	for _, name := range r.Schemas() {
		schema, err := r.Schema(name.Survey, name.Version)
		if err != nil {
			t.Fatal(err)
		}
		decoder := json.NewDecoder(bytes.NewReader(schema.JSON()))
		decoder.UseNumber()
		var tree any
		if err := decoder.Decode(&tree); err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(tree)
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256(text)
		if got := hex.EncodeToString(sum[:]); got != canonical[name.String()] {
			t.Errorf("%s: %s", name, got)
		}
		again, err := r.Schema(name.Survey, "v"+strings.ReplaceAll(name.Version, ".", "_"))
		if err != nil || again != schema {
			t.Errorf("%s: not the same at the second call: %v", name, err)
		}
	}
	if n := len(r.Schemas()); n != len(canonical) {
		t.Errorf("%d schemas", n)
	}
	if got := strings.Join(r.Versions("lsst"), " "); got != "11.1 11.0 10.1 10.0 9.0 8.0 7.4 7.3 7.2 7.1 7.0" {
		t.Error(got)
	}
}

func TestSchemasByTheIdInFrontOfAPacket(t *testing.T) {
	r := Default()
	for _, one := range []struct {
		survey  string
		id      int
		version string
	}{{"lsst", 700, "7.0"}, {"lsst", 704, "7.4"}, {"lsst", 1000, "10.0"}, {"lsst", 1101, "11.1"}, {"rapid", 100, "01.00"}} {
		byID, err := r.SchemaByID(one.survey, one.id)
		if err != nil {
			t.Fatal(err)
		}
		if byName, _ := r.Schema(one.survey, one.version); byID != byName {
			t.Errorf("id %d is not %s", one.id, one.version)
		}
	}
	for _, id := range []int{0, -1, 100, 705, 1102, 110100} {
		_, err := r.SchemaByID("lsst", id)
		var unknown *UnknownError
		if !errors.As(err, &unknown) || unknown.Near[0] != "lsst 11.1" {
			t.Errorf("id %d: %v", id, err)
		}
	}
	if _, err := r.Schema("lsst", "12.0"); err == nil || err.Error() != `unknown schema "lsst 12.0"` {
		t.Error(err)
	}
}

func TestASchemaByItsIdCostsNoAllocation(t *testing.T) {
	r := Default()
	if n := testing.AllocsPerRun(100, func() {
		if _, err := r.SchemaByID("lsst", 1101); err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestAFolderAddsSchemas(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	r := Default()
	var file *FileError
	if err := r.AddSchemaDir(dir); !errors.As(err, &file) {
		t.Errorf("an empty folder: %v", err)
	}
	write("lsst.12.0.json", `{"type":"record","name":"alert","namespace":"lsst.v12_0","fields":[{"name":"diaSourceId","type":"long"}]}`)
	write("README", "not a schema")
	if err := r.AddSchemaDir(dir); err != nil {
		t.Fatal(err)
	}
	if s, err := r.SchemaByID("lsst", 1200); err != nil || s.Name() != "lsst.v12_0.alert" {
		t.Error(err)
	}
	if r.Versions("lsst")[0] != "12.0" || slices.Contains(Default().Versions("lsst"), "12.0") {
		t.Error("a schema is added to one registry only")
	}
	before, _ := r.SchemaByID("lsst", 1200)
	write("lsst.12.0.json", `{"type":"record","name":"alert","namespace":"lsst.v12_0","fields":[]}`)
	if err := r.AddSchemaDir(dir); err != nil {
		t.Fatal(err)
	}
	if after, err := r.SchemaByID("lsst", 1200); err != nil || after == before {
		t.Errorf("a schema that was added again is not read: %v", err)
	}
	write("lsst.13.0.avsc", `{"type":"rec`)
	if err := r.AddSchemaDir(dir); !errors.As(err, &file) || !strings.HasPrefix(err.Error(), filepath.Join(dir, "lsst.13.0.avsc")+": ") {
		t.Error(err)
	}
	if err := r.AddSchemaDir(filepath.Join(dir, "absent")); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
}

func TestAVersionToReadAsMustBeKnown(t *testing.T) {
	r := Default()
	for as, near := range map[string]string{
		"rapid:02": "rapid:01.00", "lsst:99": "lsst:", "lsst:": "lsst:11.1", "elasticc:0.9.9": "elasticc:0.9.1", "ztf:9.9": "ztf:",
		"ztf-alerts:9.9": "ztf-alerts:", "lvk:1.0": "",
	} {
		_, err := r.ReadAs(as)
		var unknown *UnknownError
		if !errors.As(err, &unknown) || !strings.HasPrefix(strings.Join(unknown.Near, " "), near) {
			t.Errorf("%s: %v, near %v", as, err, unknown)
		}
		if _, err := r.Resolve("projects/p/topics/x", as); !errors.As(err, &unknown) {
			t.Errorf("resolve as %s: %v", as, err)
		}
	}
	for _, as := range []string{"rapid:01.00", "rapid:1.0", "rapid:v01_00", "lsst:11.1", "lsst:v11_1", "elasticc:0.9.1", "ztf:4.02", "lsst-alerts:10.0", "lsst", "json"} {
		if _, err := r.ReadAs(as); err != nil {
			t.Errorf("%s: %v", as, err)
		}
	}
	for _, version := range []string{"01.00", "1.0", "1.00", "v1_0"} {
		if _, err := r.Schema("rapid", version); err != nil {
			t.Error(err)
		}
	}
}
