package client_test

import (
	"context"
	"fmt"
	"log"

	"github.com/mwvgroup/pgb/client"
	"github.com/mwvgroup/pgb/client/sky"
)

// All alerts of an object, the newest last.
func ExampleClient_Lookup() {
	ctx := context.Background()
	c, err := client.New(ctx, client.Options{Sandbox: true}) // or Project: "my-project"
	if err != nil {
		log.Fatal(err)
	}
	defer c.Close()
	found, err := c.Lookup(ctx, client.Ask{IDs: []string{"ZTF21abc"}, Where: `band == "r"`, Fields: []string{"object_id", "mjd", "band", "mag"}})
	if err != nil {
		log.Fatal(err)
	}
	bands := map[string]bool{}
	for m, err := range found.Messages(ctx) {
		if err != nil {
			log.Fatal(err)
		}
		bands[m.Row().Get("band").String()] = true
	}
	fmt.Println(bands)
	// Output: map[r:true]
}

// What there is around a position, the nearest first.
func ExampleClient_Cone() {
	ctx := context.Background()
	c, err := client.New(ctx, client.Options{Sandbox: true})
	if err != nil {
		log.Fatal(err)
	}
	defer c.Close()
	cone := sky.Cone{Center: sky.Position{RA: 270.1, Dec: -30.2}, Radius: sky.Degrees(180)}
	found, err := c.Cone(ctx, cone, client.Ask{Limit: 100, Fields: []string{"object_id", client.Separation}})
	if err != nil {
		log.Fatal(err)
	}
	last, ordered := 0.0, true
	for m, err := range found.Messages(ctx) {
		if err != nil {
			log.Fatal(err)
		}
		separation, _ := m.Row().Get(client.Separation).Float() // arcsec
		ordered = ordered && separation >= last
		last = separation
	}
	fmt.Println(ordered)
	// Output: true
}

// The light curve of an object: every epoch of all its alerts once.
func ExampleClient_LightCurves() {
	ctx := context.Background()
	c, err := client.New(ctx, client.Options{Sandbox: true})
	if err != nil {
		log.Fatal(err)
	}
	defer c.Close()
	asked, err := c.LightCurves(ctx, client.Ask{IDs: []string{"ZTF21abc"}, Where: `kind == "detection"`})
	if err != nil {
		log.Fatal(err)
	}
	for curve, err := range asked.Curves(ctx) {
		if err != nil {
			log.Fatal(err)
		}
		for _, p := range curve.Points {
			_, _ = p.MJD, p.Mag // MJD UTC, AB magnitude
		}
		fmt.Println(curve.ObjectID, curve.Survey, curve.Simulated, len(curve.Points) > 10)
	}
	// Output: ZTF21abc ztf true true
}

// What every classifier has said of an object.
func ExampleClient_Classifications() {
	ctx := context.Background()
	c, err := client.New(ctx, client.Options{Sandbox: true})
	if err != nil {
		log.Fatal(err)
	}
	defer c.Close()
	said, err := c.Classifications(ctx, client.Ask{IDs: []string{"ZTF21abc"}, Where: `classifier == "SuperNNova" && primary`})
	if err != nil {
		log.Fatal(err)
	}
	classes := map[string]bool{}
	for m, err := range said.Messages(ctx) {
		if err != nil {
			log.Fatal(err)
		}
		classes[m.Row().Get("class").String()] = true
	}
	fmt.Println(classes["SN Ia"])
	// Output: true
}

// A question in SQL: SQLite's in the local archive, GoogleSQL in BigQuery.
func ExampleClient_SQL() {
	ctx := context.Background()
	c, err := client.New(ctx, client.Options{Sandbox: true})
	if err != nil {
		log.Fatal(err)
	}
	defer c.Close()
	answer, err := c.SQL(ctx, client.Statement{Text: `select survey, count(*) > 1 as several from alerts group by survey order by survey`})
	if err != nil {
		log.Fatal(err)
	}
	for m, err := range answer.Messages(ctx) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(m.Row().Get("survey"), m.Row().Get("several"))
	}
	// Output:
	// lsst 1
	// lvk 1
	// ztf 1
}
