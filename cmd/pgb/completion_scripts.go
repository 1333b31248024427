package main

import (
	"bytes"
	"fmt"
	"io"
	"strings"
)

// mend is a change to a script that lets a shell complete.
type mend struct{ find, put string }

// bashMends are for what cobra's script does not do. It asks by a line that eval
// reads, so that a quote which is not closed yet is an error; and it compares
// words with what was typed once they are escaped, so that nothing behind a comma
// is ever completed.
var bashMends = []mend{
	{
		"    __pgb_debug \"Calling ${requestComp}\"\n",
		`    # A word may break off within quotes: close them, and complete what is in them.
    quoted=
    if [[ ${cur} == [\'\"]* && ( ${#cur} -eq 1 || ${cur: -1} != "${cur:0:1}" || ${cur} == \"*\\\" ) ]]; then
        quoted=${cur:0:1}
        requestComp+=${quoted}
        cur=${cur:1}
    fi
    __pgb_debug "Calling ${requestComp}"
`,
	},
	{"    local cur prev words cword split\n", "    local cur prev words cword split quoted\n"},
	{
		"        [[ $comp == \"$cur\"* ]] || continue\n",
		"        [[ $comp == \"$cur\"* || $compline == \"$cur\"* ]] || continue\n",
	},
	{
		"        COMPREPLY[0]=$(printf \"%q\" \"${COMPREPLY[0]%%$tab*}\")\n",
		`        COMPREPLY[0]=${COMPREPLY[0]%%$tab*}
        if [[ -z ${quoted} ]]; then
            COMPREPLY[0]=$(printf "%q" "${COMPREPLY[0]}")
            COMPREPLY[0]=${COMPREPLY[0]//\\,/,}
        fi
`,
	},
}

// zshMends close a quote, as bashMends do.
var zshMends = []mend{
	{
		"    words=(\"${=words[1,CURRENT]}\")\n",
		`    # A word may break off within quotes: close them, and complete what is in them.
    local quoted
    if [[ -n ${compstate[quote]} ]]; then
        quoted="${words[1]} __complete ${(j: :)words[2,CURRENT]}${compstate[quote]}"
    fi
    words=("${=words[1,CURRENT]}")
`,
	},
	{
		"    __pgb_debug \"About to call: eval ${requestComp}\"\n",
		`    if [[ -n ${quoted} ]]; then
        requestComp=${quoted}
        flagPrefix=""
    fi
    __pgb_debug "About to call: eval ${requestComp}"
`,
	},
}

// fishMends keep words with blanks whole, and compare what is within a quote
// without it.
var fishMends = []mend{
	{"    set -l args (commandline -opc)\n", "    set -l args (string escape -- (commandline -opc))\n"},
	{"(string match -r -- '-.*=' \"$lastArg\")", "(string match -r -- '^-[^ ]*=' \"$lastArg\")"},
	{
		"(commandline -t | string escape --style=regex)",
		`(commandline -t | string replace -r -- '^["\']' '' | string escape --style=regex)`,
	},
}

// mended prints a script with changes made to it.
func mended(a *app, mends []mend, generate func(io.Writer) error) error {
	var script bytes.Buffer
	if err := generate(&script); err != nil {
		return err
	}
	text := script.String()
	for _, m := range mends {
		if strings.Count(text, m.find) != 1 {
			return fmt.Errorf("the script of completions is another than was expected: it has %q %d times", m.find, strings.Count(text, m.find))
		}
		text = strings.Replace(text, m.find, m.put, 1)
	}
	_, err := io.WriteString(screenWriter{a.screen}, text)
	return err
}
