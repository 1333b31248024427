package registry

import (
	"math"
	"slices"
	"strings"
	"testing"
)

func TestPagesOfAnObjectNameItsIDAndItsPlace(t *testing.T) {
	pages := Default().Pages("ztf", "ZTF21abc", 270.1, -30.2)
	if !slices.Contains(pages, Page{Name: "ALeRCE", URL: "https://alerce.online/object/ZTF21abc"}) {
		t.Errorf("no page of ALeRCE among %v", pages)
	}
	finder := slices.IndexFunc(pages, func(p Page) bool {
		return strings.Contains(p.URL, "270.100000") && strings.Contains(p.URL, "-30.200000")
	})
	if finder < 0 {
		t.Errorf("no page by position among %v", pages)
	}
}

func TestPagesByPositionNeedOne(t *testing.T) {
	for _, page := range Default().Pages("lsst", "170028485706776685", math.NaN(), math.NaN()) {
		if strings.Contains(page.URL, "NaN") {
			t.Errorf("%s", page.URL)
		}
	}
	if pages := Default().Pages("no such survey", "x", 1, 2); len(pages) > 0 {
		t.Errorf("%v", pages)
	}
}

func TestAnIDCannotChangeWhereAPageIs(t *testing.T) {
	for _, page := range Default().Pages("ztf", "../../x?y#z", 1, 2) {
		if strings.Contains(page.URL, "../") || strings.Contains(page.URL, "?y") {
			t.Errorf("%s", page.URL)
		}
	}
}
