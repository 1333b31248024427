//go:build !windows

package render

import "os"

// takesEscapes says whether a terminal heeds escape sequences: they all do.
func takesEscapes(*os.File) bool { return true }
