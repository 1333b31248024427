package packet

// BandStats are the aggregates of an LSST object in one band, nJy; NaN where
// there are too few sources.
type BandStats struct {
	PsfFluxMean, PsfFluxMeanErr, PsfFluxSigma               float32
	FpFluxMean, FpFluxMeanErr                               float32 // forced
	ScienceFluxMean, ScienceFluxMeanErr                     float32
	PsfFluxMin, PsfFluxMax, PsfFluxMaxSlope, PsfFluxErrMean float32 // slope in nJy/day
	Ndata                                                   int32
}

// SetBand sets the aggregates of a band, 0 to 5 for u g r i z y.
func (o *DiaObject) SetBand(band int, s BandStats) {
	to, n := o.band(band)
	*n = s.Ndata
	from := [...]float32{s.PsfFluxMean, s.PsfFluxMeanErr, s.PsfFluxSigma, s.FpFluxMean, s.FpFluxMeanErr,
		s.ScienceFluxMean, s.ScienceFluxMeanErr, s.PsfFluxMin, s.PsfFluxMax, s.PsfFluxMaxSlope, s.PsfFluxErrMean}
	for i, p := range to {
		*p = from[i]
	}
}

// ErrMean gives the mean error of the fluxes of a band, 0 to 5 for u g r i z y.
func (o *DiaObject) ErrMean(band int) float32 {
	from, _ := o.band(band)
	return *from[len(from)-1]
}

func (o *DiaObject) band(band int) (floats [11]*float32, n *int32) {
	switch band {
	case 0:
		return [...]*float32{&o.UPsfFluxMean, &o.UPsfFluxMeanErr, &o.UPsfFluxSigma, &o.UFpFluxMean, &o.UFpFluxMeanErr,
			&o.UScienceFluxMean, &o.UScienceFluxMeanErr, &o.UPsfFluxMin, &o.UPsfFluxMax,
			&o.UPsfFluxMaxSlope, &o.UPsfFluxErrMean}, &o.UPsfFluxNdata
	case 1:
		return [...]*float32{&o.GPsfFluxMean, &o.GPsfFluxMeanErr, &o.GPsfFluxSigma, &o.GFpFluxMean, &o.GFpFluxMeanErr,
			&o.GScienceFluxMean, &o.GScienceFluxMeanErr, &o.GPsfFluxMin, &o.GPsfFluxMax,
			&o.GPsfFluxMaxSlope, &o.GPsfFluxErrMean}, &o.GPsfFluxNdata
	case 2:
		return [...]*float32{&o.RPsfFluxMean, &o.RPsfFluxMeanErr, &o.RPsfFluxSigma, &o.RFpFluxMean, &o.RFpFluxMeanErr,
			&o.RScienceFluxMean, &o.RScienceFluxMeanErr, &o.RPsfFluxMin, &o.RPsfFluxMax,
			&o.RPsfFluxMaxSlope, &o.RPsfFluxErrMean}, &o.RPsfFluxNdata
	case 3:
		return [...]*float32{&o.IPsfFluxMean, &o.IPsfFluxMeanErr, &o.IPsfFluxSigma, &o.IFpFluxMean, &o.IFpFluxMeanErr,
			&o.IScienceFluxMean, &o.IScienceFluxMeanErr, &o.IPsfFluxMin, &o.IPsfFluxMax,
			&o.IPsfFluxMaxSlope, &o.IPsfFluxErrMean}, &o.IPsfFluxNdata
	case 4:
		return [...]*float32{&o.ZPsfFluxMean, &o.ZPsfFluxMeanErr, &o.ZPsfFluxSigma, &o.ZFpFluxMean, &o.ZFpFluxMeanErr,
			&o.ZScienceFluxMean, &o.ZScienceFluxMeanErr, &o.ZPsfFluxMin, &o.ZPsfFluxMax,
			&o.ZPsfFluxMaxSlope, &o.ZPsfFluxErrMean}, &o.ZPsfFluxNdata
	default:
		return [...]*float32{&o.YPsfFluxMean, &o.YPsfFluxMeanErr, &o.YPsfFluxSigma, &o.YFpFluxMean, &o.YFpFluxMeanErr,
			&o.YScienceFluxMean, &o.YScienceFluxMeanErr, &o.YPsfFluxMin, &o.YPsfFluxMax,
			&o.YPsfFluxMaxSlope, &o.YPsfFluxErrMean}, &o.YPsfFluxNdata
	}
}
