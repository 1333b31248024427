package main

import "os"

// refuseSame refuses an output that is one of the files that are read: --force
// would replace it before it was read to the end.
func refuseSame(output string, inputs ...string) error {
	if output == "" {
		return nil
	}
	out, err := os.Stat(output)
	if err != nil {
		return nil // it is not there, or opening it will say what is wrong
	}
	for _, input := range inputs {
		if in, err := os.Stat(input); err == nil && os.SameFile(in, out) {
			return usage([]string{"write into another file"}, "%s is read from: it can't be the output", output)
		}
	}
	return nil
}
