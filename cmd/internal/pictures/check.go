package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// pictureOf finds a picture in a page.
var pictureOf = regexp.MustCompile(`!\[[^\]]*\]\(images/([^)]+)\.png\)`)

// checkPage checks that a page shows the pictures of the list, and no others,
// and that a folder has them, and no others.
func checkPage(page, folder string) error {
	text, err := os.ReadFile(page)
	if err != nil {
		return err
	}
	var shown []string
	for _, match := range pictureOf.FindAllSubmatch(text, -1) {
		shown = append(shown, string(match[1]))
	}
	files, err := filepath.Glob(filepath.Join(folder, "*.png"))
	if err != nil {
		return err
	}
	var drawn []string
	for _, file := range files {
		drawn = append(drawn, strings.TrimSuffix(filepath.Base(file), ".png"))
	}
	var made []string
	for _, f := range frames {
		made = append(made, f.name)
	}
	return errors.Join(
		lacking(shown, made, page+" shows pictures that nothing draws"),
		lacking(made, shown, "pictures that "+page+" does not show"),
		lacking(made, drawn, "pictures that are not in "+folder+" (make pictures)"),
		lacking(drawn, made, "pictures in "+folder+" that nothing draws"),
	)
}

// lacking names those of a list that another has not.
func lacking(list, from []string, what string) error {
	rest := slices.DeleteFunc(slices.Clone(list), func(name string) bool { return slices.Contains(from, name) })
	if len(rest) == 0 {
		return nil
	}
	return fmt.Errorf("%s: %s", what, strings.Join(rest, ", "))
}
