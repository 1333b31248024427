package registry

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// said prints an id as its parts.
func said(id ID) string {
	text := id.Namespace + " " + id.Text + " " + id.Survey
	for _, mark := range []struct {
		name string
		set  bool
	}{{"alert", id.Alert}, {"prefix", id.Prefix}, {"maybe", id.MaybeAlert}, {"named", id.Named && id.MaybeAlert}, {"simulated", id.Simulated}} {
		if mark.set {
			text += " " + mark.name
		}
	}
	return text
}

func TestIdsThatAreLookedUp(t *testing.T) {
	for _, c := range []struct{ text, survey, want string }{
		{"ZTF18abfkwnk", "", "ZTF ZTF18abfkwnk ztf"},
		{" ZTF18abfkwnk\n", "ZTF", "ZTF ZTF18abfkwnk ztf"},
		{"ztf:ZTF18abfkwnk", "", "ZTF ZTF18abfkwnk ztf"},
		{"ZTF21abc", "", "ZTF ZTF21abc ztf prefix simulated"},
		{"ZTF21ab", "", "ZTF ZTF21ab ztf prefix"},
		{"ZTF21abcd", "", "ZTF ZTF21abcd ztf prefix"},
		{"ZTF21", "", "ZTF ZTF21 ztf prefix"},
		{"ZTF:ZTF21abiuvd", "ztf", "ZTF ZTF21abiuvd ztf prefix"},
		{"ZTF:516171791415015025", "", "ZTF:candid 516171791415015025 ztf alert"},
		{"516171791415015025", "ztf", "ZTF:candid 516171791415015025 ztf alert"},
		{"ztf:CANDID:516171791415015025", "", "ZTF:candid 516171791415015025 ztf alert"},
		{"ZTF : candid : 516171791415015025", "", ""},
		{"ZTF:candid: 516171791415015025", "", "ZTF:candid 516171791415015025 ztf alert"},
		{"9200000000000000001", "", "ZTF:candid 9200000000000000001 ztf alert simulated"},
		{"516171791415015025", "", "LSST:dia 516171791415015025 lsst maybe"},
		{"7912941781254298", "", "LSST:dia 7912941781254298 lsst maybe"},
		{"7912941781254298", "rapid", "RAPID 7912941781254298 rapid maybe named"},
		{"LSST:source:7912941781254298", "", "LSST:source 7912941781254298 lsst alert"},
		{"170028485706776685", "", "LSST:dia 170028485706776685 lsst maybe"},
		{"170028485706776685", "LSST", "LSST:dia 170028485706776685 lsst maybe named"},
		{"LSST:170028485706776685", "", "LSST:dia 170028485706776685 lsst maybe named"},
		{"lsst:DIA:170028485706776685", "", "LSST:dia 170028485706776685 lsst"},
		{"LSST:dia:5", "lsst", "LSST:dia 5 lsst"},
		{"5", "lsst", "LSST:dia 5 lsst maybe named"},
		{"LSST:source:170094456272322680", "", "LSST:source 170094456272322680 lsst alert"},
		{"9000000000000000001", "", "LSST:dia 9000000000000000001 lsst simulated"},
		{"9050000000000000001", "", "LSST:source 9050000000000000001 lsst alert simulated"},
		{"9100000000000000001", "lsst", "LSST:ss 9100000000000000001 lsst simulated"},
		{"21163624394469969", "", "LSST:ss 21163624394469969 lsst maybe"},
		{"LSST:dia:21163624394469969", "", "LSST:dia 21163624394469969 lsst"},
		{"LSST:ss:170028485706776685", "", "LSST:ss 170028485706776685 lsst"},
		{"2004 JQ12", "", "LSST:ss 21163624394469969 lsst"},
		{"2004_JQ12", "lsst", "LSST:ss 21163624394469969 lsst"},
		{"2004JQ12", "", "LSST:ss 21163624394469969 lsst"},
		{"K04J12Q", "", "LSST:ss 21163624394469969 lsst"},
		{"LSST:ss:K04J12Q", "", "LSST:ss 21163624394469969 lsst"},
		{"MPC:2004JQ12", "", "LSST:ss 21163624394469969 lsst"},
		{"mpc:2023AB", "", "LSST:ss 21165818971697218 lsst"},
		{"2023 AB", "", "LSST:ss 21165818971697218 lsst"},
		{"S200302c", "", "LVK S200302c lvk"},
		{"lvk:MS181101ab", "", "LVK MS181101ab lvk"},
		{"MS250101zab", "lvk", "LVK MS250101zab lvk simulated"},
		{"433", "rapid", "RAPID 433 rapid maybe named"},
		{"RAPID:11369614", "", "RAPID 11369614 rapid maybe named"},
		{"1234567", "swift", "Swift 1234567 swift maybe named"},
		{"anything 7", "elasticc", " anything 7 elasticc"},
	} {
		id, err := Default().ParseID(c.text, c.survey)
		if c.want == "" {
			if err == nil {
				t.Errorf("%q of %q: %s, want an error", c.text, c.survey, said(id))
			}
			continue
		}
		if got := said(id); err != nil || got != c.want {
			t.Errorf("%q of %q: %s, %v; want %s", c.text, c.survey, got, err, c.want)
		}
		if id.Given != strings.TrimSpace(c.text) {
			t.Errorf("%q: given as %q", c.text, id.Given)
		}
	}
}

