package registry

import (
	"math"
	"net/url"
	"strconv"
	"strings"
)

// Pages gives the web pages of an object: those by its id, and those by its
// position in degrees, which is NaN where it is not known.
func (r *Registry) Pages(survey, id string, ra, dec float64) []Page {
	s := r.Surveys[survey]
	if s == nil {
		return nil
	}
	placed := !math.IsNaN(ra) && !math.IsNaN(dec)
	var pages []Page
	for _, page := range s.Pages {
		if strings.Contains(page.URL, "{id}") && id == "" || page.wantsPlace() && !placed {
			continue
		}
		text := strings.NewReplacer(
			"{id}", url.PathEscape(id), "{ra}", strconv.FormatFloat(ra, 'f', 6, 64), "{dec}", strconv.FormatFloat(dec, 'f', 6, 64),
		).Replace(page.URL)
		pages = append(pages, Page{Name: page.Name, URL: text})
	}
	return pages
}

// wantsPlace says whether a page is found by position.
func (p Page) wantsPlace() bool {
	return strings.Contains(p.URL, "{ra}") && strings.Contains(p.URL, "{dec}")
}
