package alert_test

import (
	"encoding/binary"
	"math"
	"testing"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/registry"
)

// elasticcPacket writes a bare ELAsTiCC 0.9.1 datum by hand: no header, nothing
// that says what it is.
func elasticcPacket() []byte {
	var b []byte
	long := func(v int64) { b = binary.AppendVarint(b, v) }
	double := func(v float64) { b = binary.LittleEndian.AppendUint64(b, math.Float64bits(v)) }
	float := func(v float32) { b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v)) }
	long(77)           // alertId
	long(900000000001) // diaSource.diaSourceId
	long(1)            // the second branch of the union
	long(900000000002) // diaSource.diaObjectId
	double(60000.5)    // midPointTai
	long(1)
	b = append(b, 'Y') // filterName
	double(12.25)      // ra
	double(-33.5)      // decl
	float(250)         // psFlux
	float(10)          // psFluxErr
	float(25)          // snr
	long(0)            // prvDiaSources: null
	long(0)            // prvDiaForcedSources: null
	long(0)            // diaObject: null
	return b
}

func TestBareELAsTiCCPacketIsReadWhereItIsNamed(t *testing.T) {
	reader := alert.NewReader(registry.Default())
	view, err := reader.View(nil, []string{"object_id", "source_id", "ra", "dec", "mjd", "band", "flux", "mag", "snr", "alert.alertId"})
	if err != nil {
		t.Fatal(err)
	}
	var row alert.Row
	m := &alert.Message{As: "elasticc:0.9.1", Body: elasticcPacket()}
	if err := view.Read(m, &row); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"object_id": "900000000002", "source_id": "900000000001", "ra": "12.25", "dec": "-33.5", "band": "y", "snr": "25", "alert.alertId": "77",
	} {
		if got := row.Get(name).String(); got != want {
			t.Errorf("%s is %s, not %s", name, got, want)
		}
	}
	if flux, _ := row.Get("flux").Float(); math.Abs(flux-250*math.Pow(10, 0.4*(31.4-27.5))) > 1e-2 {
		t.Errorf("flux %v", flux)
	}
	if mag, _ := row.Get("mag").Float(); math.Abs(mag-(27.5-2.5*math.Log10(250))) > 1e-5 {
		t.Errorf("mag %v", mag)
	}
	if mjd, _ := row.Get("mjd").Float(); math.Abs(mjd-(60000.5-37.0/86400)) > 1e-9 {
		t.Errorf("mjd %v", mjd)
	}
	for cut := range len(m.Body) {
		if err := view.Read(&alert.Message{As: "elasticc", Body: m.Body[:cut]}, &row); err == nil && cut < 40 {
			t.Errorf("cut at %d: no error", cut)
		}
	}
}
