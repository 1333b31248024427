package jsonscan_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strconv"

	"github.com/mwvgroup/pgb/client/field"
)

// pythonText writes a message as Python's json.dumps does: ", " and ": "
// between, floats with a point, 32-bit floats as the double they widen to.
type pythonText struct {
	bytes.Buffer
	rand *rand.Rand
}

func (b *pythonText) float(scale float64) string {
	return strconv.FormatFloat(float64(float32((b.rand.Float64()-0.3)*scale)), 'g', -1, 64)
}

func (b *pythonText) id() int64 { return 3527242976319242284 + b.rand.Int64N(1<<40) }

// record writes the named members of a full record, of all kinds in turn.
func (b *pythonText) record(names []string) {
	b.WriteByte('{')
	for i, name := range names {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(b, "%q: ", name)
		switch name {
		case "diaSourceId", "diaForcedSourceId", "diaObjectId", "visit", "ssObjectId":
			fmt.Fprint(b, b.id())
		case "detector", "nDiaSources":
			fmt.Fprint(b, b.rand.IntN(189))
		case "ra", "dec", "midpointMjdTai", "timeProcessedMjdTai", "firstDiaSourceMjdTai":
			fmt.Fprint(b, b.rand.Float64()*60000)
		case "band":
			fmt.Fprintf(b, "%q", string("ugrizy"[b.rand.IntN(6)]))
		case "timeWithdrawnMjdTai", "raErr":
			b.WriteString("null")
		default:
			b.WriteString(b.float(1e4))
		}
	}
	b.WriteByte('}')
}

var (
	liteSource = []string{"diaSourceId", "midpointMjdTai", "ra", "raErr", "dec", "decErr", "psfFlux", "psfFluxErr", "band"}
	fullForced = []string{"diaForcedSourceId", "diaObjectId", "ra", "dec", "visit", "detector", "psfFlux", "psfFluxErr", "midpointMjdTai",
		"scienceFlux", "scienceFluxErr", "band", "timeProcessedMjdTai", "timeWithdrawnMjdTai"}
	liteObject = []string{"diaObjectId", "firstDiaSourceMjdTai", "nDiaSources", "u_psfFluxErrMean", "g_psfFluxErrMean", "r_psfFluxErrMean",
		"i_psfFluxErrMean", "z_psfFluxErrMean", "y_psfFluxErrMean"}
)

// supernnova makes a message like those of lsst-supernnova: the results stand
// behind the histories.
func supernnova(sources, forced int) []byte {
	b := &pythonText{rand: rand.New(rand.NewPCG(3, 11))}
	list := func(n int, names []string) {
		b.WriteByte('[')
		for i := range n {
			if i > 0 {
				b.WriteString(", ")
			}
			b.record(names)
		}
		b.WriteByte(']')
	}
	fmt.Fprintf(b, `{"alert_lite": {"diaSourceId": %d, "observation_reason": "field_survey_science", "target_name": null, "diaSource": `, b.id())
	b.record(liteSource)
	b.WriteString(`, "prvDiaSources": `)
	list(sources, liteSource)
	b.WriteString(`, "prvDiaForcedSources": `)
	list(forced, fullForced)
	b.WriteString(`, "diaObject": `)
	b.record(liteObject)
	b.WriteString(`, "ssSource": null, "mpc_orbits": null}, "SuperNNova": {"prob_class0": 0.9321, "prob_class1": 0.0679, "predicted_class": 0}}`)
	return b.Bytes()
}

func indented(body []byte) []byte {
	var b bytes.Buffer
	if err := json.Indent(&b, body, "", "    "); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// rowOf is what a default row and the classification take of such a message.
func rowOf() field.Wanted {
	var w field.Wanted
	add := func(hint field.Kind, paths ...string) {
		for _, path := range paths {
			w.Scalars = append(w.Scalars, field.Scalar{Path: field.ParsePath(path), Hint: hint})
		}
	}
	add(field.Int, "alert_lite.diaObject.diaObjectId", "alert_lite.ssSource.ssObjectId", "alert_lite.diaSourceId", "alert_lite.diaSource.diaSourceId",
		"SuperNNova.predicted_class", "alert_lite.diaObject.nDiaSources")
	add(field.Float64, "alert_lite.diaSource.midpointMjdTai", "alert_lite.diaSource.ra", "alert_lite.diaSource.dec",
		"SuperNNova.prob_class0", "SuperNNova.prob_class1")
	add(field.Float32, "alert_lite.diaSource.psfFlux", "alert_lite.diaSource.psfFluxErr", "alert_lite.diaSource.snr",
		"alert_lite.diaSource.scienceFlux", "alert_lite.diaSource.reliability")
	add(field.Missing, "alert_lite.diaSource.band", "alert_lite.target_name")
	w.FirstOf = [][]int{{0, 1}}
	return w
}