func TestIdsThatNoArchiveHasAreNamedForWhatTheyAre(t *testing.T) {
	for _, c := range []struct{ text, survey, want string }{
		{"SN 2023bip", "", `TNS: "SN 2023bip" is a name at the Transient Name Server, by which no archive can be asked; its page has the position and the surveys' own ids: look one up, or ask for the place with a cone; https://www.wis-tns.org/object/2023bip`},
		{"AT2019qiz", "ztf", `TNS: "AT2019qiz" is a name`},
		{"sn2023ixf", "", `TNS: "SN2023ixf" is a name`},
		{"2023A", "", `TNS: "2023A"`},
		{"TNS:2023ixf", "", `TNS: "2023ixf"`},
		{"2023AB", "", `MPC or TNS: "2023AB" is the designation of a minor planet or a name at the Transient Name Server, by which no archive can be asked; for the minor planet write 2023 AB; TNS`},
		{"ANT2020m4pja", "", `ANTARES: "ANT2020m4pja" is an ANTARES locus, by which no archive can be asked; the page of the locus names its ZTF object: look that up, or ask for the place with a cone; https://antares.noirlab.edu/loci/ANT2020m4pja`},
		{"Gaia16aau", "", `GaiaAlerts: `},
		{"gaia16AAU", "", `GaiaAlerts: "Gaia16aau" is a Gaia alert`},
		{"Gaia DR3 4836968293033500160", "", `Gaia: "Gaia DR3 4836968293033500160" is a Gaia source`},
		{"gaia:4836968293033500160", "", `Gaia: `},
		{"GW150914", "", `GW: "GW150914" is a name of a confirmed gravitational-wave event, by which no archive can be asked; notices know an event by the superevent`},
		{"LVK:GW230529_181500", "lvk", `GW: `},
		{"sso21163624394469969", "", `Babamul: "sso21163624394469969" is a solar-system object of Babamul, by which no archive can be asked; look up its designation, such as 2004 JQ12, or LSST:ss:21163624394469969 if`},
		{"WNTR24awati", "", "WINTER: "}, {"PGIR19aacbvv", "", "PGIR: "}, {"DC21baaa", "", "DECam: "},
		{"MPC:433", "", `MPC:number: "433" is a number of a minor planet, by which no archive can be asked; look up its provisional designation`},
		{"433", "", `integer: "433" is a small integer that may be a number of a minor planet, or a RAPID object or detection, by which no archive can be asked; name the survey, or put a prefix before it: RAPID:433, LSST:dia:433; `},
		{"1234567", "", `integer: "1234567" is a small integer that may be a number of a minor planet, or a RAPID object or detection, or a trigger of Swift, by`},
		{"791294178125429", "", `integer: "791294178125429" is a small integer`},
		{"9150000000000000001", "", "LSST:forced: "}, {"LSST:forced:9150000000000000001", "", "LSST:forced: "},
		{"2020 AA620", "", `MPC: "2020 AA620" is a provisional designation of a minor planet, by which no archive can be asked; it has no packed form`},
	} {
		id, err := Default().ParseID(c.text, c.survey)
		var wrong *UnresolvableError
		if !errors.As(err, &wrong) {
			t.Errorf("%q: %+v, %v", c.text, id, err)
			continue
		}
		if got := wrong.Namespace + ": " + wrong.Error() + "; " + wrong.Instead + "; " + wrong.Page; !strings.HasPrefix(got, c.want) {
			t.Errorf("%q:\n got %s\nwant %s", c.text, got, c.want)
		}
	}
}

