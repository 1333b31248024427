package render

import (
	"os"

	"golang.org/x/sys/windows"
)

// takesEscapes says whether a console heeds escape sequences, which it has to be
// asked for: see "Console Virtual Terminal Sequences" in Microsoft's documentation.
// Those before Windows 10 don't.
func takesEscapes(file *os.File) bool {
	handle := windows.Handle(file.Fd())
	var mode uint32
	if err := windows.GetConsoleMode(handle, &mode); err != nil {
		return true // no console: a pipe, or a terminal of its own kind
	}
	if mode&windows.ENABLE_VIRTUAL_TERMINAL_PROCESSING != 0 {
		return true
	}
	return windows.SetConsoleMode(handle, mode|windows.ENABLE_VIRTUAL_TERMINAL_PROCESSING) == nil
}
