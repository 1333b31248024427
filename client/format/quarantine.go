package format

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/mwvgroup/pgb/client/alert"
)

// QuarantineMember is the member by which a line of a quarantine file is known;
// its value is the version of the file's layout.
const QuarantineMember = "pgb_quarantine"

// quarantineBegin begins each line of a quarantine file.
const quarantineBegin = `{"` + QuarantineMember + `":`

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
// first message needs it. Several processes may write to one file.
type Quarantine struct {
	path string
	now  func() time.Time
	file *os.File
}

// NewQuarantine names the file that unreadable messages go to. An existing file
// is gone on with. now is [time.Now] where it is nil.
func NewQuarantine(path string, now func() time.Time) *Quarantine {
	if now == nil {
		now = time.Now
	}
	return &Quarantine{path: path, now: now}
}

// Path is the file's name.
func (q *Quarantine) Path() string { return q.path }

// Put appends messages and the reasons why they could not be decoded, and
// returns when they are on the disk.
func (q *Quarantine) Put(messages []*alert.Message, reasons []error) error {
	if len(messages) != len(reasons) {
		return errors.New("quarantine: a reason for each message expected")
	}
	if q.file == nil {
		if err := q.open(); err != nil {
			return fmt.Errorf("quarantine: %w", err)
		}
	}
	for i, m := range messages {
		line, err := json.Marshal(quarantined{
			Version: 1, Time: string(alert.AppendTime(nil, q.now())), Reason: reasons[i].Error(),
			Envelope: NewEnvelope(m), Body: m.Body,
		})
		if err == nil {
			_, err = q.file.Write(append(line, '\n'))
		}
		if err != nil {
			return q.fail(err)
		}
	}
	if err := q.file.Sync(); err != nil && !notSyncable(err) {
		return q.fail(err)
	}
	return nil
}

// fail closes the file: what follows a torn line would be lost, so the next Put
// opens it anew and cuts it off.
func (q *Quarantine) fail(err error) error {
	file := q.file
	q.file = nil
	return fmt.Errorf("quarantine: %w", errors.Join(placeError(q.path, err), file.Close()))
}

func (q *Quarantine) open() error {
	if info, err := os.Stat(q.path); err == nil && !info.Mode().IsRegular() {
		file, err := os.OpenFile(q.path, os.O_WRONLY, 0)
		if err != nil {
			return placeError(q.path, err)
		}
		q.file = file
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(q.path), 0o777); err != nil {
		return placeError(q.path, err)
	}
	file, err := os.OpenFile(q.path, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o666)
	if err != nil {
		return placeError(q.path, err)
	}
	if err = q.cutTail(file); err == nil {
		err = syncFolder(filepath.Dir(q.path))
	}
	if err != nil {
		return errors.Join(placeError(q.path, err), file.Close())
	}
	q.file = file
	return nil
}

// cutTail cuts off the torn line that a run left behind which was killed. While
// another one has the file open its last line may be on its way.
func (q *Quarantine) cutTail(file *os.File) error {
	if !lockAlone(file) {
		return lockShared(file)
	}
	whole, err := tornLine(quarantineBegin)(file)
	if err != nil {
		return err
	}
	if info, err := file.Stat(); err == nil && info.Size() > whole {
		// By name: what is opened to be appended to can't be cut on Windows.
		if err := os.Truncate(q.path, whole); err != nil {
			return err
		}
	}
	return lockShared(file)
}

// Close closes the file, if there is one.
func (q *Quarantine) Close() error {
	if q.file == nil {
		return nil
	}
	err := q.file.Close()
	q.file = nil
	return err
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
