package bigquery

import (
	"slices"
	"strings"

	bq "cloud.google.com/go/bigquery"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/client/registry"
	"github.com/mwvgroup/pgb/client/where"
)

// filtered gives a statement the part of the query's filter that SQL can test. It
// passes every row that the filter passes. The filter is for the newest revision
// of an alert, and must not make an older one show in its place.
func (q *question) filtered(sel *selection, to shape) shape {
	condition := q.condition(sel)
	if condition.Text == "" {
		return to
	}
	if !q.query.AllRevisions {
		paths := registry.Paths(nil)
		if p := q.registry.Payloads[sel.Payload]; p != nil && p.Identity.By == registry.IdentityPaths {
			paths = p.Identity.Paths
		} else if len(sel.SourceID) > 0 {
			paths = sel.SourceID[:1]
		}
		for _, path := range paths {
			at, _ := sel.expression(path)
			if at == "" {
				return to
			}
			to.newest = append(to.newest, at)
		}
		if len(to.newest) == 0 {
			return to
		}
	}
	to.filter = func(p *params) string {
		for _, one := range condition.Parameters {
			p.bind(one.Name, one.Value)
		}
		return condition.Text
	}
	return to
}

// condition translates the query's filter for what is selected of a table.
func (q *question) condition(sel *selection) where.SQLCondition {
	if q.query.Where == nil {
		return where.SQLCondition{}
	}
	return q.query.Where.SQLPrefixed(where.BigQuery, "w", func(name string) (where.SQLColumn, bool) {
		return q.sqlColumn(sel, name)
	})
}

// sqlColumn says how a filter reads a column: a survey's own path, or a generic
// name that is one of its columns as it stands. Sentinels of a survey are values
// to SQL and missing to the filter, and so are left to the filter.
func (q *question) sqlColumn(s *selection, name string) (where.SQLColumn, bool) {
	path, widened, ok := q.plainColumn(s.source, name)
	if !ok {
		return where.SQLColumn{}, false
	}
	at, c := s.expression(path)
	if c == nil || c.repeated {
		return where.SQLColumn{}, false
	}
	column := where.SQLColumn{Expr: at, Widened: widened}
	switch c.kind {
	case bq.IntegerFieldType:
		column.Kind = field.Int
	case bq.FloatFieldType:
		column.Kind = field.Float64
	case bq.BooleanFieldType:
		column.Kind = field.Bool
	case bq.StringFieldType:
		column.Kind = field.Text
	default:
		return where.SQLColumn{}, false
	}
	if name == "object_id" || name == "source_id" {
		if column.Kind != field.Text {
			column.Expr, column.Kind = "CAST("+at+" AS STRING)", field.Text
		}
	}
	if survey := q.registry.Surveys[s.Survey]; survey != nil && len(survey.Missing) > 0 && column.Kind != field.Bool {
		column.Expr = withoutSentinels(column, survey.Missing)
	}
	return column, true
}

// withoutSentinels gives an expression that is NULL where a survey says that
// there is no value. The values are the registry's.
func withoutSentinels(c where.SQLColumn, missing []string) string {
	text := c.Expr
	for _, value := range missing {
		literal := value
		isNumber := numberLiteral.MatchString(value)
		switch {
		case c.Kind == field.Text:
			literal = "'" + value + "'"
		case !isNumber:
			continue
		}
		if !isNumber && !identifier.MatchString(value) {
			continue
		}
		text = "NULLIF(" + text + ", " + literal + ")"
	}
	return text
}

// plainColumn gives the one path of a table that a name stands for.
func (q *question) plainColumn(s *source, name string) (path field.Path, widened, ok bool) {
	layout := q.layout(s)
	if layout == nil {
		return nil, false, false
	}
	trigger := &layout.Trigger
	inRecord := func(paths registry.Paths) (field.Path, bool) {
		if len(paths) == 0 || len(trigger.Record) > 1 {
			return nil, false
		}
		if len(trigger.Record) == 0 {
			return paths[0], len(paths) == 1
		}
		return trigger.Record[0].Join(paths[0]), len(paths) == 1
	}
	switch name {
	case "object_id":
		if len(s.ObjectID) == 1 {
			path, ok = s.ObjectID[0], true
		}
	case "source_id":
		if len(s.SourceID) == 1 {
			path, ok = s.SourceID[0], true
		}
	case "ra":
		path, ok = s.RA, len(s.RA) > 0
	case "dec":
		path, ok = s.Dec, len(s.Dec) > 0
	case "band":
		path, ok = inRecord(trigger.Band.Path)
		ok = ok && len(trigger.Band.Names) == 0
	case "flux":
		path, ok = inRecord(trigger.Flux)
		ok = ok && len(trigger.ZeroPointPath) == 0 && trigger.ZeroPoint == 31.4
	case "flux_err":
		path, ok = inRecord(trigger.FluxErr)
		ok = ok && len(trigger.ZeroPointPath) == 0 && trigger.ZeroPoint == 31.4
	case "snr":
		path, ok = inRecord(trigger.SNR)
	default:
		if path, ok = ownPath(name); !ok {
			return nil, false, false
		}
	}
	if !ok {
		return nil, false, false
	}
	return path, q.reader.KindIn(s.Payload, path) == field.Float32, true
}

// ownPath gives the path of a survey's own field by its name.
func ownPath(name string) (field.Path, bool) {
	if slices.Contains(generic, name) || strings.ContainsAny(name, `[("`) || strings.HasPrefix(name, "result") {
		return nil, false
	}
	return field.ParsePath(strings.TrimPrefix(name, "alert.")), true
}

// generic are names that are not a survey's.
var generic = append(alert.DefaultColumns(), "mag_total_err", "flux_total_err", "separation")
