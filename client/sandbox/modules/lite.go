package modules

import (
	"reflect"
	"sync"

	"github.com/mwvgroup/pgb/client/sandbox/sim/packet"
)

// ztfSource lists what ztf-lite keeps of a detection, by the names it gives.
var ztfSource = []member{{"jd", "jd"}, {"sourceId", "candid"}, {"ra", "ra"}, {"dec", "dec"}, {"mag", "magpsf"}, {"magerr", "sigmapsf"},
	{"magzp", "magzpsci"}, {"magzpsciunc", "magzpsciunc"}, {"diffmaglim", "diffmaglim"}, {"isdiffpos", "isdiffpos"}, {"rb", "rb"},
	{"drb", "drb"}, {"nbad", "nbad"}, {"fwhm", "fwhm"}, {"elong", "elong"}, {"magdiff", "magdiff"}, {"filter", "fid"}}

var ztfShapes = sync.OnceValue(func() (s struct{ ids, source, previous, xmatch *shape }) {
	s.ids = shapeOf(reflect.TypeFor[packet.ZTF](), []member{{"sourceId", "candid"}, {"objectId", "objectId"}})
	s.source = shapeOf(reflect.TypeFor[packet.Candidate](), ztfSource)
	var previous []member
	for _, m := range ztfSource {
		if m.in != "drb" {
			previous = append(previous, m)
		}
	}
	s.previous = shapeOf(reflect.TypeFor[packet.PrvCandidate](), previous)
	s.xmatch = shapeOf(reflect.TypeFor[packet.Candidate](), same("ssdistnr", "ssmagnr", "objectidps1", "objectidps2", "objectidps3",
		"distpsnr1", "distpsnr2", "distpsnr3", "sgscore1", "sgscore2", "sgscore3"))
	return s
})

// liteZTF gives the payload of ztf-lite in the layout of 2024.
func liteZTF(a *packet.ZTF) []byte {
	s := ztfShapes()
	candidate := reflect.ValueOf(&a.Candidate).Elem()
	b := make([]byte, 0, 2048+512*len(a.PrvCandidates))
	b = append(b, `{"alertIds": `...)
	b = s.ids.append(b, reflect.ValueOf(a).Elem())
	b = append(b, `, "source": `...)
	b = s.source.append(b, candidate)
	b = append(b, `, "prvSources": `...)
	b = s.previous.list(b, reflect.ValueOf(a.PrvCandidates))
	b = append(b, `, "xmatch": `...)
	b = s.xmatch.append(b, candidate)
	return append(b, '}')
}

var lsstShapes = sync.OnceValue(func() (s struct{ full, ids, source, forced, object, ss, orbit *shape }) {
	s.full = shapeOf(reflect.TypeFor[packet.LSST](), nil)
	s.ids = shapeOf(reflect.TypeFor[packet.LSST](), same("diaSourceId", "observation_reason", "target_name"))
	s.source = shapeOf(reflect.TypeFor[packet.DiaSource](), same("diaSourceId", "midpointMjdTai", "ra", "raErr", "dec", "decErr",
		"psfFlux", "psfFluxErr", "band"))
	s.forced = shapeOf(reflect.TypeFor[packet.DiaForcedSource](), nil)
	names := []string{"diaObjectId", "lastDiaSourceMjdTai", "firstDiaSourceMjdTai", "nDiaSources"}
	for _, b := range bands {
		names = append(names, b+"_psfFluxErrMean")
	}
	s.object = shapeOf(reflect.TypeFor[packet.DiaObject](), same(names...))
	s.ss = shapeOf(reflect.TypeFor[packet.SSSource](), nil)
	s.orbit = shapeOf(reflect.TypeFor[packet.MPCOrbits](), nil)
	return s
})

// fullLSST gives the payload of lsst-alerts-json: the alert as the broker's
// client turns it into JSON.
func fullLSST(a *packet.LSST) []byte {
	size := 8192 + 4400*(1+len(a.PrvDiaSources)) + 480*len(a.PrvDiaForcedSources) +
		(len(a.CutoutDifference)+len(a.CutoutScience)+len(a.CutoutTemplate))*4/3
	return lsstShapes().full.append(make([]byte, 0, size), reflect.ValueOf(a).Elem())
}

// liteLSST gives the payload of lsst-lite.
func liteLSST(a *packet.LSST) []byte {
	s := lsstShapes()
	b := make([]byte, 0, 4096+320*len(a.PrvDiaSources)+480*len(a.PrvDiaForcedSources))
	b = append(b, `{"alert_lite": `...)
	b = s.ids.append(b, reflect.ValueOf(a).Elem())
	b = append(b[:len(b)-1], `, "diaSource": `...)
	b = s.source.append(b, reflect.ValueOf(&a.DiaSource).Elem())
	b = append(b, `, "prvDiaSources": `...)
	b = s.source.list(b, reflect.ValueOf(a.PrvDiaSources))
	b = append(b, `, "prvDiaForcedSources": `...)
	b = s.forced.list(b, reflect.ValueOf(a.PrvDiaForcedSources))
	b = append(b, `, "diaObject": `...)
	if a.DiaObject == nil {
		b = append(b, "{}"...)
	} else {
		b = s.object.append(b, reflect.ValueOf(a.DiaObject).Elem())
	}
	b = append(b, `, "ssSource": `...)
	b = appendValue(b, reflect.ValueOf(a.SsSource), s.ss)
	b = append(b, `, "mpc_orbits": `...)
	b = appendValue(b, reflect.ValueOf(a.MpcOrbits), s.orbit)
	return append(b, "}}"...)
}
