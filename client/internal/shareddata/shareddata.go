// Package shareddata is client/shareddata under its former name.
package shareddata

import (
	"testing"

	"github.com/mwvgroup/pgb/client/shareddata"
)

// Dir is [shareddata.Dir].
func Dir(t testing.TB) string { t.Helper(); return shareddata.Dir(t) }
