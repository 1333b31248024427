package pubsub

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/fnv"
	"os"
	"os/user"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Labels of the subscriptions that pgb makes. Values are lower-case letters,
// digits, "-" and "_".
const (
	labelKind    = "pgb"         // "temporary", "durable" or "group"
	labelCreated = "pgb-created" // seconds since 1970
	labelHost    = "pgb-host"    // hash of the name of the machine
	labelProcess = "pgb-process" // process id
)

const (
	kindTemporary = "temporary"
	kindDurable   = "durable"
	kindGroup     = "group" // one of several, "NAME.<topic>"
)

// validName is what the service allows; it also refuses "goog" in front.
var validName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9._~%+-]+$`)

func checkName(name string) error {
	if len(name) >= 3 && len(name) <= 255 && validName.MatchString(name) && !strings.HasPrefix(strings.ToLower(name), "goog") {
		return nil
	}
	return &InvalidError{
		What: fmt.Sprintf("subscription name %q", name),
		Err:  errors.New("3 to 255 letters, digits and . _ - ~ % +, beginning with a letter and not with goog"),
	}
}

// temporaryName makes a name that nobody else has.
func temporaryName(topic string) string {
	var random [5]byte
	_, _ = rand.Read(random[:]) // it never fails
	return fmt.Sprintf("pgb-%s-%s-%s", plain(userName(), 16), plain(topic, 64), hex.EncodeToString(random[:]))
}

// userName is what the person is called on this machine.
func userName() string {
	if u, err := user.Current(); err == nil {
		return u.Username
	}
	return ""
}

// plain makes text fit for names and labels.
func plain(text string, most int) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r == '-':
			return r
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		}
		return '-'
	}, text)
	text = strings.Trim(text[:min(len(text), most)], "-")
	if text == "" {
		return "someone"
	}
	return text
}

// labels says who made a subscription and when.
func labels(kind string, now time.Time) map[string]string {
	return map[string]string{
		labelKind:    kind,
		labelCreated: strconv.FormatInt(now.Unix(), 10),
		labelHost:    hostHash(),
		labelProcess: strconv.Itoa(os.Getpid()),
	}
}

// hostHash tells machines apart without naming them.
func hostHash() string {
	name, _ := os.Hostname()
	h := fnv.New32a()
	_, _ = h.Write([]byte(name))
	return fmt.Sprintf("%08x", h.Sum32())
}

// createdAt reads the label, zero where there is none.
func createdAt(labels map[string]string) time.Time {
	seconds, err := strconv.ParseInt(labels[labelCreated], 10, 64)
	if err != nil {
		return time.Time{}
	}
	return time.Unix(seconds, 0)
}

// abandoned says whether a temporary subscription was made by a process of this
// machine that has ended.
func abandoned(labels map[string]string) bool {
	if labels[labelKind] != kindTemporary || labels[labelHost] != hostHash() {
		return false
	}
	pid, err := strconv.Atoi(labels[labelProcess])
	return err == nil && pid != os.Getpid() && !processRuns(pid)
}

// shortName gives the last part of a full name.
func shortName(full string) string { return full[strings.LastIndexByte(full, '/')+1:] }

func subscriptionPath(project, name string) string {
	return "projects/" + project + "/subscriptions/" + name
}

// function finds the name of the function in the text of a transform.
var function = regexp.MustCompile(`(?m)^\s*(?:async\s+)?function\s+([A-Za-z_$][\w$]*)\s*\(`)
