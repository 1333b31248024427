// Package sim is a simulated sky and the surveys that watch it: supernovae,
// variable stars, active galaxies, flare stars, asteroids and artefacts, seen
// with the cadence, noise, limits and alert packets of ZTF and LSST, and mock
// gravitational-wave notices.
//
// A [Sky] is made from a seed. The same seed and [Options] give the same bytes,
// whatever the clock says. [Sky.Next] gives the alerts of night after night in
// the order of simulated time, as fast as it is called; [Sky.History] gives the
// months before, of the same objects.
//
// Nothing that comes from here can be taken for real. Every message carries the
// attribute pgb_simulated, and no id can be a real one:
//
//	ZTF object      ZTF<2 digits><3 letters>   real ones have seven letters
//	diaObjectId     9.00e18 - 9.04e18          real ones are below 4e18
//	diaSourceId     9.05e18 - 9.09e18
//	ssObjectId      9.10e18 - 9.14e18          real ones spell a designation
//	diaForcedSourceId 9.15e18 - 9.19e18
//	candid          9.20e18 - 9.2233e18        real ones are below 4e18
//	superevent      MS<6 digits>z<letters>     mock, and far past a real day's last counter
//	minor planet    "SIM 0001", "SIM0001"      neither form is the Minor Planet Center's
//
// One object is the same for every seed: ZTF21abc, a bright type Ia supernova
// some weeks past its maximum at the start, which both surveys see.
package sim
