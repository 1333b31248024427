package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// text is a licence, or a notice that a licence asks to be passed on.
type text struct {
	file  string // below the module's folder, with slashes
	body  string
	kinds []string // none for a notice
}

var (
	licenceFile = regexp.MustCompile(`(?i)^(licen[cs]e|copying|copyright|unlicense)([-._].*)?$`)
	// noticeFile has what goes along with licences: it is passed on, and not
	// judged. Lists of third parties name what is not linked, too.
	noticeFile = regexp.MustCompile(`(?i)^(notice|patents)([-._].*)?$|3rd-party|third-party`)
	// otherFile has a licence's name and is none: code, and the origin of a logo.
	otherFile = regexp.MustCompile(`(?i)\.go$|^licen[cs]e-logo$`)
)

// elsewhere are modules whose licence is not where others have it. The file that
// is named is judged; theirs is passed on with it.
var elsewhere = map[string]string{
	// May be used by either of two licences; this is the one without demands.
	"github.com/golang/freetype": "licenses/ftl.txt",
	// The other file of the name has only a link.
	"github.com/ajstarks/svgo": "LICENSE",
}

// read finds the module's texts.
func (m *module) read() error {
	judged := elsewhere[m.path]
	if judged != "" {
		if err := m.add(judged, true); err != nil {
			return err
		}
	}
	for folder := range m.folders {
		entries, err := os.ReadDir(folder)
		if err != nil {
			return err
		}
		for _, entry := range entries {
			name := entry.Name()
			notice, licence := noticeFile.MatchString(name), licenceFile.MatchString(name)
			if entry.IsDir() || otherFile.MatchString(name) || !notice && !licence {
				continue
			}
			below, err := filepath.Rel(m.root, filepath.Join(folder, name))
			if err != nil {
				return err
			}
			if below = filepath.ToSlash(below); below == judged {
				continue
			}
			if err := m.add(below, judged == "" && !notice); err != nil {
				return err
			}
		}
	}
	if len(m.kinds()) == 0 {
		return fmt.Errorf("%s %s has no licence", m.path, m.version)
	}
	slices.SortFunc(m.texts, func(a, b text) int { return strings.Compare(a.file, b.file) })
	return nil
}

// add reads one text.
func (m *module) add(file string, judged bool) error {
	raw, err := os.ReadFile(filepath.Join(m.root, filepath.FromSlash(file)))
	if err != nil {
		return err
	}
	t := text{file: file, body: strings.Trim(strings.ReplaceAll(string(raw), "\r\n", "\n"), "\n\ufeff") + "\n"}
	if judged {
		if t.kinds, err = kindsOf(t.body); err != nil {
			return fmt.Errorf("%s %s: may not be passed on by %s: %w", m.path, m.version, file, err)
		}
	}
	m.texts = append(m.texts, t)
	return nil
}

// kinds names the licences of a module.
func (m *module) kinds() []string {
	var names []string
	for _, t := range m.texts {
		names = append(names, t.kinds...)
	}
	slices.Sort(names)
	return slices.Compact(names)
}
