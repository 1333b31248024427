package main

import (
	"fmt"
	"strings"
	"unicode"
)

// kinds are the licences that ask for nothing but to be passed on, by words that
// only they have. Names are those of https://spdx.org/licenses/.
var kinds = []struct{ name, words string }{
	{"Apache-2.0", "apache license version 2 0 january 2004"},
	{"Apache-2.0", "licensed under the apache license version 2 0"},
	{"BSD-3-Clause", "may be used to endorse or promote products derived from this software without specific prior written permission"},
	{"BSD-2-Clause", "redistributions in binary form must reproduce the above copyright notice this list of conditions"},
	{"MIT", "permission is hereby granted free of charge to any person obtaining a copy of this software and associated documentation files the software to deal in the software without restriction"},
	{"ISC", "permission to use copy modify and or distribute this software for any purpose with or without fee is hereby granted"},
	{"ISC", "permission to use copy modify and distribute this software for any purpose with or without fee is hereby granted"},
	{"OFL-1.1", "sil open font license version 1 1 26 february 2007"},
	{"FTL", "the freetype project license"},
	{"CC-BY-4.0", "creative commons attribution 4 0 international public license"},
	{"Unlicense", "this is free and unencumbered software released into the public domain"},
	{"Public-Domain", "sqlite is public domain all of the code and documentation in sqlite has been dedicated to the public domain"},
}

// demanding are words of licences that ask for more, such as the source of what
// they are linked into, or that forbid a use.
var demanding = []string{
	"gnu general public license", "gnu lesser general public license", "gnu library general public license", "gnu affero general public license",
	"mozilla public license", "eclipse public license", "common development and distribution license", "european union public licence",
	"server side public license", "business source license", "commons clause", "sharealike", "creative commons attribution noncommercial",
	"creative commons attribution noderivatives", "not for commercial use", "for non commercial use only",
}

// kindsOf names the licences that a text has.
func kindsOf(text string) ([]string, error) {
	plain := plainWords(text)
	for _, words := range demanding {
		if strings.Contains(plain, words) {
			return nil, fmt.Errorf("it speaks of the %s", words)
		}
	}
	var names []string
	for _, kind := range kinds {
		twice := len(names) > 0 && (names[len(names)-1] == kind.name || names[len(names)-1] == "BSD-3-Clause" && kind.name == "BSD-2-Clause")
		if !twice && strings.Contains(plain, kind.words) {
			names = append(names, kind.name)
		}
	}
	if names == nil {
		return nil, fmt.Errorf("it is none that is known to be permissive")
	}
	return names, nil
}

// plainWords gives the words of a text in lower case with a blank between, as
// texts differ in their lines and marks.
func plainWords(text string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(text), func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsDigit(c) }), " ")
}
