//go:build unix

package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow/ipc"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/file"

	"github.com/mwvgroup/pgb/client/sandbox/server"
	"github.com/mwvgroup/pgb/client/stream/streamtest"
)

// idsOf reads the ids of the messages in a Parquet file of that column alone.
func idsOf(t *testing.T, path string) []string {
	t.Helper()
	reader, err := file.OpenParquetFile(path, false)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	defer reader.Close()
	var ids []string
	for i := range reader.NumRowGroups() {
		column, err := reader.RowGroup(i).Column(0)
		if err != nil {
			t.Fatal(err)
		}
		n := reader.RowGroup(i).NumRows()
		values := make([]parquet.ByteArray, n)
		_, read, err := column.(*file.ByteArrayColumnChunkReader).ReadBatch(n, values, make([]int16, n), nil)
		if err != nil || int64(read) != n {
			t.Fatalf("%s: %d of %d rows: %v", path, read, n, err)
		}
		for _, value := range values {
			ids = append(ids, string(value))
		}
	}
	return ids
}

// partsOf lists the parts that are closed.
func partsOf(t *testing.T, folder string) []string {
	t.Helper()
	list, err := filepath.Glob(filepath.Join(folder, "night-*.parquet"))
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// rotating are the arguments of a stream that writes the ids of all messages in
// parts.
func rotating(folder string, more ...string) []string {
	return append([]string{
		"stream", "--topic", alerts, "--subscription", "night", "--keep-duplicates", "--fields", "message_id",
		"-o", filepath.Join(folder, "night.parquet"),
	}, more...)
}

// TestNothingIsLostByKillInTheMiddleOfAPart kills a run whose second part is
// open, and resumes it.
func TestNothingIsLostByKillInTheMiddleOfAPart(t *testing.T) {
	const published, rows = 3000, 700
	clock := server.NewManualClock(time.Now())
	srv := broker(t, server.Options{Clock: clock})
	ids := subscribeNight(t, srv, alerts, published)
	folder := t.TempDir()
	var killed *process
	ready := make(chan struct{})
	acked, early := 0, 0
	srv.Watch(func(e server.Event) {
		if e.Kind != server.Acked {
			return
		}
		if acked++; acked > rows*len(partsOf(t, folder)) {
			early++
		}
		if <-ready; acked == 100 {
			_ = killed.Process.Kill()
		}
	})
	killed = start(t, srv, outputFile(t), rotating(folder, "--rotate-rows", "700")...)
	close(ready)
	<-killed.done
	await(t, srv, "the connection's end", func() bool { return streams(srv) == 0 })
	srv.Watch(nil)
	clock.Advance(2 * time.Minute) // its leases have run out
	if early > 0 {
		t.Errorf("%d messages were acknowledged before their part was closed", early)
	}
	first := partsOf(t, folder)
	if len(first) == 0 || srv.Acked(night) == published {
		t.Fatalf("the run was not killed in the middle: %v", first)
	}
	start(t, srv, outputFile(t), rotating(folder, "--rotate", "1m", "--idle", "1s")...).ends(exitDone)
	var all []string
	for _, path := range partsOf(t, folder) {
		part := idsOf(t, path)
		if slices.Contains(first, path) && len(part) != rows {
			t.Errorf("%s has %d rows", path, len(part))
		}
		all = append(all, part...)
	}
	slices.Sort(all)
	lost := 0
	for _, id := range ids {
		if _, found := slices.BinarySearch(all, id); !found {
			lost++
		}
	}
	if lost > 0 {
		t.Errorf("%d of %d messages are in no part", lost, published)
	}
	if got := srv.Acked(night); got != published {
		t.Errorf("%d of %d messages were acknowledged in the end", got, published)
	}
}

func TestInterruptClosesThePartAndAcknowledgesIt(t *testing.T) {
	const published = 2500 // more than may be fetched without a part that holds them
	srv := broker(t, server.Options{})
	ids := subscribeNight(t, srv, alerts, published)
	folder := t.TempDir()
	p := start(t, srv, outputFile(t), rotating(folder, "--rotate", "1h")...)
	await(t, srv, "all messages", func() bool { state, _ := srv.Subscription(night); return state.Outstanding == published })
	if parts := partsOf(t, folder); len(parts) > 0 || srv.Acked(night) > 0 {
		t.Errorf("%v, %d acknowledged before the part is closed", parts, srv.Acked(night))
	}
	p.signal(interrupt)
	p.ends(exitDone)
	parts := partsOf(t, folder)
	if len(parts) != 1 || !strings.HasSuffix(parts[0], "night-0001.parquet") {
		t.Fatal(parts)
	}
	written := idsOf(t, parts[0])
	if got := srv.Acked(night); len(written) == 0 || got != int64(len(written)) {
		t.Errorf("%d written, %d acknowledged", len(written), got)
	}
	checkReturned(t, srv, len(ids)-len(written))
}

func TestPartThatCannotBeClosedGivesItsMessagesBack(t *testing.T) {
	const published = 50
	srv := broker(t, server.Options{})
	subscribeNight(t, srv, alerts, published)
	folder := filepath.Join(t.TempDir(), "gone")
	if err := os.Mkdir(folder, 0o777); err != nil {
		t.Fatal(err)
	}
	p := start(t, srv, outputFile(t), rotating(folder, "--rotate", "1h")...)
	streamtest.Eventually(t, "a part", func() bool {
		entries, _ := os.ReadDir(folder)
		return len(entries) > 0
	})
	if err := os.RemoveAll(folder); err != nil {
		t.Fatal(err)
	}
	p.signal(interrupt)
	p.ends(exitFailed)
	if got := srv.Acked(night); got != 0 {
		t.Errorf("%d acknowledged", got)
	}
	checkReturned(t, srv, published)
}

func TestAnArrowStreamOnAPipeIsAcknowledgedBeforeItEndsAndInBatches(t *testing.T) {
	const published = 2500 // more than may be fetched where nothing is held
	srv := broker(t, server.Options{})
	subscribeNight(t, srv, alerts, published)
	out := outputFile(t)
	p := start(t, srv, out, "stream", "--topic", alerts, "--subscription", "night", "--fields", "message_id", "-f", "arrow", "--keep-duplicates")
	await(t, srv, "all are acknowledged", func() bool { return srv.Acked(night) == published })
	p.signal(interrupt)
	p.ends(exitDone)
	written, err := os.Open(out.Name())
	if err != nil {
		t.Fatal(err)
	}
	defer written.Close()
	reader, err := ipc.NewReader(written)
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Release()
	rows, batches := int64(0), 0
	for reader.Next() {
		rows += reader.RecordBatch().NumRows()
		batches++
	}
	if err := reader.Err(); err != nil || rows != published || batches > published/10 {
		t.Errorf("%d rows in %d batches, %v", rows, batches, err)
	}
}
