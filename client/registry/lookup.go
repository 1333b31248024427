package registry

import (
	"maps"
	"slices"
	"strings"
)

// UnknownError says that there is nothing of a name.
type UnknownError struct {
	What string   // "topic", "schema", "payload"
	Name string   // as it was given
	Near []string // names that it may have been meant for
	Hint string   // what could be done about it, or empty
}

// Error says what is not known: unknown topic "ztf-lit".
func (e *UnknownError) Error() string {
	text := "unknown " + e.What + " \"" + e.Name + "\""
	if e.Hint != "" {
		text += ": " + e.Hint
	}
	return text
}

// The ways in which an [Identity] tells messages apart.
const (
	IdentityContent = "content"
	IdentityMessage = "message"
	IdentityPaths   = "paths"
)

// FullName gives the topic's name in its service: projects/P/topics/T.
func (t *Topic) FullName() string {
	if _, _, ok := splitFullName(t.Name); ok || t.Project == "" {
		return t.Name
	}
	return "projects/" + t.Project + "/topics/" + t.Name
}

// splitFullName takes projects/P/topics/T apart.
func splitFullName(name string) (project, topic string, ok bool) {
	parts := strings.Split(name, "/")
	if len(parts) != 4 || parts[0] != "projects" || parts[2] != "topics" || parts[1] == "" || parts[3] == "" {
		return "", "", false
	}
	return parts[1], parts[3], true
}

// Topic finds a topic by its name, in any letter case, or by its full name. A
// name that is not known is an [*UnknownError].
func (r *Registry) Topic(name string) (*Topic, error) {
	if t, ok := r.topic(name); ok {
		return t, nil
	}
	if project, short, ok := splitFullName(name); ok {
		hint := "say what it carries, by naming a topic or a payload to read it as"
		if t, ok := r.topic(short); ok {
			hint = t.Name + " is in project " + t.Project + ", not " + project + "; to read this one like it, name it to read it as"
		}
		return nil, &UnknownError{What: "topic", Name: name, Near: Near(short, r.topicNames()), Hint: hint}
	}
	return nil, &UnknownError{What: "topic", Name: name, Near: Near(name, r.topicNames())}
}

// topic finds a topic without an error, which would cost a comparison with all
// names.
func (r *Registry) topic(name string) (*Topic, bool) {
	r.topicOnce.Do(func() {
		r.topicIndex = make(map[string]*Topic, len(r.Topics))
		for key, t := range r.Topics {
			r.topicIndex[strings.ToLower(key)] = t
		}
	})
	project, short, full := splitFullName(name)
	if !full {
		short = name
	}
	t, ok := r.topicIndex[strings.ToLower(short)]
	if !ok || full && t.Project != project {
		return nil, false
	}
	return t, true
}

// topicNames gives the names that a user may type: topics that are not the
// broker's own, and groups.
func (r *Registry) topicNames() []string {
	var names []string
	for _, name := range slices.Sorted(maps.Keys(r.Topics)) {
		if r.Topics[name].Access != AccessInternal {
			names = append(names, name)
		}
	}
	return append(names, slices.Sorted(maps.Keys(r.Groups))...)
}

// Who may read a topic, as in [Topic.Access].
const (
	AccessPublic   = "public"
	AccessInternal = "internal" // the broker's own
	AccessUnlisted = "unlisted" // in the broker's code, but not in its listing
)

// Resolve gives the topics that a name stands for: a topic, a group of topics,
// or a full name. With as, the name of a topic, a payload or a survey, they are
// read as that; a full name that is not known can be read only so.
func (r *Registry) Resolve(name, as string) ([]*Topic, error) {
	topics, err := r.resolve(name)
	if as == "" {
		return topics, err
	}
	payload, asErr := r.ReadAs(as)
	if asErr != nil {
		return nil, asErr
	}
	if err != nil {
		project, _, ok := splitFullName(name)
		if !ok {
			unknown := r.unknownTopic(name)
			unknown.Hint = "a topic that is not known needs its full name, projects/PROJECT/topics/TOPIC"
			return nil, unknown
		}
		return []*Topic{{Name: name, Project: project, Survey: payload.Survey, Payload: payload.Name, Doc: "read as " + as}}, nil
	}
	changed := make([]*Topic, len(topics))
	for i, t := range topics {
		one := *t
		one.Payload, one.Survey = payload.Name, payload.Survey
		changed[i] = &one
	}
	return changed, nil
}

