package format

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/mwvgroup/pgb/client/alert"
)

// HeadersSuffix ends the name of the file that holds what travelled beside a
// message's body, in a raw folder.
const HeadersSuffix = ".headers.json"

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
		if err = os.MkdirAll(o.Path, 0o777); err == nil {
			err = syncFolder(filepath.Dir(filepath.Clean(o.Path)))
		}
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
	var rejected RejectedError
	for _, m := range batch {
		identity, err := r.reader.Identity(m)
		if err != nil {
			rejected.add(m, err)
			continue
		}
		folder := filepath.Join(r.folder, fileName(m.Topic, "unknown"))
		if !folders[folder] {
			if err := os.MkdirAll(folder, 0o777); err != nil {
				return placeError(folder, err)
			}
			folders[folder] = true
		}
		if err := writeRaw(filepath.Join(folder, identity.String()), m); err != nil {
			return err
		}
	}
	for folder := range folders {
		if err := syncFolder(folder); err != nil {
			return placeError(folder, err)
		}
	}
	if len(folders) > 0 {
		if err := syncFolder(r.folder); err != nil {
			return placeError(r.folder, err)
		}
	}
	return rejected.orNil()
}

// writeRaw stores one message. The body takes its name last, so that a body is
// never without its envelope. What is there already is not written over: the
// same message is left, and another one of the same identity gets a number.
func writeRaw(name string, m *alert.Message) error {
	envelope, err := json.MarshalIndent(NewEnvelope(m), "", "  ")
	if err != nil {
		return err
	}
	envelope = append(envelope, '\n')
	ending := ".avro"
	if text := bytes.TrimLeft(m.Body, " \t\r\n"); len(text) > 0 && text[0] == '{' {
		ending = ".json"
	}
	free := name
	for n := 2; ; n++ {
		same, taken, err := holds(free+ending, m.Body)
		if err == nil && same {
			same, _, err = holds(free+HeadersSuffix, envelope)
		}
		if err != nil || same {
			return err
		}
		if !taken {
			break
		}
		free = fmt.Sprintf("%s-%d", name, n)
	}
	if err := writeWhole(free+HeadersSuffix, envelope); err != nil {
		return err
	}
	return writeWhole(free+ending, m.Body)
}

// holds says whether there is a file, and whether that is its content.
func holds(path string, content []byte) (same, taken bool, err error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, false, nil
	}
	if err != nil {
		return false, false, placeError(path, err)
	}
	if info.Size() != int64(len(content)) {
		return false, true, nil
	}
	there, err := os.ReadFile(path)
	if err != nil {
		return false, true, placeError(path, err)
	}
	return bytes.Equal(there, content), true, nil
}

// writeWhole writes a file so that its name never stands for a part of it.
func writeWhole(path string, content []byte) error {
	part := path + ".part"
	file, err := os.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o666)
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

// maxName bounds the part of a file's name that comes from a stream, in bytes.
const maxName = 120

// fileName makes a name from a stream fit for a file of any platform. Names
// that had to be cut stay different.
func fileName(text, otherwise string) string {
	safe := strings.Map(func(c rune) rune {
		if c < 0x20 || c >= 0x7f || strings.ContainsRune(`/\:*?"<>|%`, c) {
			return '_'
		}
		return c
	}, text)
	if safe = strings.Trim(safe, ". "); safe == "" {
		return otherwise
	}
	if len(safe) > maxName {
		sum := sha256.Sum256([]byte(text))
		safe = safe[:maxName] + "-" + hex.EncodeToString(sum[:4])
	}
	if stem, _, _ := strings.Cut(safe, "."); isDeviceName(stem) {
		safe = "_" + safe
	}
	return safe
}

// isDeviceName says whether Windows takes a name for a device, whatever its
// ending.
func isDeviceName(stem string) bool {
	switch stem = strings.ToUpper(strings.TrimSpace(stem)); stem {
	case "CON", "PRN", "AUX", "NUL":
		return true
	}
	return len(stem) == 4 && (stem[:3] == "COM" || stem[:3] == "LPT") && stem[3] >= '0' && stem[3] <= '9'
}
