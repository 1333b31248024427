//go:build unix

package format

import "syscall"

// errNotSyncable is what syncing a pipe or a device gives.
const errNotSyncable = syscall.EINVAL
