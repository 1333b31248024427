package where

import (
	"testing"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/vm"

	"github.com/mwvgroup/pgb/client/field"
)

var benchExpressions = []struct{ name, text string }{
	{"usual", `snr > 20 && band == "r" && abs(dec) < 10`},
	{"within", `within(270.1, -3.2, "2m")`},
	{"outside", `within(270.1, 60, "2m")`},
	{"float32", `diaSource.snr > 20 and lim_mag <= 20.1`},
	{"ids", `object_id in ["ZTF21aaa", "ZTF21abc"]`},
	{"attribute", `attr["n"] > 5`},
}

var benchRow = row(m{"snr": 25.0, "band": "r", "ra": 270.11, "dec": -3.201, "diaSource.snr": float32(25.3), "lim_mag": float32(20.1),
	"object_id": "ZTF21abc", `attr["n"]`: "10"})

func BenchmarkPass(b *testing.B) {
	for _, c := range benchExpressions {
		b.Run(c.name, func(b *testing.B) {
			e := mustParse(b, c.text)
			if err := e.Check(testKind); err != nil {
				b.Fatal(err)
			}
			f := e.Bind(testIndex)
			b.ReportAllocs()
			for b.Loop() {
				f.Pass(benchRow)
			}
		})
	}
}

// BenchmarkExprVM is the baseline: the virtual machine of expr-lang on a map that
// stands ready, without any meaning for missing values.
func BenchmarkExprVM(b *testing.B) {
	env := map[string]any{"snr": 25.0, "band": "r", "dec": -3.201}
	program, err := expr.Compile(benchExpressions[0].text, expr.Env(env))
	if err != nil {
		b.Fatal(err)
	}
	var machine vm.VM
	b.ReportAllocs()
	for b.Loop() {
		if _, err := machine.Run(program, env); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkParse(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		mustParse(b, benchExpressions[0].text)
	}
}

func TestPassAllocatesNothing(t *testing.T) {
	for _, c := range append(benchExpressions, []struct{ name, text string }{
		{"id digits", `source_id == "123" or source_id in [1, 2]`}, {"text", `band startsWith "r" and band matches "^r$"`},
		{"no number", `attr["kafka.topic"] > 5`}, {"arithmetic", `log10(snr ** 2 / 3) in 1..2 ? detected == 1 : has(mag)`},
	}...) {
		f := mustParse(t, c.text).Bind(testIndex)
		values := append([]field.Value(nil), benchRow...)
		values[testIndex("source_id")] = field.OfInt(123)
		values[testIndex(`attr["kafka.topic"]`)] = field.OfString("ztf")
		if n := testing.AllocsPerRun(100, func() { f.Pass(values) }); n != 0 {
			t.Errorf("%s: %v allocations", c.text, n)
		}
	}
}
