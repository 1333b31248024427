package feed

import "time"

const (
	sparkSeconds = 120
	rateSeconds  = 4 // whole ones, beside the one that runs
)

// meter counts by the second.
type meter struct {
	begin  time.Time
	second int64                   // that runs, since begin
	counts [sparkSeconds + 1]int64 // by the second modulo their number
}

func (m *meter) at(second int64) *int64 { return &m.counts[second%int64(len(m.counts))] }

// advance lets the seconds pass up to a time. A clock that is set back changes
// nothing.
func (m *meter) advance(now time.Time) {
	second := int64(now.Sub(m.begin) / time.Second)
	if second-m.second > int64(len(m.counts)) {
		m.second = second - int64(len(m.counts))
	}
	for m.second < second {
		m.second++
		*m.at(m.second) = 0
	}
}

func (m *meter) add(now time.Time, n int64) {
	m.advance(now)
	*m.at(m.second) += n
}

// spark gives the counts of whole seconds, oldest first.
func (m *meter) spark(now time.Time) []float64 {
	m.advance(now)
	n := min(m.second, sparkSeconds)
	list := make([]float64, n)
	for i := range n {
		list[i] = float64(*m.at(m.second - n + i))
	}
	return list
}

// rate gives how many there were in a second, of late.
func (m *meter) rate(now time.Time) float64 {
	m.advance(now)
	whole := min(m.second, rateSeconds)
	sum := int64(0)
	for second := m.second - whole; second <= m.second; second++ {
		sum += *m.at(second)
	}
	part := now.Sub(m.begin) - time.Duration(m.second)*time.Second
	return float64(sum) / max(float64(whole)+max(part.Seconds(), 0), 1)
}
