package feed

import (
	"cmp"
	"slices"
	"time"
)

// TopicCount is how many alerts of a topic there were.
type TopicCount struct {
	Name string
	N    int64
}

// Figures say what has come in.
type Figures struct {
	Seen     int64 // looked at
	Passed   int64 // put into the feed
	Filtered int64
	// Unreadable is how many could not be decoded, and Why the reason of the
	// first.
	Unreadable int64
	Why        error
	Bytes      int64 // of what was looked at
	// Delivered is how many bytes the service has sent, and USD what they
	// cost.
	Delivered int64
	USD       float64

	// Rate is how many alerts a second were looked at in the last few
	// seconds, and Spark in each of the last 120 whole seconds, oldest first;
	// fewer in the beginning.
	Rate  float64
	Spark []float64
	// Newest is the time of the alert published last, zero where none tells.
	// Lag is how long after its publication the newest of the latest batch
	// came.
	Newest time.Time
	Lag    time.Duration

	// Topics counts what passed, and Dropped what there was no room for, the
	// largest first. Of very many topics the last ones are "others".
	Topics, Dropped []TopicCount
	DroppedAll      int64
	// Simulated says that there were alerts from a sandbox.
	Simulated bool
}

// Count counts alerts that were looked at, those among them that a filter did
// not pass, and their bytes.
func (f *Feed) Count(seen, filtered int64, bytes int64) {
	now := f.now()
	f.mu.Lock()
	defer f.mu.Unlock()
	f.figures.Seen += seen
	f.figures.Filtered += filtered
	f.figures.Bytes += bytes
	f.figures.meter.add(now, seen)
}

// Unreadable counts messages that could not be decoded.
func (f *Feed) Unreadable(n int, why error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.figures.Unreadable += int64(n)
	if f.figures.Why == nil {
		f.figures.Why = why
	}
}

// Delivered is told what the service has sent in all, and what that costs. Less
// than before is a new count: the stream was opened again.
func (f *Feed) Delivered(bytes int64, usd float64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.figures.delivered.tell(bytes, usd)
}

// Figures gives the figures as they are now.
func (f *Feed) Figures() Figures {
	now := f.now()
	f.mu.Lock()
	got := f.figures.Figures
	got.Delivered, got.USD = f.figures.delivered.sum()
	got.Rate, got.Spark = f.figures.meter.rate(now), f.figures.meter.spark(now)
	got.Topics, got.Dropped = f.figures.topics.list(), f.figures.dropped.list()
	f.mu.Unlock()
	for _, list := range [][]TopicCount{got.Topics, got.Dropped} {
		slices.SortFunc(list, func(a, b TopicCount) int {
			return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.Name, b.Name))
		})
	}
	for _, one := range got.Dropped {
		got.DroppedAll += one.N
	}
	return got
}

// figures is what is counted.
type figures struct {
	Figures         // but for what the others give
	meter           meter
	topics, dropped tally
	delivered       delivered
}

// put counts a batch that passed.
func (f *figures) put(batch []*Entry, now time.Time) {
	f.Passed += int64(len(batch))
	var newest time.Time
	for from := 0; from < len(batch); {
		end, topic := from, batch[from].Topic
		for ; end < len(batch) && batch[end].Topic == topic; end++ {
			e := batch[end]
			if e.Message.PublishTime.After(newest) {
				newest = e.Message.PublishTime
			}
			f.Simulated = f.Simulated || e.Simulated
		}
		f.topics.add(topic, int64(end-from))
		from = end
	}
	if !newest.IsZero() {
		f.Lag = max(now.Sub(newest), 0)
	}
	if newest.After(f.Newest) {
		f.Newest = newest
	}
}

// delivered sums what a service tells in all of several runs.
type delivered struct {
	before, now       int64
	usdBefore, usdNow float64
}

func (d *delivered) tell(bytes int64, usd float64) {
	if bytes < d.now {
		d.before, d.usdBefore = d.before+d.now, d.usdBefore+d.usdNow
	}
	d.now, d.usdNow = bytes, usd
}

func (d *delivered) sum() (bytes int64, usd float64) { return d.before + d.now, d.usdBefore + d.usdNow }

// mostTopics is how many topics are counted by name.
const mostTopics = 64

// tally counts by topic.
type tally struct {
	n      map[string]int64
	others int64
}

func (t *tally) add(topic string, n int64) {
	if t.n == nil {
		t.n = map[string]int64{}
	}
	if _, known := t.n[topic]; known || len(t.n) < mostTopics {
		t.n[topic] += n
	} else {
		t.others += n
	}
}

// list gives the counts in any order.
func (t *tally) list() []TopicCount {
	list := make([]TopicCount, 0, len(t.n)+1)
	for name, n := range t.n {
		list = append(list, TopicCount{name, n})
	}
	if t.others > 0 {
		list = append(list, TopicCount{"others", t.others})
	}
	return list
}
