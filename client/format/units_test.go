package format

import (
	"testing"

	"github.com/mwvgroup/pgb/client/registry"
)

func TestUnitsAreSpelledAsTheStandardsDo(t *testing.T) {
	for unit, want := range map[string]string{
		"": "", "deg": "deg", "nJy": "nJy", "deg2": "deg**2", "DN": "adu", "mas/yr": "mas/yr", "km/s": "km/s", "km s-1": "km.s**-1",
		"m.s^-2": "m.s**-2", "MHz": "MHz", "mag": "mag", "arcsec": "arcsec", "Angstrom": "Angstrom",
		"furlong": "none", "1e-17 erg": "none", "erg/s/cm2": "none", "erg/s cm2": "none", "/s": "none", "m/": "none", "m\"": "none", "%": "none", "ü": "none",
	} {
		got, ok := standardUnit(unit)
		if !ok {
			got = "none"
		}
		if got != want {
			t.Errorf("%q is %q, want %q", unit, got, want)
		}
	}
}

func TestEveryUnitOfTheRegistryIsInTheStandards(t *testing.T) {
	known := registry.Default()
	for _, column := range known.Columns {
		if _, ok := standardUnit(column.Unit); !ok {
			t.Errorf("%s: %s", column.Name, column.Unit)
		}
	}
	for _, survey := range known.Surveys {
		for path, unit := range survey.Units {
			if _, ok := standardUnit(unit); !ok {
				t.Errorf("%s: %s", path, unit)
			}
		}
	}
}
