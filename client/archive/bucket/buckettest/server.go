// Package buckettest is Cloud Storage in a box, as far as package bucket asks
// it: buckets whose readers pay, in this process, over HTTP.
package buckettest

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Server answers as the service's JSON API does. It is safe for concurrent use.
type Server struct {
	http *httptest.Server

	mu       sync.Mutex
	buckets  map[string]map[string]object
	requests []string
	faults   []Fault
	number   int64
}

type object struct {
	body       []byte
	generation int64
	created    time.Time
}

// Fault is an answer in the place of the right one.
type Fault struct {
	Code            int
	Reason, Message string
	Times           int  // how often; 0 is always
	OnlyMedia       bool // only where the bytes of an object are asked for
	// Damage gives the right answer with other bytes instead, Short one that
	// lacks its end.
	Damage, Short bool
}

// New starts a server. Close it in the end.
func New() *Server {
	s := &Server{buckets: map[string]map[string]object{}}
	s.http = httptest.NewServer(http.HandlerFunc(s.serve))
	return s
}

// Address is where it listens, as STORAGE_EMULATOR_HOST takes it.
func (s *Server) Address() string { return strings.TrimPrefix(s.http.URL, "http://") }

// Close ends the server.
func (s *Server) Close() { s.http.Close() }

// Put stores an object. Later ones are created later.
func (s *Server) Put(bucket, name string, body []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.buckets[bucket] == nil {
		s.buckets[bucket] = map[string]object{}
	}
	s.number++
	s.buckets[bucket][name] = object{body, s.number, time.Date(2026, 3, 1, 0, 0, int(s.number), 0, time.UTC)}
}

// Inject lets requests fail; without arguments none does.
func (s *Server) Inject(faults ...Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = slices.Clone(faults)
}

// Requests gives what was asked so far: the kind of each request, a space, and
// the object or the prefix.
func (s *Server) Requests() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.requests)
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	rest, ok := strings.CutPrefix(r.URL.Path, "/storage/v1/b/")
	bucket, name, isObject := strings.Cut(rest, "/o/")
	bucket = strings.TrimSuffix(bucket, "/o")
	if !ok || r.Method != http.MethodGet {
		refuse(w, http.StatusNotFound, "notFound", "Not Found")
		return
	}
	ask := r.URL.Query()
	media := ask.Get("alt") == "media"
	s.requests = append(s.requests, kindOf(isObject, media)+" "+bucket+"/"+name+ask.Get("prefix"))
	fault := s.fault(media)
	if fault.Code != 0 {
		refuse(w, fault.Code, fault.Reason, fault.Message)
		return
	}
	objects, there := s.buckets[bucket]
	switch {
	case ask.Get("userProject") == "":
		refuse(w, http.StatusBadRequest, "required", "Bucket is a requester pays bucket but no user project provided.")
	case !there:
		refuse(w, http.StatusNotFound, "notFound", "The specified bucket does not exist.")
	case !isObject:
		list(w, objects, ask.Get("prefix"), ask.Get("maxResults"), ask.Get("pageToken"))
	default:
		o, there := objects[name]
		if generation := ask.Get("generation"); generation != "" && generation != strconv.FormatInt(o.generation, 10) {
			there = false
		}
		if !there {
			refuse(w, http.StatusNotFound, "notFound", fmt.Sprintf("No such object: %s/%s", bucket, name))
			return
		}
		o.answer(w, name, media, fault)
	}
}

func kindOf(isObject, media bool) string {
	switch {
	case media:
		return "fetch"
	case isObject:
		return "stat"
	}
	return "list"
}

// fault gives what is wrong with an answer.
func (s *Server) fault(media bool) Fault {
	for i := range s.faults {
		f := s.faults[i]
		if f.OnlyMedia && !media {
			continue
		}
		if f.Times > 0 {
			if s.faults[i].Times--; s.faults[i].Times == 0 {
				s.faults = slices.Delete(s.faults, i, i+1)
			}
		}
		return f
	}
	return Fault{}
}

func (o object) answer(w http.ResponseWriter, name string, media bool, fault Fault) {
	if !media {
		answer(w, http.StatusOK, o.resource(name))
		return
	}
	body := slices.Clone(o.body)
	if fault.Damage && len(body) > 0 {
		body[len(body)/2] ^= 1
	}
	if fault.Short {
		body = body[:len(body)/2]
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	_, _ = w.Write(body) // whoever asked may be gone
}

func (o object) resource(name string) map[string]string {
	sum := binary.BigEndian.AppendUint32(nil, crc32.Checksum(o.body, crc32.MakeTable(crc32.Castagnoli)))
	return map[string]string{
		"name": name, "size": strconv.Itoa(len(o.body)), "generation": strconv.FormatInt(o.generation, 10),
		"timeCreated": o.created.Format(time.RFC3339Nano), "crc32c": base64.StdEncoding.EncodeToString(sum),
	}
}

func list(w http.ResponseWriter, objects map[string]object, prefix, most, after string) {
	var names []string
	for name := range objects {
		if strings.HasPrefix(name, prefix) && name > after {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	page := map[string]any{}
	if n, err := strconv.Atoi(most); err == nil && n < len(names) {
		names = names[:n]
		page["nextPageToken"] = names[n-1]
	}
	var items []map[string]string
	for _, name := range names {
		items = append(items, objects[name].resource(name))
	}
	page["items"] = items
	answer(w, http.StatusOK, page)
}

func refuse(w http.ResponseWriter, code int, reason, message string) {
	answer(w, code, map[string]any{"error": map[string]any{
		"code": code, "message": message, "errors": []map[string]string{{"domain": "global", "reason": reason, "message": message}},
	}})
}

func answer(w http.ResponseWriter, code int, what any) {
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(what) // whoever asked may be gone
}
