package sim

import "math/rand/v2"

// mix hashes numbers into one (SplitMix64's finaliser over a running sum), so
// that every draw has its own generator and none depends on the order of draws.
func mix(parts ...uint64) uint64 {
	h := uint64(0x9e3779b97f4a7c15)
	for _, p := range parts {
		h += p + 0x9e3779b97f4a7c15
		h = (h ^ (h >> 30)) * 0xbf58476d1ce4e5b9
		h = (h ^ (h >> 27)) * 0x94d049bb133111eb
		h ^= h >> 31
	}
	return h
}

// generator gives the random numbers of one thing.
func generator(parts ...uint64) *rand.Rand {
	return rand.New(rand.NewPCG(mix(parts...), 0x853c49e6748fea9b))
}

// chance gives a number in [0, 1) that belongs to parts.
func chance(parts ...uint64) float64 { return float64(mix(parts...)>>11) / (1 << 53) }

// Purposes of generators, so that two of them never share numbers.
const (
	forObject uint64 = iota + 1
	forVisit
	forWeather
	forMeasure
	forForced
	forFields
	forStamp
	forFlare
	forWalk
	forNotice
	forIDs
	forOrbit
	forClassifier
)
