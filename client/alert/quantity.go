package alert

import "github.com/mwvgroup/pgb/client/field"

// quantity is a measured generic field of an epoch.
type quantity uint8

const (
	qRA quantity = iota
	qDec
	qMJD
	qBand
	qFlux
	qFluxErr
	qMag
	qMagErr
	qFluxTotal
	qFluxTotalErr
	qMagTotal
	qMagTotalErr
	qSNR
	qLimMag
	qDetected
	qPositive
	quantities
)

// epoch is one photometric epoch: a value for each quantity.
type epoch [quantities]field.Value

// needs says which parts of an epoch are wanted, so that the rest is not
// computed.
type needs uint8

const (
	needTime needs = 1 << iota
	needBrightness
	needTotal
	needPlace // position, band, limit, detected: what is there to be picked up

	needAll = needTime | needBrightness | needTotal | needPlace
)

// needOf says which part of an epoch a quantity belongs to.
func needOf(q quantity) needs {
	switch q {
	case qMJD:
		return needTime
	case qFlux, qFluxErr, qMag, qMagErr, qSNR, qPositive:
		return needBrightness
	case qFluxTotal, qFluxTotalErr, qMagTotal, qMagTotalErr:
		return needBrightness | needTotal
	default:
		return needPlace
	}
}
