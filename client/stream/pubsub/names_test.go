package pubsub

import (
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"
)

func TestTemporaryNamesAreValidAndDiffer(t *testing.T) {
	seen := map[string]bool{}
	for _, topic := range []string{"ztf-loop", "ztf-SuperNNova", "Ünïcode_%", strings.Repeat("long", 80), ""} {
		for range 3 {
			name := temporaryName(topic)
			if err := checkName(name); err != nil || seen[name] || len(name) > 120 {
				t.Errorf("%q: %v", name, err)
			}
			seen[name] = true
		}
	}
}

func TestLabelsAreValid(t *testing.T) {
	for key, value := range labels(kindTemporary, time.Now()) {
		for _, text := range []string{key, value} {
			if text == "" || len(text) > 63 || plain(text, 63) != text {
				t.Errorf("label %s=%s", key, value)
			}
		}
	}
}

// A temporary subscription is left over when the process that made it has
// ended; what other machines do can't be told.
func TestLeftoversAreThoseOfProcessesThatHaveEnded(t *testing.T) {
	ended := exec.Command(os.Args[0], "-test.run=^$")
	if err := ended.Run(); err != nil {
		t.Fatal(err)
	}
	of := func(pid int, change ...string) map[string]string {
		l := labels(kindTemporary, time.Now())
		l[labelProcess] = strconv.Itoa(pid)
		for i := 0; i+1 < len(change); i += 2 {
			l[change[i]] = change[i+1]
		}
		return l
	}
	cases := map[string]struct {
		labels map[string]string
		want   bool
	}{
		"our own":         {of(os.Getpid()), false},
		"a parent's":      {of(os.Getppid()), false},
		"one that ended":  {of(ended.Process.Pid), true},
		"another machine": {of(ended.Process.Pid, labelHost, "0123"), false},
		"durable":         {of(ended.Process.Pid, labelKind, kindDurable), false},
		"without labels":  {nil, false},
	}
	for name, c := range cases {
		if got := abandoned(c.labels); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
