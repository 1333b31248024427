package where

import (
	"errors"
	"testing"

	"github.com/mwvgroup/pgb/client/field"
)

func FuzzWhere(f *testing.F) {
	for _, text := range []string{
		`snr > 20 && band == "r" && abs(dec) < 10`, `not 1 < mag <= 5 or band not in ["g", 'r']`, `within(270.1, -30.2, "5s") ? has(mag) : p("SN Ia") > 0.9`,
		`-2 ** 2 ^ 3 % 4 in 1..3`, `attr["kafka.topic"] matches "^z" and alert["x"].y not contains "é"`, "a ?? b?.c | d{#}", `min(1, 2.5e3, 0x10) /* c */ != .5`, `"\u00e9" == '\x41'`,
	} {
		f.Add(text)
	}
	values := row(m{"snr": 25.0, "mag": float32(18.5), "band": "r", "nbad": 1, "detected": true, `attr["n"]`: "10"})
	f.Fuzz(func(t *testing.T, text string) {
		e, err := Parse(text)
		if err == nil {
			plain := e.Bind(testIndex).Pass(values)
			again, err := Parse(e.String())
			if err != nil {
				t.Fatalf("%q prints as %q: %v", text, e, err)
			}
			if shape(again.Tree()) != shape(e.Tree()) {
				t.Fatalf("%q prints as %q, which is another tree:\n%s\n%s", text, e, shape(e.Tree()), shape(again.Tree()))
			}
			if again.Bind(testIndex).Pass(values) != plain {
				t.Fatalf("%q and %q give different answers", text, e)
			}
			e.ServerFilter(func(name string) (ServerAttribute, bool) { return ServerAttribute{Name: name}, true })
			err = e.Check(func(name string) (field.Kind, error) {
				if k, err := testKind(name); err == nil {
					return k, nil
				}
				return field.Missing, nil
			})
			if err == nil {
				e.Bind(testIndex).Pass(values)
				return
			}
			checkFault(t, text, err)
			return
		}
		checkFault(t, text, err)
	})
}

func checkFault(t *testing.T, text string, err error) {
	var fault *Error
	if !errors.As(err, &fault) {
		t.Fatalf("%q: %T %v", text, err, err)
	}
	if fault.Offset < 0 || fault.Length < 0 || fault.Offset+fault.Length > len(text) || fault.Message == "" {
		t.Fatalf("%q: %+v", text, fault)
	}
	_ = fault.Caret()
}
