package alert

import "testing"

// A copy of the history in the module's own names has the packet's 32-bit
// magnitudes, not their 64-bit neighbours.
func TestLiteHistoryHasTheMagnitudesOfThePacket(t *testing.T) {
	r, reference := testReader(), decodes(t, "ztf-mixed")[3]
	whole, err := r.Photometry(packetMessage(t, "ztf-alerts", reference.File))
	if err != nil {
		t.Fatal(err)
	}
	mags := map[string]float64{}
	for _, p := range whole {
		if p.Kind == Detection {
			mags[p.SourceID] = p.Mag
		}
	}
	lite, err := r.Photometry(jsonMessage(t, "ztf-lite", ztfLite(reference.record(t))))
	if err != nil {
		t.Fatal(err)
	}
	compared := 0
	for _, p := range lite {
		if mag, ok := mags[p.SourceID]; ok && p.Kind == Detection {
			compared++
			if p.Mag != mag {
				t.Errorf("source %s has mag %v in the copy and %v in the packet", p.SourceID, p.Mag, mag)
			}
		}
	}
	if compared < 2 {
		t.Errorf("compared %d detections", compared)
	}
}
