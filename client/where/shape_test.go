package where

import (
	"fmt"
	"strings"
)

// shape writes a tree with all its brackets and none of its places.
func shape(n Node) string {
	var head string
	switch n := n.(type) {
	case *Literal:
		head = fmt.Sprintf("%d:%q", n.Value.Kind(), n.Value.String())
	case *Name:
		head = n.Name
	case *Arithmetic:
		head = n.Op
	case *Call:
		head = n.Func
	case *Compare:
		head = n.Op
	case *In:
		head = fmt.Sprint("in", n.Not)
	case *Between:
		head = fmt.Sprint("between", n.Not)
	case *Match:
		head = fmt.Sprint(n.Op, n.Not)
	case *Within:
		head = fmt.Sprint("within ", n.RA0, n.Dec0, n.RadiusArcsec)
	default:
		head = fmt.Sprintf("%T", n)
	}
	var parts []string
	for _, c := range children(n) {
		parts = append(parts, shape(c))
	}
	return "(" + head + " " + strings.Join(parts, " ") + ")"
}
