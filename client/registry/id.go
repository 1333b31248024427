package registry

// ID is the id of an object or of a single alert, with what is known of its
// namespace.
type ID struct {
	// Given is the id as it was typed.
	Given string
	// Text is the id as the survey's records have it, in digits where it is a
	// number: "ZTF21abiuvdk", "170028485706776685". A designation of a minor
	// planet has become its ssObjectId.
	Text string
	// Survey is "ztf", "lsst", "lvk", ...; empty where the id alone does not
	// tell and nobody said.
	Survey string
	// Namespace is the namespace's name: "ZTF", "LSST:dia", "LSST:ss",
	// "LSST:source", "ZTF:candid", "LVK".
	Namespace string
	// Alert says that it names a single alert (a source id or candid), not an
	// object.
	Alert bool
	// Prefix says that the id may be the beginning of others: an incomplete
	// ZTF id.
	Prefix bool
	// MaybeAlert says that it is a bare integer, which is taken for an object
	// and may be the id of a single alert all the same.
	MaybeAlert bool
	// Named says that the survey was said, by a prefix or beside the id. That
	// of another bare integer is a guess.
	Named bool
	// Simulated says that only a sandbox makes such an id.
	Simulated bool
}
