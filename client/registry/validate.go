package registry

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/mwvgroup/pgb/client/field"
)

// InvalidError says what does not fit together in a registry.
type InvalidError struct {
	// Problems say, one each, where an entry stands and what is wrong with
	// it: "my.yaml:3: topic my-topic: no payload my-paylod, did you mean
	// my-payload?".
	Problems []string
}

// mostProblems bounds how many problems are told at once.
const mostProblems = 10

// Error gives the problems, and where there are many the first of them and how many
// more there are.
func (e *InvalidError) Error() string {
	if more := len(e.Problems) - mostProblems; more > 0 {
		return fmt.Sprintf("%s (and %d more)", strings.Join(e.Problems[:mostProblems], "; "), more)
	}
	return strings.Join(e.Problems, "; ")
}

// Validate checks that everything named is there and fits: topics to payloads,
// payloads to layouts, schemas and classifiers, paths to the surveys' schemas,
// patterns, kinds and groups. What does not is an [*InvalidError].
func (r *Registry) Validate() error {
	c := &checker{reg: r}
	for _, name := range slices.Sorted(maps.Keys(r.Surveys)) {
		c.enter("survey", name, func() { c.survey(name, r.Surveys[name]) })
	}
	for _, name := range slices.Sorted(maps.Keys(r.Topics)) {
		c.enter("topic", name, func() { c.topic(name, r.Topics[name]) })
	}
	for _, name := range slices.Sorted(maps.Keys(r.Groups)) {
		c.enter("group", name, func() { c.group(name, r.Groups[name]) })
	}
	for _, name := range slices.Sorted(maps.Keys(r.Payloads)) {
		c.enter("payload", name, func() { c.payload(r.Payloads[name]) })
	}
	for _, name := range slices.Sorted(maps.Keys(r.Layouts)) {
		c.enter("layout", name, func() { c.layout(r.Layouts[name]) })
	}
	for _, name := range slices.Sorted(maps.Keys(r.Classifiers)) {
		c.enter("classifier", name, func() { c.classifier(r.Classifiers[name]) })
	}
	for _, n := range r.Namespaces {
		c.enter("namespace", n.Name, func() { c.namespace(n) })
	}
	for _, column := range r.Columns {
		c.enter("column", column.Name, func() { c.column(column) })
	}
	for _, name := range slices.Sorted(maps.Keys(r.Tables)) {
		c.enter("table", name, func() { c.table(r.Tables[name]) })
	}
	if r.Delivery.USDPerTiB < 0 || r.Delivery.FreeGiBMonth < 0 {
		c.entry = "delivery"
		c.problem("prices are not below zero")
	}
	if len(c.problems) == 0 {
		return nil
	}
	// What a file laid over the built-in registry says comes first: it may be
	// why something built in does not fit any more.
	slices.SortStableFunc(c.problems, func(a, b string) int { return cmp.Compare(isAdded(b), isAdded(a)) })
	return &InvalidError{Problems: c.problems}
}

func isAdded(problem string) int {
	if strings.HasPrefix(problem, EmbeddedFile+":") || strings.HasPrefix(problem, EmbeddedTables+":") {
		return 0
	}
	return 1
}

// checker collects problems, each with the entry it is in.
type checker struct {
	reg      *Registry
	entry    string // "topic ztf-lite"
	problems []string
	detects  map[string]string // what payloads are known by, and which it is
}

func (c *checker) enter(section, name string, check func()) {
	c.entry = section + " " + name
	check()
}

func (c *checker) problem(format string, args ...any) {
	text := c.entry + ": " + fmt.Sprintf(format, args...)
	if origin := c.reg.origins[c.entry]; origin != "" {
		text = origin + ": " + text
	}
	c.problems = append(c.problems, text)
}

// known checks that there is an entry of a name.
func known[E any](c *checker, what, name string, entries map[string]*E) bool {
	if entries[name] != nil {
		return true
	}
	text := "no " + what + " " + name
	if name == "" {
		text = "it names no " + what
	} else if near := Near(name, slices.Sorted(maps.Keys(entries))); len(near) > 0 {
		text += ", did you mean " + strings.Join(near, " or ") + "?"
	}
	c.problem("%s", text)
	return false
}

// oneOf checks that a word is one of some.
func (c *checker) oneOf(what, word string, words ...string) {
	if !slices.Contains(words, word) {
		c.problem("%s is %s, not %q", what, strings.Join(words, ", "), word)
	}
}

