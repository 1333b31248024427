package sim

import (
	"maps"
	"strconv"
	"time"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/sky"
)

const (
	unixMJD = 40587 // MJD of 1970-01-01
	dayMS   = 86_400_000
	// taiDays is TAI - UTC, 37 s since 2017-01-01, in days.
	taiDays = 37.0 / 86400
	jdOfMJD = 2400000.5
)

func mjdOf(t time.Time) float64 { return float64(t.UnixMilli())/dayMS + unixMJD }

func timeOf(mjd float64) time.Time {
	return time.UnixMilli(int64((mjd - unixMJD) * dayMS)).UTC()
}

// event builds what waited.
func (s *Sky) event(t *todo) (*Event, error) {
	if t.notice != nil {
		return t.notice.event(t.at)
	}
	e := &Event{Survey: SurveyZTF, Time: timeOf(t.at), Truth: t.object.Kind}
	var err error
	if t.survey == ztf {
		e.ZTF = s.ztfAlert(t)
		e.ObjectID, e.SourceID = e.ZTF.ObjectID, decimal(e.ZTF.Candid)
		e.Attributes = s.kafka(t, "ztf_"+timeOf(t.at).Format("20060102")+"_programid1", 16)
		maps.Copy(e.Attributes, map[string]string{
			"objectId": e.ObjectID, "candid": e.SourceID, "schema_version": "None",
			"n_previous_detections": strconv.Itoa(len(e.ZTF.PrvCandidates)),
		})
		e.Body, err = e.ZTF.Encode()
		return e, err
	}
	e.Survey = SurveyLSST
	e.LSST = s.lsstAlert(t)
	e.SourceID = decimal(e.LSST.DiaSourceID)
	e.Attributes = s.kafka(t, "lsst-alerts-v11", 45)
	name := "diaObject_diaObjectId"
	if e.LSST.DiaObject != nil {
		e.ObjectID = decimal(e.LSST.DiaObject.DiaObjectID)
	} else {
		name = "ssSource_ssObjectId"
		e.ObjectID = decimal(e.LSST.SsSource.SsObjectID)
	}
	ra, dec := e.LSST.DiaSource.RA, e.LSST.DiaSource.Dec
	maps.Copy(e.Attributes, map[string]string{
		name: e.ObjectID, "diaSource_diaSourceId": e.SourceID, "schema_version": "v11_1",
		"n_previous_detections": strconv.Itoa(len(e.LSST.PrvDiaSources)),
		"healpix9":              decimal(sky.Ang2PixNested(9, ra, dec)),
		"healpix19":             decimal(sky.Ang2PixNested(19, ra, dec)),
		"healpix29":             decimal(sky.Ang2PixNested(29, ra, dec)),
	})
	e.Body, err = e.LSST.Encode()
	return e, err
}

// kafka gives the attributes that the broker's Kafka connector adds.
func (s *Sky) kafka(t *todo, topic string, partitions uint64) map[string]string {
	s.offsets[t.survey]++
	return map[string]string{
		"kafka.topic":       topic,
		"kafka.partition":   strconv.FormatUint(mix(s.seed, t.object.num)%partitions, 10),
		"kafka.offset":      decimal(s.offsets[t.survey]),
		"kafka.timestamp":   decimal(timeOf(t.at).UnixMilli()),
		alert.SimulatedAttr: "true",
	}
}

func decimal(n int64) string { return strconv.FormatInt(n, 10) }
