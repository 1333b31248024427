// Package archive says what an archive of alerts answers: all alerts of objects
// and of places on the sky, light curves and classifications.
//
// There are two behind [Archive]: the broker's tables in BigQuery (package
// bigquery) and one SQLite file on this machine (package local). Both give the
// same rows for the same alerts; package archivetest has the tests that say so.
package archive

import (
	"context"
	"iter"
	"time"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/client/registry"
	"github.com/mwvgroup/pgb/client/sky"
	"github.com/mwvgroup/pgb/client/where"
)

// Archive answers questions about alerts. Answers stream: memory does not grow
// with their number. Ranging over one again asks again. A context that ends
// ends the answer, with the context's error, and what was asked of a server is
// cancelled there. It is safe for concurrent use.
type Archive interface {
	// Name says which archive it is, for people: `the local archive
	// /home/me/archive.db`, `BigQuery (billed to my-project)`.
	Name() string
	// Alerts gives the alerts of the query's targets in batches.
	//
	// The order is that of the targets. The alerts of an object come oldest
	// first (by mjd, then source_id), those of a cone nearest first. The
	// hits of a batch may be kept.
	Alerts(ctx context.Context, q Query) iter.Seq2[[]Hit, error]
	// LightCurves gives one light curve for each target that has any: all
	// epochs of an object, each once, by time. Targets are objects.
	LightCurves(ctx context.Context, q Query) iter.Seq2[LightCurve, error]
	// Classifications gives what classifiers have said of the targets, which
	// are objects or single alerts: every classifier and every version, by
	// target, mjd, classifier, version and band.
	Classifications(ctx context.Context, q Query) iter.Seq2[Verdict, error]
	// Plan says how a question would be answered, and what that costs,
	// without asking it.
	Plan(ctx context.Context, what Answer, q Query) (Plan, error)
	// Find lists the objects whose id begins with a prefix, sorted by id, at
	// most so many.
	Find(ctx context.Context, survey, prefix string, most int) ([]Object, error)
	// Tables lists the tables there are, by name.
	Tables(ctx context.Context) ([]Table, error)
	// Table describes one table with its columns; a name that is not there is
	// a [*registry.UnknownError].
	Table(ctx context.Context, name string) (Table, error)
	// SQL runs a statement that only reads, in the archive's own dialect.
	// maxBytes is as in [Query].
	SQL(ctx context.Context, text string, maxBytes int64) (*Rows, error)
	// Close ends the archive's use.
	Close() error
}

// Answer is what an archive can be asked for.
type Answer string

// The answers.
const (
	Alerts          Answer = "alerts"
	LightCurves     Answer = "light curves"
	Classifications Answer = "classifications"
	SQL             Answer = "SQL"
	Objects         Answer = "objects" // what Find lists; the prefix is the id of the one target
)

// Query says what is asked.
type Query struct {
	// Targets are the objects, alerts or places asked for; none have no answer.
	Targets []Target
	// Survey keeps the alerts of one survey; empty keeps all.
	Survey string
	// Since and Until bound the observation (mjd); zero does not. Both ends
	// are included.
	Since, Until time.Time
	// Names are the columns of each hit's row, canonical names as
	// [alert.Reader.View] takes them: those that are shown and those that the
	// filter needs. A name that only some surveys have is missing elsewhere.
	Names []string
	// Whole asks for the message of each hit with its body and headers. Without
	// it a hit's message has no body.
	Whole bool
	// Where lets the archive leave out rows that the filter does not pass. It
	// need not: whoever asks holds every row against the filter again.
	// Expr.Check has been called on it.
	Where *where.Expr
	// AllRevisions gives every revision of an alert instead of the newest.
	AllRevisions bool
	// MaxBytes bounds what the answer may make a service bill in all; 0 is the
	// archive's own default.
	MaxBytes int64
	// Statement is the text that the plan of a SQL question is asked for; the
	// rest of the query does not count then.
	Statement string
}

// Target is one thing asked for: an object, an alert, or a cone.
type Target struct {
	// ID names an object or a single alert; empty for a cone.
	ID registry.ID
	// Cone is a place on the sky. Beside an ID it tells where the object is
	// known to be, which makes some questions cheaper.
	Cone *sky.Cone
}

// Hit is an alert that was found.
type Hit struct {
	// Message carries the row; its body and headers only where the query asked
	// for the whole. Its Origin names the table or file it was found in.
	Message *alert.Message
	// Target is the index in Query.Targets of what it was found for.
	Target int
	// Separation is the distance from the centre of the target's cone; NaN
	// without a cone.
	Separation sky.Angle
}

// LightCurve is the photometry of an object from all its alerts.
type LightCurve struct {
	Target    int // index in Query.Targets
	Survey    string
	ObjectID  string
	Simulated bool
	Points    []alert.Point // by time, each epoch once
}

// Verdict is what a classifier said of one alert.
type Verdict struct {
	Target             int // index in Query.Targets
	Survey             string
	ObjectID, SourceID string
	MJD                float64   // of the alert, UTC; NaN when not known
	Topic              string    // or the table
	PublishTime        time.Time // zero when not known
	Simulated          bool
	alert.Classification
}

// Object is an object that an archive knows.
type Object struct {
	Survey, ID string
	Position   sky.Position // NaN where not known
	Alerts     int64
	LastMJD    float64 // of its newest alert, UTC
}

// Plan says how a question is answered.
type Plan struct {
	Statements []Statement
	// Pushed is the part of the filter that the statements hold, empty for
	// none; Rest is what is tested here afterwards.
	Pushed, Rest string
	// Notes are things that whoever pays or waits should know, a line each.
	Notes []string
}

// Statement is one statement of a plan.
type Statement struct {
	SQL        string
	Parameters []Parameter
	Table      string
	// Bytes is what the service may bill for at most, from its own dry run;
	// ModelBytes what is expected after the pruning that a dry run does not
	// know. Both are -1 where nothing is billed or nothing is known.
	Bytes, ModelBytes int64
}

// Parameter is a value that a statement takes by name.
type Parameter struct {
	Name  string
	Value any // int64, float64, string, bool or time.Time
}

// Table is a table of an archive.
type Table struct {
	Name      string // "lsst.alerts_v11_1", as it is asked for in SQL
	Survey    string
	Doc       string
	Rows      int64    // -1 when not known
	Bytes     int64    // -1 when not known
	Partition string   // "day of kafkaPublishTimestamp", empty for none
	Cluster   []string // columns that its rows are sorted by
	Columns   []TableColumn
}

// TableColumn is a column of a table. Columns of records follow their record,
// with dotted names.
type TableColumn struct {
	Name, Type, Mode string // Mode is "", "required" or "repeated"
	Unit, Doc        string
}

// Rows are the answer to a statement.
type Rows struct {
	Columns []alert.Column
	// Simulated says that all that the archive holds is simulated, and thus
	// the rows, whatever their columns are.
	Simulated bool
	// Batches gives the rows, a value for each column. It can be ranged over
	// once; Rows of a batch may be kept.
	Batches iter.Seq2[[][]field.Value, error]
}
