package client_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mwvgroup/pgb/client"
	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/alert/stamp"
	"github.com/mwvgroup/pgb/client/archive/bucket"
	"github.com/mwvgroup/pgb/client/archive/bucket/buckettest"
	"github.com/mwvgroup/pgb/client/archive/local"
	"github.com/mwvgroup/pgb/client/shareddata"
)

// The stamps of an object's newest alert.
func ExampleClient_Cutouts() {
	ctx := context.Background()
	c, err := client.New(ctx, client.Options{Sandbox: true}) // or Project: "my-project", which pays for reading the bucket
	if err != nil {
		log.Fatal(err)
	}
	defer c.Close()
	for found, err := range c.Cutouts(ctx, client.PacketAsk{Ask: client.Ask{IDs: []string{"ZTF21abc"}}}) {
		if err != nil {
			log.Fatal(err)
		}
		for _, cutout := range found.Cutouts {
			s, err := stamp.Decode(cutout)
			if err != nil {
				log.Fatal(err)
			}
			fmt.Println(found.Message.Row().Get("object_id"), cutout.Kind, s.Width, s.Height)
		}
	}
	// Output:
	// ZTF21abc science 63 63
	// ZTF21abc template 63 63
	// ZTF21abc difference 63 63
}

const (
	realZTF    = "ztf/ztf_20250302_programid1_ZTF17aaarzyp_2982177112815010003.v4_02.avro"
	realObject = "ZTF17aaarzyp"
	realName   = "ztf_20250302_programid1/ZTF17aaarzyp/2982177112815010003.avro"
	realBucket = "ardent-cycling-243415-ztf_alerts_v4_02"
)

