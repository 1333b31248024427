package format

import (
	"regexp"
	"slices"
	"strings"
)

// wholeUnits are symbols that take no prefix, and prefixedUnits those that do,
// as far as VOUnits and FITS have both.
var (
	wholeUnits    = strings.Fields("AU D adu arcmin beam bin chan ct count d deg h mas min ph photon pix pixel solLum solMass solRad voxel Angstrom")
	prefixedUnits = strings.Fields("A C F G H Hz J Jy K N Ohm Pa R Ry S T V W Wb a arcsec barn bit byte cd eV erg g lm lx lyr m mag mol pc rad s sr u yr")
	prefixes      = strings.Fields("da d c m u n p f a z y h k M G T P E Z Y")
	// spellings are units as surveys write them.
	spellings = map[string]string{"DN": "adu", "days": "d", "degree": "deg", "degrees": "deg"}
)

var unitFactor = regexp.MustCompile(`^([A-Za-z]+)(?:\*\*|\^)?([+-]?[0-9]+)?$`)

// standardUnit spells a unit as VOUnits 1.0 and FITS 4.0 both do: deg**2 for
// deg2. ok is false for a unit that they don't both have.
func standardUnit(unit string) (spelled string, ok bool) {
	if unit == "" {
		return "", true
	}
	above, below, divided := strings.Cut(unit, "/")
	spelled, ok = unitProduct(above)
	if divided && ok {
		below, ok = unitProduct(below)
		if strings.Contains(below, ".") {
			return "", false // what a divisor of several factors means is not agreed
		}
		spelled += "/" + below
	}
	if !ok {
		return "", false
	}
	return spelled, true
}

// unitProduct spells a product of units.
func unitProduct(text string) (spelled string, ok bool) {
	factors := strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == '.' })
	for i, factor := range factors {
		found := unitFactor.FindStringSubmatch(factor)
		if found == nil {
			return "", false
		}
		symbol, power := found[1], found[2]
		if known := spellings[symbol]; known != "" {
			symbol = known
		}
		if !isUnit(symbol) {
			return "", false
		}
		if power != "" {
			symbol += "**" + strings.TrimPrefix(power, "+")
		}
		factors[i] = symbol
	}
	return strings.Join(factors, "."), len(factors) > 0
}

func isUnit(symbol string) bool {
	if slices.Contains(wholeUnits, symbol) || slices.Contains(prefixedUnits, symbol) {
		return true
	}
	return slices.ContainsFunc(prefixes, func(prefix string) bool {
		rest, ok := strings.CutPrefix(symbol, prefix)
		return ok && slices.Contains(prefixedUnits, rest)
	})
}
