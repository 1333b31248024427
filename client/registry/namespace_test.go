package registry

import (
	"strings"
	"testing"
)

func TestNamespacesOfAnId(t *testing.T) {
	r := Default()
	for id, want := range map[string]string{
		"ZTF18abfkwnk": "ZTF", "ZTF21abc": "ZTF:simulated", "S200302c": "LVK", "MS181101ab": "LVK:mock", "MS181101z": "LVK:mock", "MS181101yab": "LVK:mock", "MS181101zaaa": "LVK:mock", "TS181101zab": "LVK:mock", "MS181101zab": "LVK:simulated", "GW150914": "GW",
		"ANT2020m4pja": "ANTARES", "SN 2023bip": "TNS", "AT2019qiz": "TNS", "2023ixf": "TNS", "2004 JQ12": "MPC", "2015_BC557": "MPC",
		"2023AB": "MPC TNS", "K04J12Q": "MPC:packed", "21163624394469969": "LSST:ss LSST:dia LSST:source Gaia",
		"313761043604045880": "LSST:dia LSST:source ZTF:candid Gaia", "170028485706776685": "LSST:dia LSST:source ZTF:candid Gaia",
		"9000000000000000001": "LSST:dia:simulated", "9050000000000000001": "LSST:source:simulated", "9100000000000000001": "LSST:ss:simulated",
		"9223372036854775807": "ZTF:candid:simulated", "9223372036854775808": "", "433": "MPC:number RAPID", "11369614": "RAPID Swift",
		"Gaia DR3 4836968293033500160": "Gaia", "ZTF18ABFKWNK": "", "ztf18abfkwnk": "", "": "", "0": "", "-5": "", "xZTF18abfkwnk": "", "ZTF18abfkwnk\n": "ZTF",
	} {
		var names []string
		for _, n := range r.Namespace(id) {
			names = append(names, n.Name)
		}
		if got := strings.Join(names, " "); got != want {
			t.Errorf("%q: %s, want %s", id, got, want)
		}
	}
}

func TestDesignationsOfMinorPlanets(t *testing.T) {
	for id, want := range map[int64]string{
		21163624394469969: "K04J12Q 2004 JQ12", 21165806389311562: "K20S88J 2020 SJ88", 0: " ", -1: " ", 170028485706776685: " ", 21163624394469888: " ",
	} {
		packed, readable, ok := Designation(id)
		if got := packed + " " + readable; got != want || ok != (want != " ") {
			t.Errorf("%d: %s", id, got)
		}
	}
	for packed, want := range map[string]string{
		"K15Bt7C": "2015 BC557", "J95X00A": "1995 XA", "J95X01L": "1995 XL1", "K07Tf8A": "2007 TA418", "K04I12Q": "", "K04J1QQ": "", "L04J12Q": "", "K04J12": "",
	} {
		if got, _ := unpackDesignation(packed); got != want {
			t.Errorf("%s: %s", packed, got)
		}
	}
}

func TestIdsThatOnlyASandboxMakes(t *testing.T) {
	r := Default()
	for id, want := range map[string]bool{
		"ZTF21abc": true, "ZTF21abcdefg": false, "9000000000000000001": true, "8999999999999999999": false, "9050000000000000001": true,
		"9223372036854775807": true, "9223372036854775808": false, "-9000000000000000001": false, "MS250101zab": true, "MS250101ab": false, "S250101zab": false, "": false,
	} {
		if got := r.SimulatedID(id); got != want {
			t.Errorf("%q: %v", id, got)
		}
	}
}
