package packet

// LSST is an alert of LSST, schema 11.1. Missing floats are NaN, missing links 0, as
// the survey writes them.
type LSST struct {
	DiaSourceID         int64             `avro:"diaSourceId"`
	ObservationReason   *string           `avro:"observation_reason"`
	TargetName          *string           `avro:"target_name"`
	DiaSource           DiaSource         `avro:"diaSource"`
	PrvDiaSources       []DiaSource       `avro:"prvDiaSources"`
	PrvDiaForcedSources []DiaForcedSource `avro:"prvDiaForcedSources"`
	DiaObject           *DiaObject        `avro:"diaObject"`
	SsSource            *SSSource         `avro:"ssSource"`
	MpcOrbits           *MPCOrbits        `avro:"mpc_orbits"`
	CutoutDifference    []byte            `avro:"cutoutDifference"`
	CutoutScience       []byte            `avro:"cutoutScience"`
	CutoutTemplate      []byte            `avro:"cutoutTemplate"`
}

// DiaSource is a detection on a difference image of LSST. Times are MJD TAI, angles
// degrees, fluxes nJy, pixel positions of the detector.
type DiaSource struct {
	DiaSourceID                      int64   `avro:"diaSourceId"`
	Visit                            int64   `avro:"visit"`
	Detector                         int32   `avro:"detector"`
	DiaObjectID                      *int64  `avro:"diaObjectId"`
	SsObjectID                       *int64  `avro:"ssObjectId"`
	ParentDiaSourceID                *int64  `avro:"parentDiaSourceId"`
	MidpointMjdTai                   float64 `avro:"midpointMjdTai"`
	ExposureTime                     float32 `avro:"exposureTime"`
	RA                               float64 `avro:"ra"`
	RaErr                            float32 `avro:"raErr"`
	Dec                              float64 `avro:"dec"`
	DecErr                           float32 `avro:"decErr"`
	RaDecCov                         float32 `avro:"ra_dec_Cov"`
	X                                float32 `avro:"x"`
	XErr                             float32 `avro:"xErr"`
	Y                                float32 `avro:"y"`
	YErr                             float32 `avro:"yErr"`
	CentroidFlag                     bool    `avro:"centroid_flag"`
	ApFlux                           float32 `avro:"apFlux"`
	ApFluxErr                        float32 `avro:"apFluxErr"`
	ApFluxFlag                       bool    `avro:"apFlux_flag"`
	ApFluxFlagApertureTruncated      bool    `avro:"apFlux_flag_apertureTruncated"`
	IsNegative                       bool    `avro:"isNegative"`
	Snr                              float32 `avro:"snr"`
	PsfFlux                          float32 `avro:"psfFlux"`
	PsfFluxErr                       float32 `avro:"psfFluxErr"`
	PsfLnL                           float32 `avro:"psfLnL"`
	PsfChi2                          float32 `avro:"psfChi2"`
	PsfNdata                         int32   `avro:"psfNdata"`
	PsfFluxFlag                      bool    `avro:"psfFlux_flag"`
	PsfFluxFlagEdge                  bool    `avro:"psfFlux_flag_edge"`
	PsfFluxFlagNoGoodPixels          bool    `avro:"psfFlux_flag_noGoodPixels"`
	TrailFlux                        float32 `avro:"trailFlux"`
	TrailFluxErr                     float32 `avro:"trailFluxErr"`
	TrailRa                          float64 `avro:"trailRa"`
	TrailRaErr                       float32 `avro:"trailRaErr"`
	TrailDec                         float64 `avro:"trailDec"`
	TrailDecErr                      float32 `avro:"trailDecErr"`
	TrailLength                      float32 `avro:"trailLength"`
	TrailLengthErr                   float32 `avro:"trailLengthErr"`
	TrailAngle                       float32 `avro:"trailAngle"`
	TrailAngleErr                    float32 `avro:"trailAngleErr"`
	TrailChi2                        float32 `avro:"trailChi2"`
	TrailNdata                       int32   `avro:"trailNdata"`
	TrailAlgorithm                   *int32  `avro:"trailAlgorithm"`
	TrailFlagEdge                    bool    `avro:"trail_flag_edge"`
	TrailFlag                        bool    `avro:"trail_flag"`
	DipoleMeanFlux                   float32 `avro:"dipoleMeanFlux"`
	DipoleMeanFluxErr                float32 `avro:"dipoleMeanFluxErr"`
	DipoleFluxDiff                   float32 `avro:"dipoleFluxDiff"`
	DipoleFluxDiffErr                float32 `avro:"dipoleFluxDiffErr"`
	DipoleLength                     float32 `avro:"dipoleLength"`
	DipoleAngle                      float32 `avro:"dipoleAngle"`
	DipoleChi2                       float32 `avro:"dipoleChi2"`
	DipoleNdata                      int32   `avro:"dipoleNdata"`
	ScienceFlux                      float32 `avro:"scienceFlux"`
	ScienceFluxErr                   float32 `avro:"scienceFluxErr"`
	ForcedPsfFluxFlag                bool    `avro:"forced_PsfFlux_flag"`
	ForcedPsfFluxFlagEdge            bool    `avro:"forced_PsfFlux_flag_edge"`
	ForcedPsfFluxFlagNoGoodPixels    bool    `avro:"forced_PsfFlux_flag_noGoodPixels"`
	TemplateFlux                     float32 `avro:"templateFlux"`
	TemplateFluxErr                  float32 `avro:"templateFluxErr"`
	Ixx                              float32 `avro:"ixx"`
	Iyy                              float32 `avro:"iyy"`
	Ixy                              float32 `avro:"ixy"`
	IxxPSF                           float32 `avro:"ixxPSF"`
	IyyPSF                           float32 `avro:"iyyPSF"`
	IxyPSF                           float32 `avro:"ixyPSF"`
	ShapeFlag                        bool    `avro:"shape_flag"`
	ShapeFlagNoPixels                bool    `avro:"shape_flag_no_pixels"`
	ShapeFlagNotContained            bool    `avro:"shape_flag_not_contained"`
	ShapeFlagParentSource            bool    `avro:"shape_flag_parent_source"`
	Extendedness                     float32 `avro:"extendedness"`
	Reliability                      float32 `avro:"reliability"`
	ReliabilityVersion               string  `avro:"reliabilityVersion"`
	Band                             string  `avro:"band"`
	IsDipole                         bool    `avro:"isDipole"`
	DipoleFitAttempted               bool    `avro:"dipoleFitAttempted"`
	TimeProcessedMjdTai              float64 `avro:"timeProcessedMjdTai"`
	TimeWithdrawnMjdTai              float64 `avro:"timeWithdrawnMjdTai"`
	BboxSize                         int32   `avro:"bboxSize"`
	PixelFlags                       bool    `avro:"pixelFlags"`
	PixelFlagsBad                    bool    `avro:"pixelFlags_bad"`
	PixelFlagsCr                     bool    `avro:"pixelFlags_cr"`
	PixelFlagsCrCenter               bool    `avro:"pixelFlags_crCenter"`
	PixelFlagsEdge                   bool    `avro:"pixelFlags_edge"`
	PixelFlagsNodata                 bool    `avro:"pixelFlags_nodata"`
	PixelFlagsNodataCenter           bool    `avro:"pixelFlags_nodataCenter"`
	PixelFlagsInterpolated           bool    `avro:"pixelFlags_interpolated"`
	PixelFlagsInterpolatedCenter     bool    `avro:"pixelFlags_interpolatedCenter"`
	PixelFlagsOffimage               bool    `avro:"pixelFlags_offimage"`
	PixelFlagsSaturated              bool    `avro:"pixelFlags_saturated"`
	PixelFlagsSaturatedCenter        bool    `avro:"pixelFlags_saturatedCenter"`
	PixelFlagsSuspect                bool    `avro:"pixelFlags_suspect"`
	PixelFlagsSuspectCenter          bool    `avro:"pixelFlags_suspectCenter"`
	PixelFlagsStreak                 bool    `avro:"pixelFlags_streak"`
	PixelFlagsStreakCenter           bool    `avro:"pixelFlags_streakCenter"`
	PixelFlagsInjected               bool    `avro:"pixelFlags_injected"`
	PixelFlagsInjectedCenter         bool    `avro:"pixelFlags_injectedCenter"`
	PixelFlagsInjectedTemplate       bool    `avro:"pixelFlags_injected_template"`
	PixelFlagsInjectedTemplateCenter bool    `avro:"pixelFlags_injected_templateCenter"`
	GlintTrail                       bool    `avro:"glint_trail"`
}

// DiaForcedSource is forced photometry of LSST at an object's position.
type DiaForcedSource struct {
	DiaForcedSourceID   int64   `avro:"diaForcedSourceId"`
	DiaObjectID         int64   `avro:"diaObjectId"`
	RA                  float64 `avro:"ra"`
	Dec                 float64 `avro:"dec"`
	Visit               int64   `avro:"visit"`
	Detector            int32   `avro:"detector"`
	PsfFlux             float32 `avro:"psfFlux"`
	PsfFluxErr          float32 `avro:"psfFluxErr"`
	MidpointMjdTai      float64 `avro:"midpointMjdTai"`
	ScienceFlux         float32 `avro:"scienceFlux"`
	ScienceFluxErr      float32 `avro:"scienceFluxErr"`
	Band                string  `avro:"band"`
	TimeProcessedMjdTai float64 `avro:"timeProcessedMjdTai"`
	TimeWithdrawnMjdTai float64 `avro:"timeWithdrawnMjdTai"`
}
