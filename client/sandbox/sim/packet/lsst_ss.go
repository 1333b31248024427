package packet

import "time"

// SSSource places a detection of LSST among the solar system's bodies. Ranges are au,
// velocities au/day, angles degrees.
type SSSource struct {
	DiaSourceID         int64   `avro:"diaSourceId"`
	SsObjectID          int64   `avro:"ssObjectId"`
	Designation         string  `avro:"designation"`
	EclLambda           float64 `avro:"eclLambda"`
	EclBeta             float64 `avro:"eclBeta"`
	GalLon              float64 `avro:"galLon"`
	GalLat              float64 `avro:"galLat"`
	Elongation          float32 `avro:"elongation"`
	PhaseAngle          float32 `avro:"phaseAngle"`
	TopoRange           float32 `avro:"topoRange"`
	TopoRangeRate       float32 `avro:"topoRangeRate"`
	HelioRange          float32 `avro:"helioRange"`
	HelioRangeRate      float32 `avro:"helioRangeRate"`
	EphRa               float64 `avro:"ephRa"`
	EphDec              float64 `avro:"ephDec"`
	EphVmag             float32 `avro:"ephVmag"`
	EphRate             float32 `avro:"ephRate"`
	EphRateRa           float32 `avro:"ephRateRa"`
	EphRateDec          float32 `avro:"ephRateDec"`
	EphOffset           float32 `avro:"ephOffset"`
	EphOffsetRa         float64 `avro:"ephOffsetRa"`
	EphOffsetDec        float64 `avro:"ephOffsetDec"`
	EphOffsetAlongTrack float32 `avro:"ephOffsetAlongTrack"`
	EphOffsetCrossTrack float32 `avro:"ephOffsetCrossTrack"`
	HelioX              float32 `avro:"helio_x"`
	HelioY              float32 `avro:"helio_y"`
	HelioZ              float32 `avro:"helio_z"`
	HelioVx             float32 `avro:"helio_vx"`
	HelioVy             float32 `avro:"helio_vy"`
	HelioVz             float32 `avro:"helio_vz"`
	HelioVtot           float32 `avro:"helio_vtot"`
	TopoX               float32 `avro:"topo_x"`
	TopoY               float32 `avro:"topo_y"`
	TopoZ               float32 `avro:"topo_z"`
	TopoVx              float32 `avro:"topo_vx"`
	TopoVy              float32 `avro:"topo_vy"`
	TopoVz              float32 `avro:"topo_vz"`
	TopoVtot            float32 `avro:"topo_vtot"`
	DiaDistanceRank     *int32  `avro:"diaDistanceRank"`
}

// MPCOrbits is the orbit of a solar-system body in the columns of the Minor Planet
// Center: au, degrees, days.
type MPCOrbits struct {
	ID                                    int32      `avro:"id"`
	Designation                           string     `avro:"designation"`
	PackedPrimaryProvisionalDesignation   string     `avro:"packed_primary_provisional_designation"`
	UnpackedPrimaryProvisionalDesignation string     `avro:"unpacked_primary_provisional_designation"`
	MpcOrbJsonb                           *string    `avro:"mpc_orb_jsonb"`
	CreatedAt                             *time.Time `avro:"created_at"`
	UpdatedAt                             *time.Time `avro:"updated_at"`
	OrbitTypeInt                          *int32     `avro:"orbit_type_int"`
	UParam                                *int32     `avro:"u_param"`
	Nopp                                  *int32     `avro:"nopp"`
	ArcLengthTotal                        float64    `avro:"arc_length_total"`
	ArcLengthSel                          float64    `avro:"arc_length_sel"`
	NobsTotal                             *int32     `avro:"nobs_total"`
	NobsTotalSel                          *int32     `avro:"nobs_total_sel"`
	A                                     float64    `avro:"a"`
	Q                                     float64    `avro:"q"`
	E                                     float64    `avro:"e"`
	I                                     float64    `avro:"i"`
	Node                                  float64    `avro:"node"`
	Argperi                               float64    `avro:"argperi"`
	PeriTime                              float64    `avro:"peri_time"`
	Yarkovsky                             float64    `avro:"yarkovsky"`
	Srp                                   float64    `avro:"srp"`
	A1                                    float64    `avro:"a1"`
	A2                                    float64    `avro:"a2"`
	A3                                    float64    `avro:"a3"`
	Dt                                    float64    `avro:"dt"`
	MeanAnomaly                           float64    `avro:"mean_anomaly"`
	Period                                float64    `avro:"period"`
	MeanMotion                            float64    `avro:"mean_motion"`
	AUnc                                  float64    `avro:"a_unc"`
	QUnc                                  float64    `avro:"q_unc"`
	EUnc                                  float64    `avro:"e_unc"`
	IUnc                                  float64    `avro:"i_unc"`
	NodeUnc                               float64    `avro:"node_unc"`
	ArgperiUnc                            float64    `avro:"argperi_unc"`
	PeriTimeUnc                           float64    `avro:"peri_time_unc"`
	YarkovskyUnc                          float64    `avro:"yarkovsky_unc"`
	SrpUnc                                float64    `avro:"srp_unc"`
	A1Unc                                 float64    `avro:"a1_unc"`
	A2Unc                                 float64    `avro:"a2_unc"`
	A3Unc                                 float64    `avro:"a3_unc"`
	DtUnc                                 float64    `avro:"dt_unc"`
	MeanAnomalyUnc                        float64    `avro:"mean_anomaly_unc"`
	PeriodUnc                             float64    `avro:"period_unc"`
	MeanMotionUnc                         float64    `avro:"mean_motion_unc"`
	EpochMjd                              float64    `avro:"epoch_mjd"`
	H                                     float64    `avro:"h"`
	G                                     float64    `avro:"g"`
	NotNormalizedRms                      float64    `avro:"not_normalized_rms"`
	NormalizedRms                         float64    `avro:"normalized_rms"`
	EarthMoid                             float64    `avro:"earth_moid"`
	FittingDatetime                       *time.Time `avro:"fitting_datetime"`
}
