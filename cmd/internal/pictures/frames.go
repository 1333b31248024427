package main

import (
	"image/color"
	"regexp"
	"strconv"
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
	hidden        []string // arguments that the picture's title leaves out
	before        []string // a command of pgb that is run first
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

// settled waits until the panel shows the object of the line that is chosen.
func settled(s screen.Screen) bool {
	id := ""
	for _, line := range s.Lines() {
		if strings.HasPrefix(line, ">") {
			id = objects.FindString(line)
		}
	}
	for _, line := range s.Lines() {
		if cells := []rune(line); id != "" && len(cells) > s.Width/2 && strings.Contains(string(cells[s.Width/2-3:]), id) {
			return true
		}
	}
	return false
}

// counted waits until the map of the sky has so many alerts.
func counted(n int) func(screen.Screen) bool {
	return func(s screen.Screen) bool {
		for _, found := range sums.FindAllStringSubmatch(s.String(), -1) {
			if got, err := strconv.Atoi(strings.ReplaceAll(found[1], ",", "")); err == nil && got >= n {
				return true
			}
		}
		return false
	}
}

var sums = regexp.MustCompile(`([\d,]+) alerts`)

// frames are the pictures of the viewer's page.
var frames = []frame{
	{name: "topics", width: 100, height: 30, steps: []step{
		{nil, has("Which stream?", "ztf-lite")},
	}},
	{name: "stream", width: 130, height: 40, args: []string{"--topic", "ztf-alerts"}, steps: []step{
		{nil, all(rows(34), has("Cutouts", "difference"))},
		{[]string{"p", "down", "down", "down"}, all(has("PAUSED", "Cutouts"), settled)},
	}},
	{name: "light", width: 130, height: 40, light: true, args: []string{"--topic", "classifications"}, steps: []step{
		{nil, all(rows(34), has("SuperNNova:"))},
		{[]string{"p"}, all(has("PAUSED"), settled)},
	}},
	{name: "mistake", width: 100, height: 12, args: []string{"--topic", "classifications"}, steps: []step{
		{nil, rows(5)},
		{[]string{"/", "snrr > 20"}, has("^^^^", "did you mean")},
	}},
	{name: "object", width: 120, height: 40, args: []string{"ZTF21abc"}, steps: []step{
		{nil, has("Light curve", "MJD")},
		{[]string{"tab", "left", "left", "left", "left"}, has("detection  S/N", "none more")},
	}},
	{name: "message", width: 120, height: 34, args: []string{"--topic", "ztf-alerts"}, steps: []step{
		{nil, all(rows(20), has("Light curve"))},
		{[]string{"p", "tab", "4"}, all(has("PAUSED", "schemavsn"), settled)},
	}},
	{name: "cutouts", width: 120, height: 40, args: []string{"--topic", "ztf-alerts"}, steps: []step{
		{nil, all(rows(20), has("Light curve"))},
		{[]string{"p", "tab", "3"}, all(has("PAUSED", "science", "difference"), settled)},
	}},
	{name: "sky", width: 130, height: 40, args: []string{"--topic", "alerts"}, hidden: []string{"--rate", "400"}, steps: []step{
		{nil, rows(30)},
		{[]string{"m"}, all(has("ecliptic"), counted(3000))},
	}},
	{name: "file", width: 120, height: 36, args: []string{"night.avro"}, before: []string{"stream", "--sandbox", "--rate", "1000", "--topic", "ztf-alerts", "-n", "300", "-o", "night.avro"}, steps: []step{
		{nil, all(rows(20), counted(300))},
		{nil, all(settled, has("ended", "‖ 2026-09-04"))},
	}},
	{name: "large", width: 200, height: 60, args: []string{"--topic", "ztf-alerts"}, hidden: []string{"--rate", "100"}, steps: []step{
		{nil, all(rows(50), has("difference"))},
		{[]string{"m"}, all(has("ecliptic"), counted(1000))},
		{[]string{"p"}, all(has("PAUSED"), settled)},
	}},
}
