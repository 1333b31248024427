package memory

import (
	"syscall"
	"time"
)

// sharingViolation is what opening a file gives that another has for itself.
const sharingViolation syscall.Errno = 32

// lock waits until no other viewer saves: it opens a file that nobody else can
// open then. The system closes it when a process ends. Without a lock saving
// goes on: at worst a change made in the same moment is lost.
func lock(path string) (unlock func()) {
	name, err := syscall.UTF16PtrFromString(path)
	if err != nil {
		return func() {}
	}
	for range 250 {
		handle, err := syscall.CreateFile(name, syscall.GENERIC_WRITE, 0, nil, syscall.OPEN_ALWAYS, syscall.FILE_ATTRIBUTE_NORMAL, 0)
		if err == nil {
			return func() { syscall.CloseHandle(handle) } //nolint:errcheck
		}
		if err != sharingViolation {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	return func() {}
}
