package main

import (
	"image/color"
	"regexp"
	"strings"

	"github.com/mwvgroup/pgb/tui/cells"
	"github.com/mwvgroup/pgb/tui/screen"
)

// frame is a picture: what is started, what is pressed, and when it is drawn.
type frame struct {
	name          string // of the file, without .png
	width, height int
	light         bool
	args          []string
	steps         []step
}

// step presses keys and waits until the screen fulfils a condition.
type step struct {
	keys  []string
	until func(screen.Screen) bool
}

func colour(c color.RGBA) cells.Colour { return cells.RGB(c.R, c.G, c.B) }

// has waits for texts that all are on the screen.
func has(texts ...string) func(screen.Screen) bool {
	return func(s screen.Screen) bool {
		for _, text := range texts {
			if !s.Contains(text) {
				return false
			}
		}
		return true
	}
}

// objects are the ids of a table's lines.
var objects = regexp.MustCompile(`ZTF\d\d[a-z]{3,7}|\b\d{15,}\b`)

// rows waits for so many lines with an object's id.
func rows(n int) func(screen.Screen) bool {
	return func(s screen.Screen) bool {
		found := 0
		for _, line := range s.Lines() {
			if objects.MatchString(line) {
				found++
			}
		}
		return found >= n
	}
}

// all waits for all of some conditions.
func all(conds ...func(screen.Screen) bool) func(screen.Screen) bool {
	return func(s screen.Screen) bool {
		for _, cond := range conds {
			if !cond(s) {
				return false
			}
		}
		return true
	}
}

// missing waits until a text is gone.
func missing(text string) func(screen.Screen) bool {
	return func(s screen.Screen) bool { return !strings.Contains(s.String(), text) }
}

// frames are the pictures of the viewer's page.
var frames = []frame{
	{name: "topics", width: 100, height: 30, steps: []step{{nil, has("classifications", "ztf-alerts")}}},
	{name: "stream", width: 130, height: 40, args: []string{"--topic", "ztf-alerts"}, steps: []step{{nil, all(rows(30), has("Cutouts"))}, {[]string{"p", "down", "down"}, has("PAUSED")}}},
	{name: "classes", width: 130, height: 40, light: true, args: []string{"--topic", "classifications"}, steps: []step{{nil, rows(30)}, {[]string{"p"}, has("PAUSED")}}},
	{name: "small", width: 80, height: 24, args: []string{"--topic", "lsst-lite"}, steps: []step{{nil, rows(18)}}},
	{name: "filter", width: 100, height: 30, args: []string{"--topic", "classifications"}, steps: []step{{nil, rows(20)}, {[]string{"/", "snr > 20 && band == \"r\""}, has("pass")}}},
	{name: "mistake", width: 100, height: 12, args: []string{"--topic", "classifications"}, steps: []step{{nil, rows(5)}, {[]string{"/", "snrr > 20"}, has("^")}}},
	{name: "sky", width: 130, height: 40, args: []string{"--topic", "ztf-alerts"}, steps: []step{{nil, rows(30)}, {[]string{"m"}, has("ecliptic")}}},
	{name: "object", width: 120, height: 40, args: []string{"ZTF21abc"}, steps: []step{{nil, has("Light curve")}}},
	{name: "message", width: 100, height: 34, args: []string{"ZTF21abc"}, steps: []step{{nil, has("Light curve")}, {[]string{"tab", "4"}, has("{")}}},
	{name: "help", width: 100, height: 34, args: []string{"--topic", "classifications"}, steps: []step{{nil, rows(10)}, {[]string{"?"}, has("Everywhere")}}},
	{name: "large", width: 200, height: 60, args: []string{"--topic", "ztf-alerts"}, steps: []step{{nil, rows(30)}, {[]string{"m"}, has("ecliptic")}}},
}