// saved gives a client whose local archive has real packets.
func saved(t *testing.T, cutouts bool, o client.Options, files ...string) *client.Client {
	t.Helper()
	o.Archive.Name = filepath.Join(t.TempDir(), "archive.db")
	c, err := client.New(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	for i, file := range files {
		files[i] = filepath.Join(shareddata.Dir(t), "alerts", file)
	}
	into, err := c.OpenLocal(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s, err := c.Files(client.FileOptions{Paths: files})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Run(t.Context(), into.Sink(local.SinkOptions{Cutouts: cutouts})); err != nil {
		t.Fatal(err)
	}
	if err := into.Close(); err != nil {
		t.Fatal(err)
	}
	return c
}

func packets(t *testing.T, c *client.Client, a client.PacketAsk) (list []*alert.Message, lost []error, err error) {
	t.Helper()
	p, err := c.Packets(t.Context(), a)
	if err != nil {
		return nil, nil, err
	}
	defer p.Close()
	for m, err := range p.Messages(t.Context()) {
		if err != nil {
			return list, p.Lost(), err
		}
		list = append(list, m)
	}
	return list, p.Lost(), nil
}

func askFor(ids ...string) client.PacketAsk { return client.PacketAsk{Ask: client.Ask{IDs: ids}} }

func TestPacketsOfAnArchiveAreTheNewestUnlessAllAreAskedFor(t *testing.T) {
	c, err := client.New(t.Context(), client.Options{Sandbox: true})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	all := askFor("ZTF21abc")
	all.All = true
	list, _, err := packets(t, c, all)
	if err != nil || len(list) < 3 {
		t.Fatalf("%d packets, %v", len(list), err)
	}
	newest, _, err := packets(t, c, askFor("ZTF21abc"))
	if err != nil || len(newest) != 1 {
		t.Fatalf("%d packets, %v", len(newest), err)
	}
	last := list[len(list)-1]
	if got := newest[0].Row().Get("source_id").String(); got != last.Row().Get("source_id").String() || !bytes.Equal(newest[0].Body, last.Body) {
		t.Errorf("the newest is %s", got)
	}
	all.Limit = 2
	if list, _, err = packets(t, c, all); err != nil || len(list) != 2 {
		t.Errorf("%d packets of at most 2, %v", len(list), err)
	}
	one := askFor("ZTF:candid:" + last.Row().Get("source_id").String())
	if list, _, err = packets(t, c, one); err != nil || len(list) != 1 {
		t.Errorf("%d packets of one alert, %v", len(list), err)
	}
}

func TestTheNewestAlertWithCutoutsIsPreferredWhereTheyAreWanted(t *testing.T) {
	var n int
	c := saved(t, true, client.Options{}, realZTF)
	for found, err := range c.Cutouts(t.Context(), askFor(realObject)) {
		if err != nil || len(found.Cutouts) != 3 || !bytes.HasPrefix(found.Cutouts[0].FITS, []byte{0x1f, 0x8b}) {
			t.Fatalf("%d cutouts, %v", len(found.Cutouts), err)
		}
		n++
	}
	if n != 1 {
		t.Errorf("%d alerts have cutouts", n)
	}
	n = 0
	for range saved(t, false, client.Options{}, realZTF).Cutouts(t.Context(), askFor(realObject)) {
		n++
	}
	if n != 0 {
		t.Errorf("%d alerts have cutouts in an archive without them", n)
	}
}

func TestPacketsOfTheBucketAreThoseThatWerePublished(t *testing.T) {
	server := buckettest.New()
	defer server.Close()
	t.Setenv(bucket.EmulatorHost, server.Address())
	body, err := os.ReadFile(filepath.Join(shareddata.Dir(t), "alerts", realZTF))
	if err != nil {
		t.Fatal(err)
	}
	c := saved(t, false, client.Options{Project: "my-project"}, realZTF, "ztf/mixed/ZTF18abefmzp.1703203221815015027.ztf_20210831_programid1.avro")
	ask := askFor(realObject, "ZTF18abefmzp")
	ask.From = client.PacketsInBucket
	var told bucket.Estimate
	ask.Estimated = func(e bucket.Estimate) {
		told = e
		for _, request := range server.Requests() {
			if strings.HasPrefix(request, "fetch") {
				t.Error("it was fetched before it was told what that costs")
			}
		}
	}

	if _, _, err := packets(t, c, ask); !errors.As(err, new(*bucket.NotFoundError)) {
		t.Errorf("neither packet is there: %v", err)
	}
	server.Put(realBucket, realName, body)
	list, lost, err := packets(t, c, ask)
	if err != nil || len(list) != 1 || !bytes.Equal(list[0].Body, body) {
		t.Fatalf("%d packets, %v", len(list), err)
	}
	if told.Objects != 1 || told.Bytes != int64(len(body)) || len(lost) != 1 || !strings.Contains(lost[0].Error(), "ZTF18abefmzp") {
		t.Errorf("told %+v, lost %v", told, lost)
	}
	cutouts, err := c.Reader().Cutouts(list[0])
	if err != nil || len(cutouts) != 3 || list[0].Topic != "ztf-alerts" || list[0].Row().Get("object_id").String() != realObject {
		t.Errorf("%d cutouts of %s, %v", len(cutouts), list[0].Topic, err)
	}
}

func TestTheBucketIsNotReadBeyondItsBudget(t *testing.T) {
	server := buckettest.New()
	defer server.Close()
	t.Setenv(bucket.EmulatorHost, server.Address())
	server.Put(realBucket, realName, make([]byte, 1000))
	c := saved(t, false, client.Options{Project: "my-project", Bucket: client.BucketOptions{MaxBytes: 999}}, realZTF)
	ask := askFor(realObject)
	ask.From = client.PacketsInBucket
	if list, _, err := packets(t, c, ask); !errors.As(err, new(*bucket.TooExpensiveError)) || len(list) > 0 {
		t.Errorf("%d packets, %v", len(list), err)
	}
}

func TestPacketsThatCanNotBeThereAreNotAskedFor(t *testing.T) {
	ctx := t.Context()
	sandbox, err := client.New(ctx, client.Options{Sandbox: true})
	if err != nil {
		t.Fatal(err)
	}
	defer sandbox.Close()
	billed, err := client.New(ctx, client.Options{Project: "my-project"})
	if err != nil {
		t.Fatal(err)
	}
	defer billed.Close()
	unpaid := saved(t, false, client.Options{}, realZTF)
	for _, c := range []struct {
		client *client.Client
		from   client.PacketSource
		want   string
	}{
		{sandbox, client.PacketsInBucket, "the sandbox has no bucket"},
		{billed, client.PacketsInArchive, client.ErrNoPackets.Error()},
		{unpaid, client.PacketsInBucket, bucket.ErrNoProject.Error()},
		{unpaid, "moon", `no source of packets "moon"`},
	} {
		a := askFor(realObject)
		a.From = c.from
		if _, _, err := packets(t, c.client, a); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", c.from, err)
		}
	}
}
