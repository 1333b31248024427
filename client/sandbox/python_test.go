package sandbox_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/mwvgroup/pgb/client/registry"
	"github.com/mwvgroup/pgb/client/sandbox"
	"github.com/mwvgroup/pgb/client/shareddata"
)

func TestOfficialPythonClientReadsTheSandbox(t *testing.T) {
	interpreter := shareddata.Python(t)
	box, err := sandbox.Start(registry.Default(), sandbox.Options{Rate: 200})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := box.Close(); err != nil {
			t.Error(err)
		}
	}()
	const each = 3
	args := []string{"testdata/pull.py", "../registry/schemas/lsst.11.1.json", "3"}
	topics := []string{"ztf-alerts", "lsst-alerts", "lsst-supernnova", "ztf-SuperNNova"}
	for _, topic := range topics {
		args = append(args, box.Topics()[topic])
	}
	cmd := exec.CommandContext(t.Context(), interpreter, args...)
	cmd.Env = append(os.Environ(), "PUBSUB_EMULATOR_HOST="+box.Address())
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v\n%s", err, stderr.String())
	}
	count := 0
	for lines := bufio.NewScanner(&stdout); lines.Scan(); count++ {
		var seen struct {
			Topic     string
			Simulated bool
			IDs       []string
		}
		if err := json.Unmarshal(lines.Bytes(), &seen); err != nil {
			t.Fatal(err)
		}
		source := seen.IDs[len(seen.IDs)-1]
		if !seen.Simulated || len(source) != 19 || source[0] != '9' {
			t.Errorf("%s", lines.Text())
		}
		if strings.Contains(seen.Topic, "ztf") && !strings.HasPrefix(seen.IDs[0], "ZTF") {
			t.Errorf("%s", lines.Text())
		}
	}
	if count != each*len(topics) {
		t.Errorf("%d messages", count)
	}
	if left := box.Server().Subscriptions(); len(left) != 0 {
		t.Errorf("left: %v", left)
	}
}
