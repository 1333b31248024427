package bigquery

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
	api "google.golang.org/api/bigquery/v2"

	"github.com/mwvgroup/pgb/client/registry"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// row is a row of a table, by dotted paths of its columns.
type row map[string]any

// service stands in for BigQuery: a server of its REST interface that has the
// broker's tables and answers statements with rows that a test gives.
type service struct {
	t      *testing.T
	server *httptest.Server

	mu     sync.Mutex
	jobs   []*api.Job // as they were asked for
	others []string   // paths of all other calls

	reads    int64                // bytes that a dry run tells
	bills    int64                // bytes that a job is billed
	kind     string               // of statement that a dry run tells
	answer   func(*api.Job) []row // rows of a statement
	missing  []string             // tables that do not exist
	fail     func(*api.Job) *api.ErrorProto
	refuse   func(http.ResponseWriter, *http.Request) bool
	pageSize int
	waiting  chan struct{} // closed when somebody waits for a job that never ends
	hang     bool
}

func newService(t *testing.T) *service {
	s := &service{t: t, reads: 20 << 20, bills: 20 << 20, kind: "SELECT", pageSize: 1000, waiting: make(chan struct{})}
	s.server = httptest.NewServer(s)
	t.Cleanup(s.server.Close)
	return s
}

// open opens an archive that asks the service.
func (s *service) open(o Options) *Archive {
	s.t.Helper()
	o.Project, o.Address = "who-pays", s.server.URL
	a, err := Open(s.t.Context(), o)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() {
		if err := a.Close(); err != nil {
			s.t.Error(err)
		}
	})
	return a
}

// asked gives the jobs so far that were to run, or were dry runs.
func (s *service) asked(dry bool) []*api.Job {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []*api.Job
	for _, j := range s.jobs {
		if j.Configuration.DryRun == dry {
			list = append(list, j)
		}
	}
	return list
}

func (s *service) called(part string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.ContainsFunc(s.others, func(path string) bool { return strings.Contains(path, part) })
}

func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if s.refuse != nil && s.refuse(w, r) {
		return
	}
	path := strings.Split(strings.Trim(strings.TrimPrefix(r.URL.Path, "/bigquery/v2"), "/"), "/")
	if r.Method == http.MethodPost && len(path) == 3 && path[2] == "jobs" {
		s.insert(w, r)
		return
	}
	s.mu.Lock()
	s.others = append(s.others, r.Method+" "+r.URL.Path)
	s.mu.Unlock()
	switch {
	case len(path) == 4 && path[2] == "queries":
		s.results(w, r, path[3])
	case len(path) == 4 && path[2] == "jobs":
		reply(w, s.done(s.job(path[3])))
	case len(path) == 5 && path[4] == "cancel":
		reply(w, &api.JobCancelResponse{})
	case len(path) == 5 && path[4] == "tables":
		s.listTables(w, path[1], path[3])
	case len(path) == 6 && path[4] == "tables":
		s.table(w, path[1], path[3], path[5])
	default:
		http.NotFound(w, r)
	}
}

func reply(w http.ResponseWriter, what any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(what)
}

func (s *service) insert(w http.ResponseWriter, r *http.Request) {
	var job api.Job
	if err := json.NewDecoder(r.Body).Decode(&job); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	s.mu.Lock()
	s.jobs = append(s.jobs, &job)
	s.mu.Unlock()
	if job.Configuration.DryRun {
		made := s.done(&job)
		made.Statistics.Query.TotalBytesBilled = 0
		reply(w, made)
		return
	}
	made := job
	made.Status = &api.JobStatus{State: "RUNNING"}
	made.Statistics = &api.JobStatistics{Query: &api.JobStatistics2{}}
	reply(w, &made)
}

func (s *service) job(id string) *api.Job {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, j := range s.jobs {
		if j.JobReference.JobId == id {
			return j
		}
	}
	s.t.Errorf("no job %s", id)
	return &api.Job{}
}

// done gives a job as it is when it has ended.
func (s *service) done(j *api.Job) *api.Job {
	made := *j
	made.Status = &api.JobStatus{State: "DONE"}
	if s.fail != nil {
		made.Status.ErrorResult = s.fail(j)
	}
	made.Statistics = &api.JobStatistics{
		TotalBytesProcessed: s.reads,
		Query:               &api.JobStatistics2{TotalBytesProcessed: s.reads, TotalBytesBilled: s.bills, StatementType: s.kind},
	}
	return &made
}

