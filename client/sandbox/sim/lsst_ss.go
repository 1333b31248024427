package sim

import (
	"fmt"
	"math"
	"time"

	"github.com/mwvgroup/pgb/client/sandbox/sim/packet"
)

// readable and packed give a body's designation in the sandbox's own forms,
// which no real one has.
func (o *orbit) readable() string { return fmt.Sprintf("SIM %04d", o.number) }
func (o *orbit) packed() string   { return fmt.Sprintf("SIM%04d", o.number) }

// solarSystem adds what an alert says of a body of the solar system.
func (s *Sky) solarSystem(a *packet.LSST, o *Object, e *epoch) {
	id := objectID(s.seed, SSObjectBase, o.num)
	a.DiaSource.SsObjectID = some(id)
	b := o.orbit.at(e.mjd)
	a.DiaSource.TrailLength = float32(math.Hypot(b.rateRA, b.rateDec) * 3600 * lsstExposure / 86400)
	along, cross := (e.ra-b.ra)*math.Cos(b.dec*degree)*3600, (e.dec-b.dec)*3600
	ss := &packet.SSSource{
		DiaSourceID: a.DiaSourceID, SsObjectID: id, Designation: o.orbit.readable(),
		Elongation: float32(b.elong), PhaseAngle: float32(b.phase),
		TopoRange: float32(b.topo.length()), TopoRangeRate: float32(b.topo.dot(b.topoV) / b.topo.length()),
		HelioRange: float32(b.helio.length()), HelioRangeRate: float32(b.helio.dot(b.helioV) / b.helio.length()),
		EphRa: b.ra, EphDec: b.dec, EphVmag: float32(b.mag),
		EphRate: float32(math.Hypot(b.rateRA, b.rateDec)), EphRateRa: float32(b.rateRA), EphRateDec: float32(b.rateDec),
		EphOffset: float32(math.Hypot(along, cross)), EphOffsetRa: along, EphOffsetDec: cross,
		EphOffsetAlongTrack: float32(along), EphOffsetCrossTrack: float32(cross),
		HelioX: float32(b.helio[0]), HelioY: float32(b.helio[1]), HelioZ: float32(b.helio[2]),
		HelioVx: float32(b.helioV[0]), HelioVy: float32(b.helioV[1]), HelioVz: float32(b.helioV[2]), HelioVtot: float32(b.helioV.length()),
		TopoX: float32(b.topo[0]), TopoY: float32(b.topo[1]), TopoZ: float32(b.topo[2]),
		TopoVx: float32(b.topoV[0]), TopoVy: float32(b.topoV[1]), TopoVz: float32(b.topoV[2]), TopoVtot: float32(b.topoV.length()),
		DiaDistanceRank: num(1),
	}
	ss.EclLambda, ss.EclBeta = ecliptic(b.ra, b.dec)
	ss.GalLon, ss.GalLat = galactic(b.ra, b.dec)
	a.SsSource = ss
	a.MpcOrbits = o.orbit.mpc(e.mjd)
}

// mpc gives the orbit as the Minor Planet Center's table has it. Quantities
// that are fitted for few bodies are missing.
func (o *orbit) mpc(mjd float64) *packet.MPCOrbits {
	made := time.Date(2026, 3, 1, 12, 0, 0, 250_000_000, time.UTC)
	fitted := made.Add(time.Duration(o.number) * time.Minute)
	n := gauss / math.Pow(o.a, 1.5) / degree // degree per day
	anomaly := math.Mod(o.m0/degree+n*(math.Floor(mjd)-o.epoch), 360)
	if anomaly < 0 {
		anomaly += 360
	}
	return &packet.MPCOrbits{
		ID: int32(900_000_000 + o.number), Designation: o.readable(),
		PackedPrimaryProvisionalDesignation: o.packed(), UnpackedPrimaryProvisionalDesignation: o.readable(),
		CreatedAt: &made, UpdatedAt: &made, FittingDatetime: &fitted,
		OrbitTypeInt: num(11), UParam: num(o.number % 6), Nopp: num(4 + o.number%9),
		ArcLengthTotal: 3650.5, ArcLengthSel: 3601.25, NobsTotal: num(120 + o.number%80), NobsTotalSel: num(118 + o.number%80),
		A: o.a, Q: o.a * (1 - o.e), E: o.e, I: o.i / degree, Node: o.node / degree, Argperi: o.peri / degree,
		PeriTime: math.Floor(mjd) - anomaly/n, MeanAnomaly: anomaly, Period: 360 / n / 365.25, MeanMotion: n,
		Yarkovsky: nan64, Srp: nan64, A1: nan64, A2: nan64, A3: nan64, Dt: nan64,
		AUnc: 3e-8, QUnc: 5e-8, EUnc: 2e-8, IUnc: 4e-6, NodeUnc: 2e-5, ArgperiUnc: 4e-5, PeriTimeUnc: 1e-4,
		YarkovskyUnc: nan64, SrpUnc: nan64, A1Unc: nan64, A2Unc: nan64, A3Unc: nan64, DtUnc: nan64,
		MeanAnomalyUnc: 2e-5, PeriodUnc: 1e-7, MeanMotionUnc: 3e-9, EpochMjd: math.Floor(mjd), H: o.h, G: 0.15,
		NotNormalizedRms: 0.31, NormalizedRms: 0.52, EarthMoid: max(0.01, o.a*(1-o.e)-1),
	}
}
