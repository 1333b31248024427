package registry

import (
	"fmt"
	"strings"

	"github.com/mwvgroup/pgb/client/field"
)

// layout checks that the fields a layout reads are there: each in some schema
// of the survey, and of alternatives one in the latest.
func (c *checker) layout(l *Layout) {
	if l.Survey != "" {
		known(c, "survey", l.Survey, c.reg.Surveys)
	}
	about := c.aboutLayout(l)
	c.paths(about, "object_id", nil, l.ObjectID)
	c.paths(about, "source_id", nil, l.SourceID)
	c.point(about, "trigger", l.Trigger.Record, &l.Trigger)
	for i := range l.History {
		h := &l.History[i]
		what := fmt.Sprintf("history %d", i+1)
		c.oneOf("kind of "+what, h.Kind, "detection", "forced", "limit")
		if len(h.List) == 0 {
			c.problem("%s names no list", what)
		}
		c.paths(about, what+": list", nil, h.List)
		c.point(about, what, crossed(h.List, h.Point.Record), &h.Point)
	}
	c.paths(about, "sky_map", nil, l.SkyMap)
	for _, cutout := range l.Cutouts {
		c.oneOf("kind of cutout", cutout.Kind, "science", "template", "difference")
		c.oneOf("encoding of cutout", cutout.Encoding, "fits", "fits.gz")
		c.paths(about, "cutout "+cutout.Kind, nil, single(cutout.Path))
	}
}

// aboutLayout gives what is known of the alerts that a layout is for: where one
// of its payloads is open, nothing.
func (c *checker) aboutLayout(l *Layout) *knowledge {
	all := &knowledge{}
	used := false
	for _, p := range c.reg.Payloads {
		if p.Layout != l.Name {
			continue
		}
		one := c.aboutPayload(p)
		if one.open() {
			return one
		}
		used = true
		if len(one.schemas) > len(all.schemas) {
			all.schemas = one.schemas
		}
		all.fields = append(all.fields, one.fields...)
	}
	if !used {
		return c.aboutSurvey(l.Survey)
	}
	return all
}

// point checks what is read of one epoch below some records.
func (c *checker) point(about *knowledge, what string, records []field.Path, p *Point) {
	for _, one := range []struct {
		name  string
		paths Paths
	}{
		{"source_id", p.SourceID}, {"visit", single(p.Visit)}, {"detector", single(p.Detector)},
		{"ra", p.RA}, {"dec", p.Dec}, {"time", p.Time.Path}, {"exposure", p.Time.Exposure}, {"band", p.Band.Path},
		{"flux", p.Flux}, {"flux_err", p.FluxErr}, {"zero_point_path", single(p.ZeroPointPath)},
		{"mag", p.Mag}, {"mag_err", p.MagErr}, {"sign", p.Sign.Path}, {"snr", p.SNR}, {"limit_mag", p.LimitMag},
		{"detected", single(p.Detected)}, {"good", single(p.Good.Path)},
		{"total_flux", p.TotalFlux}, {"total_flux_err", p.TotalFluxErr},
		{"ref_mag", single(p.RefMag)}, {"ref_mag_err", single(p.RefMagErr)}, {"ref_distance", single(p.RefDistance)},
	} {
		c.paths(about, what+": "+one.name, records, one.paths)
	}
	if len(p.Time.Path) > 0 {
		c.oneOf(what+": scale", p.Time.Scale, "jd_utc", "mjd_utc", "mjd_tai", "iso_utc")
	}
	if len(p.Flux) > 0 && len(p.Mag) > 0 {
		c.problem("%s: it has both a flux and a mag", what)
	}
	if len(p.Flux) > 0 && p.ZeroPoint == 0 && len(p.ZeroPointPath) == 0 {
		c.problem("%s: a flux needs its zero_point, 31.4 for nJy", what)
	}
	if len(p.RefMag) > 0 && (len(p.RefDistance) == 0 || p.RefMaxArcsec <= 0) {
		c.problem("%s: ref_mag needs ref_distance and ref_max_distance", what)
	}
}

// paths checks alternatives below some records.
func (c *checker) paths(about *knowledge, what string, records, paths []field.Path) {
	now := len(paths) == 0
	var tried []string
	for _, path := range paths {
		found := false
		for _, whole := range crossed(records, []field.Path{path}) {
			tried = append(tried, whole.String())
			found = found || about.has(whole)
			now = now || about.hasNow(whole)
		}
		if !found {
			c.problem("%s: no field %s in the survey's schemas or the payloads' alert_fields", what, tried[len(tried)-1])
		}
	}
	if !now {
		c.problem("%s: the latest schema has none of %s", what, strings.Join(tried, ", "))
	}
}

// crossed gives every path below every record; no records stand for the alert.
func crossed(records, paths []field.Path) []field.Path {
	if len(records) == 0 {
		return paths
	}
	if len(paths) == 0 {
		return records
	}
	all := make([]field.Path, 0, len(records)*len(paths))
	for _, record := range records {
		for _, path := range paths {
			all = append(all, record.Join(path))
		}
	}
	return all
}

func single(path field.Path) Paths {
	if len(path) == 0 {
		return nil
	}
	return Paths{path}
}
