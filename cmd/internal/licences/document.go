package main

import (
	"bytes"
	"fmt"
	"strings"
	"text/tabwriter"
)

const (
	heading = `Third-party licences

The program pgb is built of the following modules, and of pgb's own code, whose
licence is in LICENSE. A module without platforms behind it is part of the
program on all of them.

`
	rule = "================================================================================\n"
)

// document lists modules, then every text once with the modules it comes from.
func document(modules []module) []byte {
	var b bytes.Buffer
	b.WriteString(heading)
	list := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, m := range modules {
		only := ""
		if len(m.platforms) < len(platforms) {
			only = "\t" + strings.Join(m.platforms, " ")
		}
		fmt.Fprintf(list, "%s\t%s\t%s%s\n", m.path, m.version, strings.Join(m.kinds(), ", "), only)
	}
	_ = list.Flush() // into memory
	var bodies []string
	from := map[string][]string{}
	for _, m := range modules {
		for _, t := range m.texts {
			if from[t.body] == nil {
				bodies = append(bodies, t.body)
			}
			from[t.body] = append(from[t.body], fmt.Sprintf("%s %s: %s", m.path, m.version, t.file))
		}
	}
	for _, body := range bodies {
		fmt.Fprintf(&b, "\n%s%s\n%s\n%s", rule, strings.Join(from[body], "\n"), rule, body)
	}
	return b.Bytes()
}
