package main

import (
	"bytes"
	"fmt"
	"image/png"
	"path/filepath"
	"slices"
	"strings"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/alert/stamp"
	"github.com/mwvgroup/pgb/client/picture"
)

// contactSheet gathers alerts on pages.
type contactSheet struct {
	path    string
	force   bool
	options picture.SheetOptions

	rows []picture.SheetRow
	page int // that was written last
}

// check finds a sheet that is there already.
func (s *contactSheet) check() error {
	for _, path := range []string{s.path, s.pagePath(1)} {
		if !s.force && exists(path) {
			return existsError(path)
		}
	}
	return nil
}

// pagePath is the name of one of several pages: sheet-0001.png.
func (s *contactSheet) pagePath(page int) string {
	ending := filepath.Ext(s.path)
	return fmt.Sprintf("%s-%04d%s", strings.TrimSuffix(s.path, ending), page, ending)
}

// add takes an alert, and writes a page where that is full and another follows.
func (s *contactSheet) add(row picture.SheetRow) (written []*alert.Message, err error) {
	if len(s.rows) == picture.SheetRows {
		if written, err = s.write(s.pagePath(s.page + 1)); err != nil {
			return nil, err
		}
	}
	s.rows = append(s.rows, row)
	return written, nil
}

// close writes the last page, which has the sheet's own name where it is the only
// one.
func (s *contactSheet) close() ([]*alert.Message, error) {
	switch {
	case len(s.rows) == 0:
		return nil, nil
	case s.page == 0:
		return s.write(s.path)
	}
	return s.write(s.pagePath(s.page + 1))
}

func (s *contactSheet) write(path string) ([]*alert.Message, error) {
	s.page++
	o := s.options
	if path != s.path {
		o.Page = s.page
	}
	var b bytes.Buffer
	if err := picture.WriteSheet(&b, s.rows, o); err != nil {
		return nil, err
	}
	if err := writeWhole(path, b.Bytes(), s.force); err != nil {
		return nil, err
	}
	size, err := png.DecodeConfig(&b)
	if err != nil {
		return nil, err
	}
	simulated := slices.ContainsFunc(s.rows, func(r picture.SheetRow) bool { return r.Simulated })
	s.rows = nil
	return []*alert.Message{stampRow(nil, stampFile{"sheet", path, size.Width, size.Height, 0, simulated})}, nil
}

// sheetRow is an alert as a contact sheet shows it.
func sheetRow(m *alert.Message, stamps []stamp.Stamp) picture.SheetRow {
	row := m.Row()
	r := picture.SheetRow{Title: row.Get("object_id").String(), Stamps: stamps, Simulated: m.Simulated()}
	if source := row.Get("source_id").String(); source != "" {
		r.Lines = append(r.Lines, source)
	}
	if mjd, ok := row.Get("mjd").Float(); ok {
		r.Lines = append(r.Lines, fmt.Sprintf("MJD %.5f", mjd))
	}
	if light := lightOf(row); light != "" {
		r.Lines = append(r.Lines, light)
	}
	if r.Title == "" {
		r.Title = "no id"
	}
	return r
}

// lightOf says in which band an alert is how bright.
func lightOf(row *alert.Row) string {
	text := row.Get("band").String()
	if mag, ok := row.Get("mag").Float(); ok {
		text += fmt.Sprintf("  %.2f", mag)
		if err, ok := row.Get("mag_err").Float(); ok {
			text += fmt.Sprintf(" ± %.2f", err)
		}
		text += " mag"
	}
	return strings.TrimSpace(text)
}
