package local

import (
	"math"
	"strings"

	"zombiezen.com/go/sqlite"

	"github.com/mwvgroup/pgb/client/archive"
)

// chosen is what a query asks of each alert, beside its target.
type chosen struct {
	// condition is SQL on the alert a, the object o and the topic t that begins
	// with AND, empty for none; place is the part of it that is tested where keys
	// of a cone are collected.
	condition, place string
	parameters       []archive.Parameter
	pushed, rest     string
}

func choose(q archive.Query) chosen {
	var c chosen
	var all strings.Builder
	if !q.AllRevisions {
		c.place += " AND a.shown = 1"
	}
	since, until := q.MJD()
	if !math.IsInf(since, -1) {
		c.place += " AND a.mjd >= :since"
		c.parameters = append(c.parameters, archive.Parameter{Name: ":since", Value: since})
	}
	if !math.IsInf(until, 1) {
		c.place += " AND a.mjd <= :until"
		c.parameters = append(c.parameters, archive.Parameter{Name: ":until", Value: until})
	}
	all.WriteString(c.place)
	if q.Survey != "" {
		all.WriteString(" AND a.survey = :survey")
		c.parameters = append(c.parameters, archive.Parameter{Name: ":survey", Value: q.Survey})
	}
	all.WriteString(c.push(q.Where))
	c.condition = all.String()
	return c
}

// bindAll binds those parameters that a statement has.
func bindAll(stmt *sqlite.Stmt, parameters []archive.Parameter) {
	if len(parameters) == 0 {
		return
	}
	has := make(map[string]bool, stmt.BindParamCount())
	for i := 1; i <= stmt.BindParamCount(); i++ {
		has[stmt.BindParamName(i)] = true
	}
	for _, p := range parameters {
		if has[p.Name] {
			bind(stmt, p)
		}
	}
}

func bind(stmt *sqlite.Stmt, p archive.Parameter) {
	switch value := p.Value.(type) {
	case int64:
		stmt.SetInt64(p.Name, value)
	case float64:
		stmt.SetFloat(p.Name, value)
	case bool:
		stmt.SetBool(p.Name, value)
	case string:
		stmt.SetText(p.Name, value)
	default:
		stmt.SetNull(p.Name)
	}
}