func TestWhatIsNoIdIsSaidSoWithWhatMayHaveBeenMeant(t *testing.T) {
	for _, c := range []struct{ text, survey, want string }{
		{"", "", `unknown id "": it is empty []`},
		{"ztf21abc", "", `unknown id "ztf21abc" [ZTF21abc]`},
		{"ZTF18ABFKWNK", "", `unknown id "ZTF18ABFKWNK" [ZTF18abfkwnk]`},
		{"ZTF 18abfkwnk", "", `unknown id "ZTF 18abfkwnk" [ZTF18abfkwnk]`},
		{"18abfkwnk", "", `unknown id "18abfkwnk" [ZTF18abfkwnk]`},
		{"ZTF18abfkwnkx", "", `unknown id "ZTF18abfkwnkx" [ZTF18abfkwnk]`},
		{"ZTF:18abfkwnk", "", `unknown id "18abfkwnk" [ZTF18abfkwnk]`},
		{"s200302C", "", `unknown id "s200302C" [S200302c]`},
		{"2004 jq12", "", `unknown id "2004 jq12" [2004 JQ12]`},
		{"k04j12q", "", `unknown id "k04j12q" [K04J12Q]`},
		{"hello", "", `unknown id "hello" []`},
		{"ZTF21*", "", `unknown id "ZTF21*": ids take no wildcards; the beginning of a ZTF id lists those that begin so []`},
		{"0", "", `unknown id "0": 0 means none []`},
		{"ZTF2", "", `unknown id "ZTF2" []`},
		{"-5", "", `unknown id "-5" []`},
		{"0170028485706776685", "", `unknown id "0170028485706776685": an integer id does not begin with 0 []`},
		{"9223372036854775808", "", `unknown id "9223372036854775808": no id is so large; they end at 9223372036854775807 []`},
		{"1.7002848570677668e+17", "", `unknown id "1.7002848570677668e+17": an integer id that was kept as a floating-point number has lost digits; take it from its source again, as text []`},
		{"LSST:diaa:17", "", `unknown prefix of an id "LSST:diaa": id prefixes are LSST:dia, LSST:source, LSST:ss, LVK, RAPID, Swift, ZTF, ZTF:candid [LSST:dia]`},
		{"LSST:", "", `unknown id "LSST:": nothing stands behind its prefix []`},
		{"LSST:source:ZTF18abfkwnk", "", `unknown LSST:source id "ZTF18abfkwnk": it is a ZTF object [ZTF18abfkwnk]`},
		{"LSST:dia:x", "", `unknown LSST:dia id "x": such an id looks like 170028485706776685 []`},
		{"ZTF18abfkwnk", "lsst", `unknown lsst id "ZTF18abfkwnk": it is a ZTF object []`},
		{"LSST:dia:170028485706776685", "ztf", `unknown ztf id "LSST:dia:170028485706776685": its prefix names lsst []`},
		{"ZTF:ZTF18abfkwnk", "lsst", `unknown lsst id "ZTF:ZTF18abfkwnk": its prefix names ztf []`},
		{"ZTF18abfkwnk", "lsstt", `unknown survey "lsstt" [lsst]`},
		{"a\x00b", "", `unknown id "a\x00b": it has characters that no id has []`},
		{"a\xffb", "", `unknown id "a\xffb": it has characters that no id has []`},
		{strings.Repeat("x", 200), "", `unknown id "` + strings.Repeat("x", 80) + `...": it has more than 128 bytes []`},
	} {
		id, err := Default().ParseID(c.text, c.survey)
		var unknown *UnknownError
		if !errors.As(err, &unknown) {
			t.Errorf("%q: %+v, %v", c.text, id, err)
			continue
		}
		if got := fmt.Sprint(unknown, " ", unknown.Near); got != c.want {
			t.Errorf("%q:\n got %s\nwant %s", c.text, got, c.want)
		}
	}
}

