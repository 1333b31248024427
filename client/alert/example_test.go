package alert_test

import (
	"fmt"
	"log"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/registry"
)

const notice = `{"alert_type":"INITIAL","time_created":"2018-11-01T22:34:49Z","superevent_id":"MS181101ab","schema_version":"v1_0",
"event":{"time":"2018-11-01T22:22:46.654Z","far":9.1e-14,"significant":true,"classification":{"BNS":0.95,"NSBH":0.01,"BBH":0.03,"Terrestrial":0.01}}}`

func ExampleView_Read() {
	reader := alert.NewReader(registry.Default())
	view, err := reader.View(nil, []string{"object_id", "mjd", "class", "prob", "event.far", `p("Terrestrial")`})
	if err != nil {
		log.Fatal(err)
	}
	var row alert.Row // kept for all messages
	message := &alert.Message{Topic: "lvk-alerts", Body: []byte(notice)}
	if err := view.Read(message, &row); err != nil {
		log.Fatal(err)
	}
	for i, column := range row.Columns {
		fmt.Println(column.Name, row.Values[i])
	}
	// Output:
	// object_id MS181101ab
	// mjd 58423.932484421304
	// class BNS
	// prob 0.95
	// event.far 9.1e-14
	// p("Terrestrial") 0.01
}
