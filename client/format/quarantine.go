package format

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
	"unicode/utf8"

	"github.com/mwvgroup/pgb/client/alert"
)

// QuarantineMember is the member by which a line of a quarantine file is known;
// its value is the version of the file's layout.
const QuarantineMember = "pgb_quarantine"

// quarantined is one line of a quarantine file.
type quarantined struct {
	Version int    `json:"pgb_quarantine"`
	Time    string `json:"time"` // when it was set aside, RFC 3339 UTC
	Reason  string `json:"reason"`
	Envelope
	Body []byte `json:"body"` // base64
}

// Quarantine is a file of messages that could not be decoded: one JSON line
// each, with the raw body, the attributes and the reason. It is made when the
// first message needs it.
type Quarantine struct {
	path string
	now  func() time.Time
	file *os.File
}

// NewQuarantine names the file that unreadable messages go to. An existing file
// is gone on with.
func NewQuarantine(path string, now func() time.Time) *Quarantine {
	return &Quarantine{path: path, now: now}
}

// Path is the file's name.
func (q *Quarantine) Path() string { return q.path }

// Put appends messages and the reasons why they could not be decoded, and
// returns when they are on the disk.
func (q *Quarantine) Put(messages []*alert.Message, reasons []error) error {
	if q.file == nil {
		if err := q.open(); err != nil {
			return err
		}
	}
	var lines []byte
	for i, m := range messages {
		line, err := json.Marshal(quarantined{
			Version: 1, Time: q.now().UTC().Format(time.RFC3339Nano), Reason: reasons[i].Error(),
			Envelope: NewEnvelope(m), Body: m.Body,
		})
		if err != nil {
			return fmt.Errorf("quarantine: %w", err)
		}
		lines = append(append(lines, line...), '\n')
	}
	if _, err := q.file.Write(lines); err != nil {
		return fmt.Errorf("quarantine: %w", err)
	}
	if err := q.file.Sync(); err != nil && !notSyncable(err) {
		return fmt.Errorf("quarantine: %w", err)
	}
	return nil
}

func (q *Quarantine) open() error {
	if err := os.MkdirAll(filepath.Dir(q.path), 0o755); err != nil {
		return fmt.Errorf("quarantine: %w", err)
	}
	if isDevice(q.path) {
		file, err := os.OpenFile(q.path, os.O_WRONLY, 0)
		q.file = file
		return err
	}
	p, _, err := openAppend(q.path, tornLine)
	if err != nil {
		return fmt.Errorf("quarantine: %w", err)
	}
	q.file = p.file
	return nil
}

// Close closes the file, if there is one.
func (q *Quarantine) Close() error {
	if q.file == nil {
		return nil
	}
	return q.file.Close()
}

// ReadQuarantined makes the message of a line of a quarantine file.
func ReadQuarantined(line []byte) (*alert.Message, error) {
	var q quarantined
	if err := json.Unmarshal(line, &q); err != nil {
		return nil, fmt.Errorf("quarantine line: %w", err)
	}
	if q.Version != 1 {
		return nil, errors.New("quarantine line: written by a newer version of pgb")
	}
	return q.Message(q.Body)
}

func utf8Headers(headers []alert.Header) bool {
	for _, h := range headers {
		if !utf8.Valid(h.Value) {
			return false
		}
	}
	return true
}
