package emulator

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	api "google.golang.org/api/bigquery/v2"
)

// statementsEach is how many statements a backend takes: the emulator holds all
// that it has analysed for good, within 2 GiB, and ends when they are full.
const statementsEach = 50

// relay is an emulator to whoever asks it, however many statements that are: it
// hands them to backends with equal tables, one after another.
type relay struct {
	// Address is where it answers.
	Address string

	// answersDry has dry runs answered here, with nothing to pay: the emulator
	// runs a dry statement like any other, and knows no sizes.
	answersDry bool

	load   []byte
	client http.Client

	mu                 sync.Mutex
	running            []*backend // the last one takes new statements
	jobs               map[string]*backend
	started, asked     int
	starting, answered time.Duration
}

// startRelay runs a relay for the test, with backends that hold a cargo.
func startRelay(t testing.TB, c cargo) *relay {
	t.Helper()
	var load bytes.Buffer
	if err := gob.NewEncoder(&load).Encode(c); err != nil {
		t.Fatal(err)
	}
	r := &relay{load: load.Bytes(), jobs: map[string]*backend{}}
	r.client.Transport = &http.Transport{DisableKeepAlives: true}
	server := httptest.NewServer(r)
	r.Address = server.URL
	t.Cleanup(func() {
		server.Close()
		for _, b := range r.running {
			b.end()
		}
		t.Logf("%d statements took %v, on %d backends that took %v to start",
			r.asked, r.answered.Round(time.Millisecond), r.started, r.starting.Round(time.Millisecond))
	})
	return r
}

// ofJob finds the job that a request is about.
var ofJob = regexp.MustCompile(`/(?:jobs|queries)/([^/?]+)`)

func (r *relay) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	body, err := io.ReadAll(request.Body)
	if err != nil {
		refuse(w, err)
		return
	}
	isNew := request.Method == http.MethodPost && ofJob.FindString(request.URL.Path) == ""
	if isNew && r.answersDry && dry(w, body) {
		return
	}
	b, err := r.backendFor(request, isNew)
	if err != nil {
		refuse(w, err)
		return
	}
	began := time.Now()
	answer, text, err := r.forward(b, request, body)
	if err != nil {
		if request.Context().Err() == nil {
			err = fmt.Errorf("%w; the emulator said: %s", err, b.said)
		}
		refuse(w, err)
		return
	}
	r.note(b, request, answer.StatusCode, text, isNew, time.Since(began))
	for name, values := range answer.Header {
		if name != "Content-Length" {
			w.Header()[name] = values
		}
	}
	w.WriteHeader(answer.StatusCode)
	_, _ = w.Write(text)
}

// refuse answers with an error that nobody tries again for.
func refuse(w http.ResponseWriter, err error) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusBadRequest)
	_ = json.NewEncoder(w).Encode(map[string]any{"error": map[string]any{"code": http.StatusBadRequest, "message": err.Error()}})
}

// dry answers a dry run; false for other jobs.
func dry(w http.ResponseWriter, body []byte) bool {
	var job api.Job
	if json.Unmarshal(body, &job) != nil || job.Configuration == nil || !job.Configuration.DryRun {
		return false
	}
	job.Status = &api.JobStatus{State: "DONE"}
	job.Statistics = &api.JobStatistics{Query: &api.JobStatistics2{StatementType: "SELECT"}}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(&job)
	return true
}

// backendFor gives the backend that has a request's job, or the one that takes
// what is new.
func (r *relay) backendFor(request *http.Request, isNew bool) (*backend, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if of := ofJob.FindStringSubmatch(request.URL.Path); of != nil {
		if b := r.jobs[of[1]]; b != nil && !b.ended {
			return b, nil
		}
		return nil, fmt.Errorf("no backend has job %s", of[1])
	}
	if n := len(r.running); n == 0 || isNew && r.running[n-1].taken >= statementsEach {
		began := time.Now()
		b, err := startBackend(r.load)
		if err != nil {
			return nil, err
		}
		r.starting += time.Since(began)
		r.started++
		r.running = append(r.running, b)
		r.endUsedUp()
	}
	b := r.running[len(r.running)-1]
	if isNew {
		b.taken++
	}
	return b, nil
}

// endUsedUp ends the backends that take nothing new and whose jobs are done, and
// those whose jobs nobody has come back for while the next one was in use.
func (r *relay) endUsedUp() {
	const most = 2
	r.running = slices.DeleteFunc(r.running, func(b *backend) bool {
		if b == r.running[len(r.running)-1] || len(b.open) > 0 && len(r.running) <= most {
			return false
		}
		b.end()
		return true
	})
}

func (r *relay) forward(b *backend, request *http.Request, body []byte) (*http.Response, []byte, error) {
	made, err := http.NewRequestWithContext(request.Context(), request.Method, b.address+request.URL.RequestURI(), bytes.NewReader(body))
	if err != nil {
		return nil, nil, err
	}
	made.Header = request.Header.Clone()
	made.Header.Del("Accept-Encoding")
	answer, err := r.client.Do(made)
	if err != nil {
		return nil, nil, err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	return answer, text, err
}

// note keeps which backend has which job, and whether more is read of it.
func (r *relay) note(b *backend, request *http.Request, code int, text []byte, isNew bool, took time.Duration) {
	var answer struct {
		JobReference struct{ JobID string }
		JobComplete  bool
		PageToken    string
	}
	_ = json.Unmarshal(text, &answer)
	id := answer.JobReference.JobID
	r.mu.Lock()
	defer r.mu.Unlock()
	if isNew {
		r.asked++
		r.answered += took
	}
	if code != http.StatusOK || id == "" {
		return
	}
	path := request.URL.Path
	switch {
	case isNew && strings.HasSuffix(path, "/jobs"):
		r.jobs[id], b.open[id] = b, true
	case isNew:
		r.jobs[id] = b
		if !answer.JobComplete || answer.PageToken != "" {
			b.open[id] = true
		}
	case strings.HasSuffix(path, "/cancel"):
		delete(b.open, id)
	case answer.JobComplete && answer.PageToken == "" && request.URL.Query().Get("maxResults") != "0":
		delete(b.open, id)
	}
}
