package where_test

import (
	"errors"
	"fmt"
	"slices"

	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/client/where"
)

func Example() {
	e, err := where.Parse(`snr > 20 && band == "r" && not (mag >= 19)`)
	if err != nil {
		fmt.Println(err)
		return
	}
	names := e.Names()
	filter := e.Bind(func(name string) int { return slices.Index(names, name) })

	fmt.Println(names)
	fmt.Println(filter.Pass([]field.Value{field.OfFloat32(25.3), field.OfString("r"), field.OfFloat64(18.2)}))
	fmt.Println(filter.Pass([]field.Value{{}, field.OfString("r"), field.OfFloat64(18.2)}))
	// Output:
	// [snr band mag]
	// true
	// false
}

func ExampleExpr_Check() {
	e, _ := where.Parse(`snr > 5 && magg < 18`)
	err := e.Check(func(name string) (field.Kind, error) {
		if name != "snr" {
			return field.Missing, fmt.Errorf("unknown name %q", name)
		}
		return field.Float32, nil
	})
	var fault *where.Error
	if errors.As(err, &fault) {
		fmt.Println(fault)
		fmt.Println(fault.Caret())
	}
	// Output:
	// unknown name "magg"
	// snr > 5 && magg < 18
	//            ^^^^
}

func ExampleExpr_ServerFilter() {
	e, _ := where.Parse(`attr["pg_variable"] == "likely" and attr["kafka.topic"] != "test" and mag < 18`)
	filter, rest := e.ServerFilter(func(name string) (where.ServerAttribute, bool) {
		for _, key := range []string{"pg_variable", "kafka.topic"} {
			if name == where.AttrName(key) {
				return where.ServerAttribute{Name: key}, true
			}
		}
		return where.ServerAttribute{}, false
	})
	fmt.Println(filter)
	fmt.Println(rest)
	// Output:
	// attributes.pg_variable = "likely" AND attributes:"kafka.topic" AND attributes."kafka.topic" != "test"
	// mag < 18
}