func (c *checker) survey(name string, s *Survey) {
	if s.Latest != "" && !slices.Contains(c.reg.Versions(name), plainVersion(s.Latest)) {
		c.problem("no schema of its latest version %s", s.Latest)
	}
	for _, page := range s.Pages {
		if page.Name == "" || !strings.Contains(page.URL, "{id}") && !page.wantsPlace() {
			c.problem("a page needs a name and a url with {id}, or {ra} and {dec}, in it, not %q", page.URL)
		}
	}
	about := c.aboutSurvey(name)
	for _, texts := range []map[string]string{s.Units, s.Docs, s.UCDs} {
		for _, path := range slices.Sorted(maps.Keys(texts)) {
			if !about.hasText(path) {
				c.problem("no field %s in its schemas or payloads", path)
			}
		}
	}
	for _, path := range slices.Sorted(maps.Keys(s.UCDs)) {
		c.ucd(s.UCDs[path])
	}
}

// topicPattern is what Pub/Sub takes for a topic's name.
var topicPattern = regexp.MustCompile(`^[A-Za-z][-A-Za-z0-9._~+%]+$`)

func (c *checker) topic(name string, t *Topic) {
	if len(name) < 3 || len(name) > 255 || !topicPattern.MatchString(name) {
		c.problem("not a name that a topic can have")
	}
	for other := range c.reg.Topics {
		if other < name && strings.EqualFold(other, name) {
			c.problem("differs from topic %s in letter case only", other)
		}
	}
	known(c, "broker", t.Broker, c.reg.Brokers)
	if t.Survey != "" {
		known(c, "survey", t.Survey, c.reg.Surveys)
	}
	if t.Project == "" {
		c.problem("it names no project")
	}
	c.oneOf("access", t.Access, AccessPublic, AccessInternal, AccessUnlisted)
	c.identity(t.Identity)
	if t.PerNight < 0 || t.Bytes < 0 {
		c.problem("rate and size are not below zero")
	}
	if !known(c, "payload", t.Payload, c.reg.Payloads) {
		return
	}
	if p := c.reg.Payloads[t.Payload]; p.Survey != "" && t.Survey != p.Survey {
		c.problem("its survey is %q, but that of payload %s is %s", t.Survey, t.Payload, p.Survey)
	}
}

func (c *checker) identity(i Identity) {
	switch i.By {
	case "", IdentityContent, IdentityMessage:
	case IdentityPaths:
		if len(i.Paths) == 0 || slices.ContainsFunc(i.Paths, func(p field.Path) bool { return len(p) == 0 }) {
			c.problem("identity needs paths")
		}
	default:
		c.problem("identity is content, message or paths, not %q", i.By)
	}
}

func (c *checker) group(name string, g *Group) {
	for topic := range c.reg.Topics {
		if strings.EqualFold(topic, name) {
			c.problem("there is a topic of that name")
		}
	}
	if len(g.Topics) == 0 {
		c.problem("it has no topics")
	}
	seen := map[*Topic]bool{}
	for _, member := range g.Topics {
		t, ok := c.reg.topic(member)
		switch {
		case !ok:
			known(c, "topic", member, c.reg.Topics)
		case seen[t]:
			c.problem("topic %s stands twice", member)
		}
		seen[t] = true
	}
}

func (c *checker) classifier(k *Classifier) {
	taken := map[string]string{}
	for _, class := range k.Classes {
		if class.Name == "" || class.Code == "" {
			c.problem("a class needs a name and a code")
			continue
		}
		words := append([]string{class.Name, class.Code}, class.Aliases...)
		for _, word := range words {
			word = strings.ToLower(word)
			if other, ok := taken[word]; ok && other != class.Name {
				c.problem("%q means both %s and %s", word, other, class.Name)
			}
			taken[word] = class.Name
		}
	}
}

func (c *checker) namespace(n *Namespace) {
	c.oneOf("kind", n.Kind, namespaceText, namespaceInt64)
	if n.Survey != "" {
		known(c, "survey", n.Survey, c.reg.Surveys)
	}
	pattern, err := n.compile()
	if err != nil {
		c.problem("pattern: %v", err)
		return
	}
	for _, example := range n.Example {
		if !pattern.MatchString(example) || !n.holds(example) {
			c.problem("its example %s does not fit it", example)
		}
	}
}

func (c *checker) column(column *Column) {
	c.oneOf("kind", column.Kind, "boolean", "integer", "number", "text", "time")
	if column.Priority < 0 {
		c.problem("priority is not below zero")
	}
	c.ucd(column.UCD)
}

func (c *checker) ucd(text string) {
	if text != "" && !isUCD(text) {
		c.problem("ucd %q is no list of words like phot.mag;stat.max", text)
	}
}

// isUCD says whether a text has the form of a UCD1+; which words there are it
// does not know.
var isUCD = regexp.MustCompile(`^[A-Za-z0-9_-]+([.;][A-Za-z0-9_-]+)*$`).MatchString
