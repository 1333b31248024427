package packet

import (
	"bytes"
	"errors"
	"math"
	"reflect"
	"testing"
	"time"
)

func small() (*ZTF, *LSST) {
	flux, text, id := float32(1.5), "t", int64(9_200_000_000_000_000_001)
	z := &ZTF{Schemavsn: ZTFVersion, ObjectID: "ZTF21abc", Candid: id, CutoutScience: &Cutout{FileName: "a", StampData: []byte{1, 2}}}
	z.Candidate.Rb = &flux
	z.PrvCandidates = []PrvCandidate{{Jd: 1}, {Jd: 2, Candid: &id, Isdiffpos: &text, Magpsf: &flux}}
	z.FpHists = []ForcedPhotometry{{Jd: 3, Forcediffimflux: &flux}}
	made := time.Date(2026, 3, 1, 12, 0, 0, 250_000_000, time.UTC)
	l := &LSST{DiaSourceID: id, PrvDiaSources: []DiaSource{{DiaSourceID: id + 1, PsfFlux: flux, Band: "g"}}, PrvDiaForcedSources: []DiaForcedSource{},
		SsSource: &SSSource{SsObjectID: id + 2}, MpcOrbits: &MPCOrbits{Designation: "SIM 0001", CreatedAt: &made}, CutoutScience: []byte{1}}
	return z, l
}

func TestRecordsComeBackEqual(t *testing.T) {
	z, l := small()
	body, err := z.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if back, err := DecodeZTF(body); err != nil || !reflect.DeepEqual(back, z) {
		t.Errorf("%+v came back as %+v: %v", z, back, err)
	}
	again, err := z.Encode()
	if err != nil || !bytes.Equal(again, body) {
		t.Errorf("the same alert has other bytes: %v", err)
	}
	body, err = l.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if back, err := DecodeLSST(body); err != nil || !reflect.DeepEqual(back, l) {
		t.Errorf("%+v came back as %+v: %v", l, back, err)
	}
}

func TestMissingFloatsAreNaN(t *testing.T) {
	_, l := small()
	l.DiaSource.PsfLnL = float32(math.NaN())
	body, err := l.Encode()
	if err != nil {
		t.Fatal(err)
	}
	back, err := DecodeLSST(body)
	if err != nil || !math.IsNaN(float64(back.DiaSource.PsfLnL)) {
		t.Errorf("%v: %v", back.DiaSource.PsfLnL, err)
	}
}

func TestCutShortPacketsAreErrors(t *testing.T) {
	z, l := small()
	one, err := z.Encode()
	if err != nil {
		t.Fatal(err)
	}
	other, err := l.Encode()
	if err != nil {
		t.Fatal(err)
	}
	for n := range len(one) {
		if _, err := DecodeZTF(one[:n]); err == nil {
			t.Fatalf("%d bytes of a ZTF packet were taken", n)
		}
	}
	for n := range len(other) {
		if _, err := DecodeLSST(other[:n]); err == nil {
			t.Fatalf("%d bytes of an LSST packet were taken", n)
		}
	}
	if _, err := DecodeLSST(one); !errors.Is(err, ErrFraming) {
		t.Errorf("a ZTF packet as LSST's: %v", err)
	}
	if _, err := DecodeZTF(other); !errors.Is(err, ErrFraming) {
		t.Errorf("an LSST packet as ZTF's: %v", err)
	}
}
