package targets

import "strings"

// source is a column as the list has it.
type source struct {
	Column
	typed bool   // the list says its kind
	ucd   string // of a VOTable, in lower case
}

// The names that columns are known by, the likeliest first, without what
// [plainName] takes off.
var (
	idNames = words(`objectid diaobjectid oid ztfid ztfname ztfobjectid lsstid ssobjectid ssobject superevent supereventid
		id objid mainid main targetid sourceid diasourceid candid identifier designation name objname object objectname targetname target`)
	raNames  = words(`ra radeg rad raicrs raj2000 rajdeg ra2000 rightascension meanra ramean alpha alphaj2000 sra coordra ralsst raztf rad2000`)
	decNames = words(`dec decl decdeg ded deicrs decicrs dej2000 decj2000 dejdeg dedeg dec2000 declination meandec decmean delta deltaj2000 sdec coorddec declsst decztf de`)
	// positionNames are columns that hold both coordinates.
	positionNames = words(`position pos coordinates coords coord radec skycoord`)
)

// idPrefixes tell the namespace of integers by the name of their column.
var idPrefixes = map[string]string{
	"diaobjectid": "LSST:dia:", "ssobjectid": "LSST:ss:", "diasourceid": "LSST:source:", "candid": "ZTF:candid:",
}

func words(text string) map[string]int {
	ranks := map[string]int{}
	for i, word := range strings.Fields(text) {
		ranks[word] = i
	}
	return ranks
}

// plainName gives the name of a column without letter case, separators, a unit in
// brackets and the record that it stands in: "diaSource.ra" and "RA [deg]" are
// "ra".
func plainName(name string) string {
	name, _ = cutUnit(name)
	if i := strings.LastIndexByte(name, '.'); i >= 0 {
		name = name[i+1:]
	}
	return strings.Map(func(c rune) rune {
		switch {
		case c >= 'A' && c <= 'Z':
			return c + 'a' - 'A'
		case strings.ContainsRune("_- \t\"'", c):
			return -1
		}
		return c
	}, name)
}

// cutUnit takes a unit in brackets off the end of a column's name.
func cutUnit(name string) (bare, unit string) {
	name = strings.TrimSpace(name)
	if name == "" {
		return "", ""
	}
	open := strings.LastIndexAny(name, "[(")
	if last := name[len(name)-1]; open <= 0 || last != ']' && last != ')' {
		return name, ""
	}
	return strings.TrimSpace(name[:open]), strings.TrimSpace(name[open+1 : len(name)-1])
}

// isHeader says whether cells are names of columns: one at least is known and
// none is a number.
func isHeader(cells []string) bool {
	known := false
	for _, cell := range cells {
		if _, ok := number(cell); ok {
			return false
		}
		plain := plainName(cell)
		for _, names := range []map[string]int{idNames, raNames, decNames, positionNames} {
			if _, ok := names[plain]; ok {
				known = true
			}
		}
	}
	return known
}

// layout says which columns hold what; -1 for none.
type layout struct{ id, ra, dec, position int }

func layoutOf(columns []source) layout {
	l := layout{
		id:       best(columns, idNames, "meta.id"),
		ra:       best(columns, raNames, "pos.eq.ra"),
		dec:      best(columns, decNames, "pos.eq.dec"),
		position: best(columns, positionNames, ""),
	}
	if l.ra < 0 || l.dec < 0 {
		l.ra, l.dec = -1, -1
	} else {
		l.position = -1
	}
	return l
}

// positions says whether there are columns of positions.
func (l layout) positions() bool { return l.ra >= 0 || l.position >= 0 }

// ridesAlong says whether a column is none that targets are read from. The names
// of places ride along with them, and so do the places of ids.
func (l layout) ridesAlong(i int, want Want) bool {
	if want == IDs {
		return i != l.id
	}
	return i != l.ra && i != l.dec && i != l.position && (i != l.id || l.positions())
}

// best gives the column that is meant: by its UCD, the main one first, else by
// its name.
func best(columns []source, names map[string]int, ucd string) int {
	found, score := -1, 0
	for i, c := range columns {
		this := 0
		if rank, ok := names[plainName(c.Name)]; ok {
			this = 1 + len(names) - rank
		}
		if this > 0 && c.Unit != "" && ucd == "pos.eq.ra" && strings.Contains(c.Unit, ":") {
			this-- // of two, the one that is not sexagesimal
		}
		if ucd != "" && (c.ucd == ucd || strings.HasPrefix(c.ucd, ucd+";")) {
			if this += 1000; strings.Contains(c.ucd, "meta.main") {
				this += 1000
			}
		}
		if this > score {
			found, score = i, this
		}
	}
	return found
}
