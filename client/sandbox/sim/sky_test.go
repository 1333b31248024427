package sim

import (
	"fmt"
	"testing"
	"time"
)

func TestProbe(t *testing.T) {
	t0 := time.Now()
	s, err := New(1, Options{})
	if err != nil {
		t.Fatal(err)
	}
	counts := map[string]int{}
	bytes := map[string]int{}
	kinds := map[string]int{}
	for i := range 1000 {
		e, err := s.Next()
		if err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			fmt.Println("first", time.Since(t0))
		}
		counts[e.Survey]++
		bytes[e.Survey] += len(e.Body)
		kinds[e.Survey+" "+e.Truth.String()]++
		if e.ObjectID == StarName {
			fmt.Println("star", i, e.Time, len(e.ZTF.PrvCandidates), e.ZTF.Candidate.Magpsf, e.ZTF.Candidate.Fid)
		}
	}
	fmt.Println(time.Since(t0), counts, bytes, s.night-s.first, kinds)
}

func BenchmarkZTF(b *testing.B) {
	benchmark(b, SurveyZTF)
}
func BenchmarkLSST(b *testing.B) {
	benchmark(b, SurveyLSST)
}
func benchmark(b *testing.B, survey string) {
	s, _ := New(1, Options{Surveys: []string{survey}})
	for b.Loop() {
		if _, err := s.Next(); err != nil {
			b.Fatal(err)
		}
	}
}
