//go:build !unix

package format

import "syscall"

// errNotSyncable is what syncing a pipe or a console gives.
const errNotSyncable = syscall.Errno(6) // ERROR_INVALID_HANDLE