func (r *Registry) unknownTopic(name string) *UnknownError {
	return &UnknownError{What: "topic", Name: name, Near: Near(name, r.topicNames())}
}

func (r *Registry) resolve(name string) ([]*Topic, error) {
	if t, ok := r.topic(name); ok {
		return []*Topic{t}, nil
	}
	for _, key := range slices.Sorted(maps.Keys(r.Groups)) {
		if !strings.EqualFold(key, name) {
			continue
		}
		var topics []*Topic
		for _, member := range r.Groups[key].Topics {
			t, err := r.Topic(member)
			if err != nil {
				return nil, err
			}
			topics = append(topics, t)
		}
		return topics, nil
	}
	_, err := r.Topic(name)
	return nil, err
}

// ReadAs finds the payload that a name to read something as stands for: that of
// a topic, a payload, or the original packet of a survey. A version of the
// survey's schemas may follow behind a colon. What is not known is an
// [*UnknownError].
func (r *Registry) ReadAs(as string) (*Payload, error) {
	name, version, versioned := strings.Cut(as, ":")
	p, err := r.readAs(name)
	if err != nil || !versioned {
		return p, err
	}
	survey := p.Survey
	if survey == "" && r.Layouts[p.Layout] != nil {
		survey = r.Layouts[p.Layout].Survey
	}
	if _, ok := r.version(survey, version); !ok {
		var known []string
		for _, one := range r.Versions(survey) {
			known = append(known, name+":"+one)
		}
		near := Near(as, known)
		if version == "" || len(near) == 0 {
			near = known[:min(len(known), maxNear)]
		}
		return nil, &UnknownError{What: "version to read as", Name: as, Near: near}
	}
	return p, nil
}

func (r *Registry) readAs(name string) (*Payload, error) {
	if t, ok := r.topic(name); ok && r.Payloads[t.Payload] != nil {
		return r.Payloads[t.Payload], nil
	}
	if p := r.Payloads[name]; p != nil {
		return p, nil
	}
	var found *Payload
	for _, key := range slices.Sorted(maps.Keys(r.Payloads)) {
		p := r.Payloads[key]
		if strings.EqualFold(key, name) {
			return p, nil
		}
		if !strings.EqualFold(p.Survey, name) {
			continue
		}
		if found == nil || found.isJSON() && !p.isJSON() {
			found = p
		}
	}
	if found != nil {
		return found, nil
	}
	among := append(r.topicNames(), slices.Sorted(maps.Keys(r.Payloads))...)
	among = append(among, slices.Sorted(maps.Keys(r.Surveys))...)
	return nil, &UnknownError{What: "topic, payload or survey", Name: name, Near: Near(name, among)}
}

func (p *Payload) isJSON() bool { return p.Framing == "json" || p.Framing == "notification" }

// IdentityOf says when two messages of a topic are the same one: by the topic's
// own rule, else the payload's, else by content.
func (r *Registry) IdentityOf(t *Topic) Identity {
	if t.Identity.By != "" {
		return t.Identity
	}
	if p := r.Payloads[t.Payload]; p != nil && p.Identity.By != "" {
		return p.Identity
	}
	return Identity{By: IdentityContent}
}

// Column gives the generic column of a name, or nil.
func (r *Registry) Column(name string) *Column {
	for _, c := range r.Columns {
		if c.Name == name {
			return c
		}
	}
	return nil
}
