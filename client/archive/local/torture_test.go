package local

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"github.com/mwvgroup/pgb/client/alert"
)

// tortureEnv names, for the child that is killed, the archive it saves into and
// the number its messages begin with.
const tortureEnv = "PGB_TEST_SAVE_INTO"

// TestNothingSavedIsLostWhenTheWriterIsKilled kills a process that saves, at
// any moment, and looks for all that it said was saved. PGB_TEST_TORTURE says
// how often.
func TestNothingSavedIsLostWhenTheWriterIsKilled(t *testing.T) {
	if into := os.Getenv(tortureEnv); into != "" {
		saveUntilKilled(t, into)
		return
	}
	rounds := 20
	if testing.Short() {
		rounds = 3
	}
	if n, err := strconv.Atoi(os.Getenv("PGB_TEST_TORTURE")); err == nil {
		rounds = n
	}
	path := filepath.Join(t.TempDir(), "a.db")
	acked := map[string]bool{}
	for round := range rounds {
		saved := killedChild(t, path, len(acked))
		for _, id := range saved {
			acked[id] = true
		}
		a, err := Open(context.Background(), Options{Path: path, Create: len(acked) == 0})
		if err != nil {
			t.Fatalf("after kill %d: %v", round, err)
		}
		found := messageIDs(t, a)
		for id := range acked {
			if found[id] != 1 {
				t.Fatalf("after kill %d: message %s, which was said to be saved, is there %d times", round, id, found[id])
			}
		}
		if round%5 == 4 || round == rounds-1 {
			clean(t, a)
		}
		if err := a.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if len(acked) == 0 {
		t.Fatal("no child lived to save anything")
	}
	t.Logf("%d messages were saved by %d writers that were killed", len(acked), rounds)
}

// messageIDs counts the stored messages by id.
func messageIDs(t *testing.T, a *Archive) map[string]int {
	t.Helper()
	conn, release, err := a.read(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	found := map[string]int{}
	err = sqlitex.Execute(conn, "SELECT message_id FROM alert", &sqlitex.ExecOptions{ResultFunc: func(stmt *sqlite.Stmt) error {
		found[stmt.ColumnText(0)]++
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// killedChild runs a child that saves, kills it at a random moment after its
// first batches, and gives what it said it had saved.
func killedChild(t *testing.T, path string, from int) (saved []string) {
	t.Helper()
	child := exec.Command(os.Args[0], "-test.run=^TestNothingSavedIsLostWhenTheWriterIsKilled$")
	child.Env = append(os.Environ(), tortureEnv+"="+path+"="+strconv.Itoa(from))
	out, err := child.StdoutPipe()
	if err == nil {
		err = child.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	var killer *time.Timer
	for lived, life := 0, rand.IntN(6); lines.Scan(); lived++ {
		if ids, ok := strings.CutPrefix(lines.Text(), "saved "); ok {
			saved = append(saved, strings.Fields(ids)...)
		}
		if lived >= life && killer == nil {
			killer = time.AfterFunc(time.Duration(rand.IntN(30_000))*time.Microsecond, func() { child.Process.Kill() })
			defer killer.Stop()
		}
	}
	child.Process.Kill()
	child.Wait() // it was killed
	return saved
}

// saveUntilKilled saves batches and says of each that it is saved.
func saveUntilKilled(t *testing.T, into string) {
	cut := strings.LastIndexByte(into, '=')
	next, err := strconv.Atoi(into[cut+1:])
	if err != nil {
		t.Fatal(err)
	}
	// What was saved by a child before it could say so is numbered too.
	next = next*1000 + int(time.Now().UnixNano()%1000)
	fmt.Println("begins")
	a, err := Open(context.Background(), Options{Path: into[:cut], Create: true})
	if err != nil {
		t.Fatal(err)
	}
	sink := a.Sink(SinkOptions{})
	for seed := next; ; seed += 20 {
		var batch []*alert.Message
		ids := ""
		for i := range 20 {
			m := numberedAlert(seed + i)
			batch = append(batch, m)
			ids += m.ID + " "
		}
		if err := sink.Put(context.Background(), batch); err != nil {
			t.Fatal(err)
		}
		fmt.Println("saved", ids)
	}
}

// numberedAlert makes a message of a number: some forty objects have many alerts,
// each with an epoch of its own and one of the alert before.
func numberedAlert(i int) *alert.Message {
	object := 9_000_000_000_000_000_000 + i%40
	source := 9_050_000_000_000_000_000 + i
	body := fmt.Sprintf(`{"alert_lite":{"diaSource":{"diaObjectId":%d,"diaSourceId":%d,"visit":%d,"detector":3,"midpointMjdTai":%d.5,`+
		`"ra":%d.25,"dec":-%d.5,"band":"r","psfFlux":%d.5,"psfFluxErr":10.5},`+
		`"prvDiaSources":[{"diaSourceId":%d,"visit":%d,"detector":3,"midpointMjdTai":%d.5,"band":"g","psfFlux":100.5,"psfFluxErr":9.5}]},`+
		`"SuperNNova":{"predicted_class":1,"prob_class0":0.25,"prob_class1":0.75}}`,
		object, source, i+1, 61000+i, i%360, i%80, i, source-40, i-39, 61000+i-40)
	return &alert.Message{
		ID: strconv.Itoa(i), Topic: "lsst-supernnova", Body: []byte(body), PublishTime: time.Unix(int64(i)+1, 0),
		Headers: []alert.Header{{Name: alert.SimulatedAttr, Value: []byte("true")}},
	}
}
