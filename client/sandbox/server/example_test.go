package server_test

import (
	"context"
	"fmt"
	"log"

	"cloud.google.com/go/pubsub/v2/apiv1/pubsubpb"
	"github.com/mwvgroup/pgb/client/sandbox/server"
)

func Example() {
	srv := server.New(server.Options{})
	defer srv.Close()
	if err := srv.Listen("127.0.0.1:0"); err != nil {
		log.Fatal(err)
	}
	if err := srv.CreateTopic("projects/sky/topics/alerts"); err != nil {
		log.Fatal(err)
	}
	// Clients connect to srv.Addr(), which is what PUBSUB_EMULATOR_HOST takes.
	// This subscription is made without one.
	err := srv.CreateSubscription(&pubsubpb.Subscription{
		Name:   "projects/sky/subscriptions/red",
		Topic:  "projects/sky/topics/alerts",
		Filter: `attributes.band = "r"`,
	})
	if err != nil {
		log.Fatal(err)
	}
	for _, band := range []string{"r", "g"} {
		_, err := srv.Publish("projects/sky/topics/alerts",
			server.Message{Data: []byte("packet"), Attributes: map[string]string{"band": band}})
		if err != nil {
			log.Fatal(err)
		}
	}
	err = srv.Wait(context.Background(), func() bool {
		sub, _ := srv.Subscription("projects/sky/subscriptions/red")
		return sub.Backlog == 1
	})
	fmt.Println(err)
	// Output: <nil>
}
