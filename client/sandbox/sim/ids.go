package sim

import "fmt"

// The ranges of simulated ids, each from its base on; real ids are far below.
const (
	DiaObjectBase int64 = 9_000_000_000_000_000_000
	DiaSourceBase int64 = 9_050_000_000_000_000_000
	SSObjectBase  int64 = 9_100_000_000_000_000_000
	ForcedBase    int64 = 9_150_000_000_000_000_000
	CandidBase    int64 = 9_200_000_000_000_000_000
	idSpan        int64 = 23_000_000_000_000_000
	firstNight          = 58_000 // MJD; source ids count nights from here
	lastNight           = firstNight + 22_000
)

// StarName is the ZTF name of the supernova that is in every simulated sky.
const StarName = "ZTF21abc"

const (
	nameCount    = 26 * 26 * 26
	fixedNames   = 9000 // names of fixed objects; those behind are asteroids'
	maxPerNight  = 23   // asteroids that ZTF names in a night
	maxNum       = 100_000
	starLetters  = 1*26 + 2 // "abc" in base 26
	nameStep     = 10_007   // coprime to nameCount: a permutation of the names
	nightsOfYear = 366
)

// ztfName gives the name of the n-th object (below nameCount) that was first
// seen in a year. Names of one seed do not repeat within a year.
func ztfName(seed uint64, year, n int) string {
	k := (n*nameStep + int(mix(seed, forIDs)%nameCount)) % nameCount
	if k == starLetters && year%100 == 21 {
		year--
	}
	return fmt.Sprintf("ZTF%02d%c%c%c", year%100, 'a'+k/676, 'a'+k/26%26, 'a'+k%26)
}

// sourceID gives the id of a detection: it grows with time and names the
// object's number last, so that no two are equal.
func sourceID(base int64, mjd float64, ccd int, num uint64) int64 {
	night := int64(mjd)
	tick := int64((mjd - float64(night)) * 1e5)
	return base + (night-firstNight)*1_000_000_000_000 + tick*10_000_000 + int64(ccd%100)*100_000 + int64(num%maxNum)
}

// objectID gives the id of an object in a range.
func objectID(seed uint64, base int64, num uint64) int64 {
	return base + int64(num%maxNum)*100_000_000_000 + int64(mix(seed, forIDs, num)%100_000_000_000)
}