func TestADesignationAndItsNumberAreOneThing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		letters := func(from, name string) string { return rapid.SampledFrom(strings.Split(from, "")).Draw(t, name) }
		year := rapid.IntRange(1800, 2099).Draw(t, "year")
		readable := fmt.Sprintf("%d %s%s", year, letters(firstHalf, "half"), letters(secondHalf, "second"))
		if cycle := rapid.IntRange(0, 619).Draw(t, "cycle"); cycle > 0 {
			readable += fmt.Sprint(cycle)
		}
		number, ok := PackDesignation(readable)
		if !ok {
			t.Fatalf("%s has no packed form", readable)
		}
		packed, back, ok := Designation(number)
		if !ok || back != readable {
			t.Fatalf("%s became %s", readable, back)
		}
		for _, form := range []string{packed, strings.ReplaceAll(readable, " ", "_"), strings.ReplaceAll(readable, " ", "")} {
			if again, ok := PackDesignation(form); !ok || again != number {
				t.Fatalf("%s is %d, %s is %d", readable, number, form, again)
			}
		}
	})
	for _, text := range []string{"", "2004", "2004 J", "2004 JI", "2004 ZA", "2004 JQ01", "2004 JQ620", "2104 JQ1", "1799 JQ1", "20x4 JQ1", "2004  JQ1", "2004 JQ+1", "2004 JQ99999", "J04J1QQ"} {
		if number, ok := PackDesignation(text); ok {
			t.Errorf("%q is %d", text, number)
		}
	}
}

func TestAUsersNamespaceIsReadByItsForm(t *testing.T) {
	r, err := load(t, madeUp)
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{"ZTF7": "Gnome ZTF7 gnome", "gnome:ZTF7": "Gnome ZTF7 gnome", "ZTF18abfkwnk": "ZTF ZTF18abfkwnk ztf"} {
		if id, err := r.ParseID(text, ""); err != nil || said(id) != want {
			t.Errorf("%q: %s, %v", text, said(id), err)
		}
	}
}

func FuzzParseID(f *testing.F) {
	for _, seed := range []string{"ZTF21abc", "LSST:dia:170028485706776685", "2004 JQ12", "SN 2023bip", "433", "1e17", "ztf21abc", "::", "2023AB", "LSST:ss:2004_JQ12", "\xff"} {
		f.Add(seed, "")
		f.Add(seed, "lsst")
	}
	r := Default()
	f.Fuzz(func(t *testing.T, text, survey string) {
		id, err := r.ParseID(text, survey)
		if err != nil {
			var unknown *UnknownError
			var wrong *UnresolvableError
			if !errors.As(err, &unknown) && !errors.As(err, &wrong) {
				t.Fatalf("%T: %v", err, err)
			}
			if strings.ContainsAny(err.Error(), "\x00\n\x1b") && survey == "" {
				t.Fatalf("%q", err)
			}
			return
		}
		if id.Text == "" || id.Survey == "" {
			t.Fatalf("%+v", id)
		}
		if id.Namespace == "" {
			return
		}
		// What was understood says the same again in full.
		again, err := r.ParseID(id.Namespace+":"+id.Text, id.Survey)
		if err != nil || again.Text != id.Text || again.Namespace != id.Namespace || again.Survey != id.Survey || again.Alert != id.Alert || again.Simulated != id.Simulated {
			t.Fatalf("%+v\n%+v, %v", id, again, err)
		}
	})
}

func BenchmarkParseID(b *testing.B) {
	for _, text := range []string{"ZTF18abfkwnk", "170028485706776685", "2004 JQ12"} {
		b.Run(text, func(b *testing.B) {
			r := Default()
			for b.Loop() {
				if _, err := r.ParseID(text, ""); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
