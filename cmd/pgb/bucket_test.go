package main

import (
	"strconv"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/mwvgroup/pgb/client/archive/bucket"
	"github.com/mwvgroup/pgb/client/archive/bucket/buckettest"
)

// bucketForScript is the command bucket of scripts: without arguments it starts
// a server of buckets, "bucket put BUCKET NAME FILE" stores a file there, "bucket
// fault CODE REASON TEXT" lets it answer so, and "bucket fault off" ends that.
func bucketForScript(ts *testscript.TestScript, neg bool, args []string) {
	s := stageOf(ts)
	switch {
	case len(args) == 0:
		s.bucket = buckettest.New()
		ts.Setenv(bucket.EmulatorHost, s.bucket.Address())
		ts.Defer(s.bucket.Close)
	case s.bucket == nil:
		ts.Fatalf("there is no bucket yet")
	case len(args) == 4 && args[0] == "put":
		s.bucket.Put(args[1], args[2], []byte(ts.ReadFile(args[3])))
	case len(args) == 2 && args[0] == "fault":
		s.bucket.Inject()
	case len(args) == 4 && args[0] == "fault":
		code, err := strconv.Atoi(args[1])
		ts.Check(err)
		s.bucket.Inject(buckettest.Fault{Code: code, Reason: args[2], Message: args[3]})
	default:
		ts.Fatalf("usage: bucket, bucket put BUCKET NAME FILE, bucket fault CODE REASON TEXT, bucket fault off")
	}
}
