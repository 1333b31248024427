// Command licences writes the licences of everything that is linked into a Go
// program, the standard library included, on all platforms that pgb is released
// for: what archives, packages and wheels pass on with it. It fails where a
// module has no licence text, or one that asks for more than to be passed on.
// The same modules give the same bytes.
//
//	licences PACKAGE FILE
package main

import (
	"fmt"
	"os"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "licences:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 2 {
		return fmt.Errorf("takes a package and a file to write, but was given %d arguments", len(args))
	}
	modules, err := linked(args[0], platforms)
	if err != nil {
		return err
	}
	for i := range modules {
		if err := modules[i].read(); err != nil {
			return err
		}
	}
	return os.WriteFile(args[1], document(modules), 0o644)
}