func (s *service) results(w http.ResponseWriter, r *http.Request, id string) {
	if s.hang {
		select {
		case <-s.waiting:
		default:
			close(s.waiting)
		}
		<-r.Context().Done()
		return
	}
	job := s.job(id)
	var rows []row
	if s.answer != nil {
		rows = s.answer(job)
	}
	columns := columnsOfStatement(job.Configuration.Query.Query)
	made := &api.GetQueryResultsResponse{JobComplete: true, TotalRows: uint64(len(rows)), Schema: &api.TableSchema{}, JobReference: job.JobReference}
	for _, c := range columns {
		made.Schema.Fields = append(made.Schema.Fields, &api.TableFieldSchema{Name: c.alias, Type: c.typeIn(rows)})
	}
	from, _ := strconv.Atoi(r.URL.Query().Get("pageToken"))
	size := s.pageSize
	if most := r.URL.Query().Get("maxResults"); most != "" {
		n, _ := strconv.Atoi(most)
		size = min(size, n)
	}
	to := min(len(rows), from+size)
	for _, one := range rows[from:to] {
		made.Rows = append(made.Rows, encode(columns, one))
	}
	if to < len(rows) {
		made.PageToken = strconv.Itoa(to)
	}
	reply(w, made)
}

type selected struct{ path, alias string }

// columnsOfStatement reads the columns of a statement of this package off its
// first branch.
func columnsOfStatement(text string) []selected {
	if !strings.Contains(text, "\nFROM `") {
		return []selected{{"f0_", "f0_"}}
	}
	_, text, _ = strings.Cut(text[strings.LastIndex(text[:strings.Index(text, "\nFROM `")], "SELECT "):], "SELECT ")
	text, _, _ = strings.Cut(text, "\nFROM")
	var list []selected
	for part := range strings.SplitSeq(text, ", ") {
		i := strings.LastIndex(part, " AS ")
		if i < 0 {
			list = append(list, selected{part, part})
			continue
		}
		path := strings.TrimSuffix(strings.TrimPrefix(part[:i], "CAST("), " AS STRING)")
		list = append(list, selected{strings.ReplaceAll(strings.TrimPrefix(path, "t."), "`", ""), part[i+4:]})
	}
	return list
}

func (c selected) typeIn(rows []row) string {
	if c.path == "0" {
		return "INTEGER"
	}
	if c.alias == outID {
		return "STRING" // behind its cast
	}
	for _, one := range rows {
		switch one[c.path].(type) {
		case int, int64:
			return "INTEGER"
		case float64:
			return "FLOAT"
		case time.Time:
			return "TIMESTAMP"
		case bool:
			return "BOOLEAN"
		}
	}
	return "STRING"
}

func encode(columns []selected, one row) *api.TableRow {
	made := &api.TableRow{}
	for _, c := range columns {
		cell := &api.TableCell{}
		switch v := one[c.path].(type) {
		case nil:
			if c.path == "0" {
				cell.V = "0"
			}
		case time.Time:
			cell.V = strconv.FormatInt(v.UnixMicro(), 10)
		default:
			cell.V = fmt.Sprint(v)
		}
		made.F = append(made.F, cell)
	}
	return made
}

func (s *service) listTables(w http.ResponseWriter, project, dataset string) {
	made := &api.TableList{}
	for _, t := range registry.Default().Tables {
		if t.Project != project || t.Dataset != dataset {
			continue
		}
		for _, name := range tableNames(t) {
			if !slices.Contains(s.missing, dataset+"."+name) {
				made.Tables = append(made.Tables, &api.TableListTables{TableReference: &api.TableReference{ProjectId: project, DatasetId: dataset, TableId: name}})
			}
		}
	}
	reply(w, made)
}

func (s *service) table(w http.ResponseWriter, project, dataset, name string) {
	reg := registry.Default()
	t, err := reg.Table(dataset + "." + name)
	if err != nil {
		s.t.Error(err)
		return
	}
	v, _ := t.Version(dataset + "." + name)
	columns, _ := reg.TableColumns(t, v)
	made := &api.Table{
		TableReference: &api.TableReference{ProjectId: project, DatasetId: dataset, TableId: name},
		NumRows:        1e6, NumBytes: 1e10, Schema: &api.TableSchema{Fields: fieldsOf(columns)},
	}
	if t.Partition != "" {
		made.TimePartitioning = &api.TimePartitioning{Type: "DAY", Field: t.Partition}
	}
	if len(t.Cluster) > 0 {
		made.Clustering = &api.Clustering{Fields: t.Cluster}
	}
	reply(w, made)
}

func fieldsOf(columns []registry.TableColumn) []*api.TableFieldSchema {
	var list []*api.TableFieldSchema
	for _, c := range columns {
		list = append(list, &api.TableFieldSchema{Name: c.Name, Type: c.Type, Mode: strings.ToUpper(c.Mode), Fields: fieldsOf(c.Fields)})
	}
	return list
}

func testRegistry() *registry.Registry { return registry.Default() }
