package modules

import (
	"math"
	"math/rand/v2"
	"strconv"

	"github.com/mwvgroup/pgb/client/sandbox/sim"
	"github.com/mwvgroup/pgb/client/sandbox/sim/packet"
)

// drawn gives the random numbers that belong to an alert and a classifier.
func drawn(source int64, classifier uint64) *rand.Rand {
	return rand.New(rand.NewPCG(uint64(source), classifier))
}

// verdict is what SuperNNova says: the probability of a type Ia supernova.
type verdict struct {
	ia    float64
	given bool
}

// supernova draws a verdict around the truth, surer with more detections.
func supernova(truth sim.Kind, source int64, detections int) verdict {
	r := drawn(source, 1)
	// On a logistic scale, where 0 is undecided.
	sure := 1 + 2.2*math.Min(1, float64(detections)/10)
	centre := map[sim.Kind]float64{sim.TypeIa: 1, sim.CoreCollapse: -0.75}[truth]
	if centre == 0 {
		centre = -1.1
	}
	x := centre*sure + 0.9*r.NormFloat64()
	return verdict{ia: 1 / (1 + math.Exp(-x)), given: true}
}

// class gives the predicted class as an attribute: "0" for a type Ia.
func (v verdict) class() string {
	switch {
	case !v.given:
		return "None"
	case v.ia >= 0.5:
		return "0"
	}
	return "1"
}

// beside adds the verdict to a payload; one that is not given is null.
func (v verdict) beside(payload []byte) []byte {
	if !v.given {
		return beside(payload, "SuperNNova", []byte(`{"prob_class0": null, "prob_class1": null, "predicted_class": null}`))
	}
	b := append([]byte(nil), `{"prob_class0": `...)
	b = appendFloat(b, v.ia)
	b = append(b, `, "prob_class1": `...)
	b = appendFloat(b, 1-v.ia)
	b = append(b, `, "predicted_class": `+v.class()+"}"...)
	return beside(payload, "SuperNNova", b)
}

// labels are UPSILoN's classes for what the sky holds, the likeliest first.
var labels = map[sim.Kind][]string{
	sim.RRLyrae:         {"RRL_ab", "RRL_c", "RRL_e"},
	sim.Cepheid:         {"CEPH_F", "CEPH_1O", "T2CEPH"},
	sim.EclipsingBinary: {"EB_ED", "EB_EC", "EB_ESD"},
	sim.ActiveGalaxy:    {"LPV_SRV_AGB_C", "NonVar", "LPV_OSARG_AGB"},
}

var otherLabels = []string{"NonVar", "LPV_OSARG_RGB", "DSCT"}

const (
	minPeriodic  = 7  // a band needs more points
	goodPeriodic = 40 // from here on most flags are good
)

// periodic gives the result of lsst-upsilon and its attributes: what UPSILoN
// would say of each band with enough points of positive flux.
func periodic(truth sim.Kind, a *packet.LSST, points *[len(bands)]series) (result []byte, attributes map[string]string) {
	r := drawn(a.DiaSourceID, 2)
	choice := labels[truth]
	if choice == nil {
		choice = otherLabels
	}
	attributes = make(map[string]string, 2*len(bands))
	result = append(result, '{')
	for i, b := range bands {
		n := 0
		for _, f := range points[i].flux {
			if f > 0 {
				n++
			}
		}
		label, prob, flag := "None", math.NaN(), "None"
		sure := math.Min(1, float64(n)/80)
		draw, spread, doubt := r.Float64(), r.Float64(), r.Float64()
		if n > minPeriodic {
			label, flag = choice[0], "0"
			if draw > 0.55+0.4*sure {
				label = choice[1+int(spread*1.999)]
			}
			prob = 0.3 + 0.5*sure + 0.18*spread
			if n < goodPeriodic && doubt < 0.7 || doubt < 0.1 {
				flag = "1"
			}
		}
		if i > 0 {
			result = append(result, ", "...)
		}
		result = append(result, `"n_data_points_`+b+`_band": `...)
		result = strconv.AppendInt(result, int64(n), 10)
		result = append(result, `, "`+b+`_label": `...)
		if flag == "None" {
			result = append(result, `null, "`+b+`_probability": null, "`+b+`_flag": null`...)
		} else {
			result = append(appendText(result, label), `, "`+b+`_probability": `...)
			result = append(appendFloat(result, prob), `, "`+b+`_flag": `+flag...)
		}
		attributes["pg_upsilon_"+b+"_label"], attributes["pg_upsilon_"+b+"_flag"] = label, flag
	}
	return append(result, '}'), attributes
}
