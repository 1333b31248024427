// Package registry says which brokers, topics, payloads, fields, namespaces and
// classifiers there are. It is data: registry.yaml, embedded, and a user's file
// laid over it. A new topic or payload is an edit of YAML, not of code.
package registry

import (
	"regexp"
	"sync"

	"github.com/mwvgroup/pgb/client/field"
)

// Registry is everything that is known, by name. Names match exactly here; see
// [Registry.Topic] for what a user may type. It is read by many and must not be
// changed once it is in use.
type Registry struct {
	Delivery    Delivery               `yaml:"delivery"`
	Brokers     map[string]*Broker     `yaml:"brokers"`
	Surveys     map[string]*Survey     `yaml:"surveys"`
	Topics      map[string]*Topic      `yaml:"topics"`
	Groups      map[string]*Group      `yaml:"groups"`
	Payloads    map[string]*Payload    `yaml:"payloads"`
	Layouts     map[string]*Layout     `yaml:"layouts"`
	Classifiers map[string]*Classifier `yaml:"classifiers"`
	Namespaces  []*Namespace           `yaml:"namespaces"`
	Columns     []*Column              `yaml:"columns"` // generic fields, in their order
	Tables      map[string]*Table      `yaml:"tables"`

	origins map[string]string // "topic ztf-lite" -> "registry.yaml:12"
	schemas schemaStore

	topicOnce  sync.Once
	topicIndex map[string]*Topic // by name in lower case

	patternOnce sync.Once
	patterns    []*regexp.Regexp // of Namespaces
	literals    []string         // what a match of each begins with
}

// Delivery is the list price of what a broker's service delivers.
type Delivery struct {
	USDPerTiB    float64 `yaml:"usd_per_tib"`
	FreeGiBMonth float64 `yaml:"free_gib_a_month"` // not counted in costs here
}

// Broker runs topics.
type Broker struct {
	Name string `yaml:"name"`
	Doc  string `yaml:"doc"`
	URL  string `yaml:"url"`
}

// Survey takes the images.
type Survey struct {
	Name    string   `yaml:"name"`
	Doc     string   `yaml:"doc"`
	Schemas string   `yaml:"schemas"` // prefix of its schema files: "lsst" for lsst.11.1.json
	Latest  string   `yaml:"latest"`  // the version that names and types are checked against: "11.1"
	Missing []string `yaml:"missing"` // values that stand for "no value": numbers or texts
	// Hidden are fields that are not listed, such as names of people.
	Hidden []string          `yaml:"hidden"`
	Units  map[string]string `yaml:"units"` // unit of a field of the survey, by path
	Docs   map[string]string `yaml:"docs"`  // what a field holds, by path
	// UCDs are fields in words of the IVOA's UCD1+, by path. Positions are
	// ICRS, and an epoch in days is MJD UTC: others have none.
	UCDs  map[string]string `yaml:"ucds"`
	Pages []Page            `yaml:"pages"` // web pages of an object
}

// Page is a web page of an object; {id} stands for its id, {ra} and {dec} for its
// position in degrees.
type Page struct {
	Name string `yaml:"name"`
	URL  string `yaml:"url"`
}

// Topic is one output stream of a broker.
type Topic struct {
	Name    string `yaml:"-"`
	Broker  string `yaml:"broker"`
	Project string `yaml:"project"` // Google Cloud project of the topic
	Survey  string `yaml:"survey"`
	Payload string `yaml:"payload"`
	Access  string `yaml:"access"` // public, internal or unlisted
	Doc     string `yaml:"doc"`
	// Identity says when two messages are the same one: "content" (topic,
	// source id and a hash of the body), "message" (message id) or a list of
	// paths in the payload. Default: the payload's, else content.
	Identity Identity `yaml:"identity"`
	PerNight float64  `yaml:"per_night"` // messages expected in a night
	Bytes    float64  `yaml:"bytes"`     // expected size of one, with attributes
	RateDoc  string   `yaml:"rate_doc"`  // where the rate comes from, or how sure it is
}

// Identity says when two messages are the same one.
type Identity struct {
	By    string // "content", "message" or "paths"; empty for the default
	Paths []field.Path
}

// Group is several topics under one name, read as one stream.
type Group struct {
	Name   string   `yaml:"-"`
	Doc    string   `yaml:"doc"`
	Topics []string `yaml:"topics"`
}

// Payload says how the bytes of a message are laid out.
type Payload struct {
	Name    string `yaml:"-"`
	Doc     string `yaml:"doc"`
	Survey  string `yaml:"survey"`
	Framing string `yaml:"framing"` // container, confluent, bare, json, notification
	// Schema says where the schema comes from: "header" (in the container),
	// "id" (Confluent id = major*100 + minor), a schema's name ("elasticc
	// 0.9.1"), or "none" for JSON.
	Schema string `yaml:"schema"`
	// Types names a schema whose kinds numbers of a JSON payload take, by
	// path relative to the alert: "lsst" for the survey's latest.
	Types string `yaml:"types"`
	// Alert lists where the copy of the alert may sit; empty text is the
	// body itself. The first that is there counts.
	Alert Paths `yaml:"alert"`
	// Result is where the module's own result sits, empty for none.
	Result field.Path `yaml:"result"`
	// Keeps lists the fields, records or lists of the alert that the payload's
	// copy keeps; none listed means all of them.
	Keeps Paths `yaml:"keeps"`
	// AlertFields are fields of the alert that Types does not have or has
	// with another kind, by path relative to the alert.
	AlertFields map[string]string `yaml:"alert_fields"`
	// ResultFields are the fields of the result and their kinds.
	ResultFields map[string]string `yaml:"result_fields"`
	// Layout says which generic field is which path of the alert.
	Layout string `yaml:"layout"`
	// Classified lists what classifiers say in this payload; the first is the
	// primary one for flat rows.
	Classified []Classified `yaml:"classified"`
	Identity   Identity     `yaml:"identity"`
	// Detect says by what a payload is known when no topic is named: lists of
	// members of a JSON body that are all there ("alert_lite.diaSource
	// SuperNNova"), or have a value ("kind=storage#object"). Of several that
	// fit, the one with most members counts. For Avro, "confluent" or "bare"
	// says that such a packet is this one unless something says otherwise; a
	// container is known by its schema.
	Detect []string `yaml:"detect"`
}
