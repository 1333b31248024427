package main

import (
	"io"
	"os"
	"strings"
	"testing"

	"github.com/mwvgroup/pgb/cmd/internal/render"
)

// BenchmarkComplete says how long a shell waits for completions, beside the start
// of the program (BenchmarkProcessVersion): all fields of a group of topics, which
// read the most.
func BenchmarkComplete(b *testing.B) {
	for name, line := range map[string][]string{
		"topics": {"__complete", "stream", "--topic", ""},
		"fields": {"__complete", "stream", "--topic", "classifications", "--fields", ""},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				a := &app{ctx: b.Context(), stdin: strings.NewReader(""), getenv: os.Getenv, screen: &render.Screen{Out: io.Discard, Err: io.Discard, Width: 80}}
				if err := execute(a, line); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
