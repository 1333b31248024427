package main

import (
	"errors"
	"image/png"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func TestThePageShowsThePicturesOfTheList(t *testing.T) {
	docs := filepath.Join("..", "..", "..", "docs")
	err := checkPage(filepath.Join(docs, "viewer.md"), filepath.Join(docs, "images"))
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("the page is not written yet")
	}
	if err != nil {
		t.Error(err)
	}
}

func TestAPictureThatIsMissingSomewhereIsFound(t *testing.T) {
	folder := t.TempDir()
	page := filepath.Join(folder, "page.md")
	write := func(text string, files ...string) {
		t.Helper()
		if err := os.WriteFile(page, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			if err := os.WriteFile(filepath.Join(folder, name+".png"), nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	var page1 strings.Builder
	var names []string
	for _, f := range frames {
		page1.WriteString("text\n\n![a picture](images/" + f.name + ".png)\n")
		names = append(names, f.name)
	}
	write(page1.String(), names[1:]...)
	if err := checkPage(page, folder); err == nil || !strings.Contains(err.Error(), "not in "+folder+" (make pictures): "+names[0]) {
		t.Errorf("without a file: %v", err)
	}
	write(page1.String(), names[0])
	if err := checkPage(page, folder); err != nil {
		t.Errorf("with all: %v", err)
	}
	write(page1.String()+"![x](images/other.png)", "more")
	err := checkPage(page, folder)
	for _, want := range []string{"nothing draws: other", "nothing draws: more"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("with others: %v", err)
		}
	}
	write("")
	if err := checkPage(page, folder); err == nil || !strings.Contains(err.Error(), "does not show: "+strings.Join(names, ", ")) {
		t.Errorf("an empty page: %v", err)
	}
}

func TestTheListNamesEachPictureOnce(t *testing.T) {
	seen := map[string]bool{}
	for _, f := range frames {
		if seen[f.name] || f.name == "" || len(f.steps) == 0 || f.width < 40 || f.height < 10 {
			t.Errorf("%q is there twice, or has no steps or no size", f.name)
		}
		seen[f.name] = true
	}
}

// program is a viewer for a test: it shows its arguments and what is typed.
const program = `#!/bin/sh
[ "$1" = stream ] && { echo made >made; exit; }
trap 'printf "\033[?1049l"; exit 0' INT
printf '\033[?1049h%s\r\n%s\r\n' "$*" "$(cat made)"
while read line; do printf 'line %s\r\n' "$line"; done
`

func TestAPictureIsOfWhatTheProgramShows(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no pseudo-terminals here")
	}
	folder := t.TempDir()
	file := filepath.Join(folder, "pgb")
	if err := os.WriteFile(file, []byte(program), 0o700); err != nil {
		t.Fatal(err)
	}
	f := frame{
		name: "one", width: 40, height: 10, args: []string{"file"}, hidden: []string{"--rate", "9"}, before: []string{"stream"},
		steps: []step{{nil, has("tui --sandbox --rate 9 file", "made")}, {[]string{"x", "enter"}, has("line x")}},
	}
	if err := f.picture(file, folder, folder); err != nil {
		t.Fatal(err)
	}
	content, err := os.Open(filepath.Join(folder, "one.png"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = content.Close() }()
	img, err := png.Decode(content)
	if err != nil {
		t.Fatal(err)
	}
	if size := img.Bounds().Size(); size.X != 40*cellWidth+2*margin || size.Y != 10*cellHeight+2*margin+titleHeight {
		t.Errorf("the picture is %v", size)
	}
	if f.title() != "pgb tui file" {
		t.Errorf("the title is %q", f.title())
	}
}
