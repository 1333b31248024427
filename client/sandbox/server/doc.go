// Package server is a small Google Pub/Sub server that runs inside a process:
// for the sandbox, for tests and for benchmarks. It speaks the gRPC services
// google.pubsub.v1.Publisher and Subscriber, so that every Pub/Sub client
// library can use it as an emulator (PUBSUB_EMULATOR_HOST).
//
//	srv := server.New(server.Options{})
//	err := srv.Listen("127.0.0.1:0")
//	defer srv.Close()
//	err = srv.CreateTopic("projects/sky/topics/alerts")
//	ids, err := srv.Publish("projects/sky/topics/alerts", server.Message{Data: packet})
//
// What it does as the service does: topics and subscriptions in any projects,
// filters, expiry, retention of acknowledged messages, seeking by time,
// detachment, dead letters, retry backoff, pull and streaming pull with flow
// control, acknowledgement deadlines and redelivery. What it refuses, with an
// error that says so: message transforms, push, BigQuery, Bigtable and Cloud
// Storage delivery, ordered and exactly-once delivery, snapshots, schemas and
// retention by topic.
//
// Everything is held in memory. A subscription holds at most
// Options.SubscriptionBytes and all together at most Options.TotalBytes; beyond
// that the oldest messages go, acknowledged ones first, and are counted in
// Subscription.Dropped. A body is stored once, however many subscriptions hold
// it, and is let go with the last of them.
//
// Time comes from Options.Clock, so that a test can let a deadline pass without
// waiting for it.
package server
