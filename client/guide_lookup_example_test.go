package client_test

import (
	"context"
	"fmt"
	"log"
	"strings"

	"github.com/mwvgroup/pgb/client"
	"github.com/mwvgroup/pgb/client/alert/stamp"
	"github.com/mwvgroup/pgb/client/sky"
)

// What docs/go.md shows of lookups, and examples that run it.

func magnitudes(ctx context.Context, c *client.Client) error {
	found, err := c.Lookup(ctx, client.Ask{IDs: []string{"ZTF21abc"}, Where: `band == "r"`})
	if err != nil {
		return err
	}
	for m, err := range found.Messages(ctx) {
		if err != nil {
			return err
		}
		fmt.Println(m.Row().Get("mjd"), m.Row().Get("mag"))
	}
	return nil
}

func Example_magnitudes() {
	c := simulated()
	defer c.Close()
	fmt.Println(printed(func() error { return magnitudes(context.Background(), c) }) != "")
	// Output: true
}

func around(ctx context.Context, c *client.Client, at sky.Position) error {
	cone := sky.Cone{Center: at, Radius: sky.Arcseconds(60)}
	found, err := c.Cone(ctx, cone, client.Ask{
		Survey: "ztf",
		Where:  `band == "r" && detected`,
		Fields: []string{"object_id", "mjd", "mag", client.Separation},
		Limit:  3,
	})
	if err != nil {
		return err
	}
	for m, err := range found.Messages(ctx) {
		if err != nil {
			return err
		}
		row := m.Row()
		fmt.Println(row.Get("object_id"), row.Get("mag"), row.Get(client.Separation)) // mag, arcsec
	}
	return nil
}

func place(ctx context.Context, c *client.Client, id string) (at sky.Position, err error) {
	found, err := c.Lookup(ctx, client.Ask{IDs: []string{id}, Where: `band == "r"`})
	if err != nil {
		return at, err
	}
	for m, err := range found.Messages(ctx) {
		if err != nil {
			return at, err
		}
		at.RA, _ = m.Row().Get("ra").Float() // degree, ICRS
		at.Dec, _ = m.Row().Get("dec").Float()
	}
	return at, nil // where its newest alert is
}

func Example_cone() {
	c := simulated()
	defer c.Close()
	at, err := place(context.Background(), c, "ZTF21abc")
	if err != nil {
		log.Fatal(err)
	}
	shown := printed(func() error { return around(context.Background(), c, at) })
	fmt.Println(strings.HasPrefix(shown, "ZTF21abc "))
	// Output: true
}

func peak(ctx context.Context, c *client.Client, id string) (mjd, mag float64, err error) {
	asked, err := c.LightCurves(ctx, client.Ask{IDs: []string{id}, Where: `kind == "detection" && flux > 0`})
	if err != nil {
		return 0, 0, err
	}
	mag = 99
	for curve, err := range asked.Curves(ctx) {
		if err != nil {
			return 0, 0, err
		}
		for _, p := range curve.Points {
			if p.Mag < mag {
				mjd, mag = p.MJD, p.Mag // day, UTC; AB
			}
		}
	}
	return mjd, mag, nil
}

func Example_lightCurve() {
	c := simulated()
	defer c.Close()
	mjd, mag, err := peak(context.Background(), c, "ZTF21abc")
	fmt.Println(mjd > 60000, mag < 20, err)
	// Output: true true <nil>
}

func price(ctx context.Context, c *client.Client, id string) error {
	found, err := c.Lookup(ctx, client.Ask{IDs: []string{id}})
	if err != nil {
		return err
	}
	plan, err := found.Plan(ctx) // asks for the price; spends nothing
	if err != nil {
		return err
	}
	for _, s := range plan.Statements {
		fmt.Println(s.Table, s.Bytes) // -1 where nothing is billed
	}
	return nil
}

func Example_price() {
	c := simulated()
	defer c.Close()
	if err := price(context.Background(), c, "ZTF21abc"); err != nil {
		log.Fatal(err)
	}
	// Output:
	// object -1
	// alert -1
}

func matched(ctx context.Context, c *client.Client, list string) error {
	targets, err := c.ReadTargets("targets.csv", strings.NewReader(list), client.ListOptions{Radius: sky.Arcseconds(5)})
	if err != nil {
		return err
	}
	found, err := c.Lookup(ctx, client.Ask{List: targets, Fields: []string{"target", "object_id"}})
	if err != nil {
		return err
	}
	for _, err := range found.Messages(ctx) {
		if err != nil {
			return err
		}
	}
	for _, i := range found.Unmatched() {
		fmt.Println("nothing near", targets.Name(i))
	}
	return nil
}

func said(ctx context.Context, c *client.Client) error {
	answer, err := c.SQL(ctx, client.Statement{Text: `select survey, count(*) > 1 as several from alerts group by survey order by survey`})
	if err != nil {
		return err
	}
	for m, err := range answer.Messages(ctx) {
		if err != nil {
			return err
		}
		fmt.Println(m.Row().Get("survey"), m.Row().Get("several"))
	}
	return nil
}

func Example_sql() {
	c := simulated()
	defer c.Close()
	if err := said(context.Background(), c); err != nil {
		log.Fatal(err)
	}
	// Output:
	// lsst 1
	// lvk 1
	// ztf 1
}

func Example_targets() {
	c := simulated()
	defer c.Close()
	if err := matched(context.Background(), c, "name,ra,dec\nnowhere,12.5,89\n"); err != nil {
		log.Fatal(err)
	}
	// Output: nothing near 12.5 89
}

func newest(ctx context.Context, c *client.Client, id string) error {
	packets, err := c.Packets(ctx, client.PacketAsk{Ask: client.Ask{IDs: []string{id}}})
	if err != nil {
		return err
	}
	defer packets.Close()
	for m, err := range packets.Messages(ctx) {
		if err != nil {
			return err
		}
		fmt.Println(m.Topic, len(m.Body) > 0) // the packet, byte for byte
	}
	return nil
}

func Example_packets() {
	c := simulated()
	defer c.Close()
	if err := newest(context.Background(), c, "ZTF21abc"); err != nil {
		log.Fatal(err)
	}
	// Output: ztf-alerts true
}

func stamps(ctx context.Context, c *client.Client, id string) error {
	for found, err := range c.Cutouts(ctx, client.PacketAsk{Ask: client.Ask{IDs: []string{id}}}) {
		if err != nil {
			return err
		}
		for _, cutout := range found.Cutouts {
			s, err := stamp.Decode(cutout)
			if err != nil {
				return err
			}
			fmt.Println(cutout.Kind, s.Width, s.Height) // pixels
		}
	}
	return nil
}

func Example_stamps() {
	c := simulated()
	defer c.Close()
	if err := stamps(context.Background(), c, "ZTF21abc"); err != nil {
		log.Fatal(err)
	}
	// Output:
	// science 63 63
	// template 63 63
	// difference 63 63
}
