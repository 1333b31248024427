package format

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/mwvgroup/pgb/client/alert"
)

// HeadersSuffix ends the name of the file that holds what travelled beside a
// message's body, in a raw folder.
const HeadersSuffix = ".headers.json"

// Envelope is what stands beside a message's body in the files that keep the
// original bytes: its coordinates and attributes.
type Envelope struct {
	Topic       string      `json:"topic"`
	As          string      `json:"as,omitempty"`
	Schema      string      `json:"schema,omitempty"`
	MessageID   string      `json:"message_id"`
	PublishTime string      `json:"publish_time,omitempty"` // RFC 3339 UTC
	Key         []byte      `json:"key,omitempty"`          // base64
	Headers     [][2]string `json:"headers"`                // name, value; a value that is not UTF-8 has the name's twin in Binary
	Binary      [][]byte    `json:"binary_headers,omitempty"`
	Line        bool        `json:"line,omitempty"` // the body is one of pgb's own full lines
}

// NewEnvelope takes down everything of a message but its body.
func NewEnvelope(m *alert.Message) Envelope {
	e := Envelope{Topic: m.Topic, As: m.As, Schema: m.Schema, MessageID: m.ID, Key: m.Key, Headers: [][2]string{}, Line: m.Form == alert.Line}
	if !m.PublishTime.IsZero() {
		e.PublishTime = m.PublishTime.UTC().Format(time.RFC3339Nano)
	}
	for _, h := range m.Headers {
		e.Headers = append(e.Headers, [2]string{h.Name, string(h.Value)})
	}
	if !utf8Headers(m.Headers) {
		for i, h := range m.Headers {
			e.Headers[i][1] = ""
			e.Binary = append(e.Binary, h.Value)
		}
	}
	return e
}

// Message makes the message of an envelope and a body.
func (e *Envelope) Message(body []byte) (*alert.Message, error) {
	m := &alert.Message{Topic: e.Topic, As: e.As, Schema: e.Schema, ID: e.MessageID, Key: e.Key, Body: body}
	if e.Line {
		m.Form = alert.Line
	}
	if e.PublishTime != "" {
		t, err := time.Parse(time.RFC3339Nano, e.PublishTime)
		if err != nil {
			return nil, fmt.Errorf("publish_time: %w", err)
		}
		m.PublishTime = t.UTC()
	}
	if e.Binary != nil && len(e.Binary) != len(e.Headers) {
		return nil, errors.New("binary_headers: not as many as headers")
	}
	for i, h := range e.Headers {
		value := []byte(h[1])
		if e.Binary != nil {
			value = e.Binary[i]
		}
		m.Headers = append(m.Headers, alert.Header{Name: h[0], Value: value})
	}
	return m, nil
}

// rawOutput keeps the original bytes of each message in a file of its own:
// <folder>/<topic>/<identity>.avro or .json, and its envelope beside it.
type rawOutput struct {
	folder string
	reader *alert.Reader
}

func openRaw(o Options) (*rawOutput, error) {
	if o.Path == "" {
		return nil, errors.New("raw needs a folder to write into")
	}
	entries, err := os.ReadDir(o.Path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		err = os.MkdirAll(o.Path, 0o755)
	case err == nil && len(entries) > 0 && !o.Force && !o.Append:
		return nil, fmt.Errorf("%s: %w", o.Path, ErrExists)
	}
	if err != nil {
		return nil, placeError(o.Path, err)
	}
	return &rawOutput{folder: o.Path, reader: o.Reader}, nil
}

func (r *rawOutput) put(batch []*alert.Message) error {
	folders := map[string]bool{}
	for _, m := range batch {
		folder := filepath.Join(r.folder, fileName(m.Topic, "unknown"))
		if !folders[folder] {
			if err := os.MkdirAll(folder, 0o755); err != nil {
				return placeError(folder, err)
			}
			folders[folder] = true
		}
		if err := r.write(folder, m); err != nil {
			return err
		}
	}
	for folder := range folders {
		if err := syncFolder(folder); err != nil {
			return err
		}
	}
	return nil
}

// write stores one message. The body takes its name last, so that a body is
// never without its envelope.
func (r *rawOutput) write(folder string, m *alert.Message) error {
	identity, err := r.reader.Identity(m)
	if err != nil {
		return err
	}
	name := filepath.Join(folder, hex.EncodeToString(identity[:]))
	ending := ".avro"
	if len(m.Body) > 0 && m.Body[0] == '{' {
		ending = ".json"
	}
	envelope, err := json.MarshalIndent(NewEnvelope(m), "", "  ")
	if err != nil {
		return err
	}
	if err := writeWhole(name+HeadersSuffix, append(envelope, '\n')); err != nil {
		return err
	}
	return writeWhole(name+ending, m.Body)
}

// writeWhole writes a file so that its name never stands for a part of it.
func writeWhole(path string, content []byte) error {
	part := path + ".part"
	file, err := os.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o644)
	if err != nil {
		return placeError(path, err)
	}
	_, err = file.Write(content)
	if err == nil {
		err = file.Sync()
	}
	if closeErr := file.Close(); err == nil {
		err = closeErr
	}
	if err == nil {
		err = os.Rename(part, path)
	}
	if err != nil {
		return errors.Join(placeError(path, err), os.Remove(part))
	}
	return nil
}

func (r *rawOutput) close(bool) error { return nil }

// fileName makes a name from a stream fit for a file of any platform.
func fileName(text, otherwise string) string {
	safe := strings.Map(func(c rune) rune {
		if c < 0x20 || c >= 0x7f || strings.ContainsRune(`/\:*?"<>|%`, c) {
			return '_'
		}
		return c
	}, text)
	safe = strings.Trim(safe, ". ")
	if safe == "" {
		return otherwise
	}
	return safe
}
