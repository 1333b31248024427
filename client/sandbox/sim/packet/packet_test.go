package packet

import "testing"

func BenchmarkEncodeLSST(b *testing.B) {
	a := &LSST{PrvDiaSources: make([]DiaSource, 100), PrvDiaForcedSources: make([]DiaForcedSource, 150), DiaObject: &DiaObject{}, MpcOrbits: &MPCOrbits{}, SsSource: &SSSource{}}
	for i := 0; i < b.N; i++ {
		x, err := a.Encode()
		if err != nil {
			b.Fatal(err)
		}
		if i == 0 {
			if _, err := DecodeLSST(x); err != nil {
				b.Fatal(err)
			}
		}
	}
}
func BenchmarkEncodeZTF(b *testing.B) {
	a := &ZTF{PrvCandidates: make([]PrvCandidate, 20), FpHists: make([]ForcedPhotometry, 20), CutoutScience: &Cutout{}}
	for i := 0; i < b.N; i++ {
		x, err := a.Encode()
		if err != nil {
			b.Fatal(err)
		}
		if i == 0 {
			if _, err := DecodeZTF(x); err != nil {
				b.Fatal(err)
			}
		}
	}
}
