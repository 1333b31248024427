package files

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/mwvgroup/pgb/client/format"
)

// input is one file to read.
type input struct {
	path  string
	named bool // the user named it, rather than a folder or pattern it is in
}

// stdinPath stands for standard input.
const stdinPath = "-"

// NoPacketsError says that a folder or a pattern has no files to read.
type NoPacketsError struct {
	Path string
	Why  string
}

// Error says where there is nothing.
func (e *NoPacketsError) Error() string { return fmt.Sprintf("%s: %s", e.Path, e.Why) }

// expand gives the files of paths: files as they are, those in folders in
// alphabetical order, those that a pattern matches.
func expand(paths []string) ([]input, error) {
	var inputs []input
	for _, path := range paths {
		if path == stdinPath {
			inputs = append(inputs, input{path: path, named: true})
			continue
		}
		info, err := os.Stat(path)
		switch {
		case err == nil && info.IsDir():
			found, err := walk(path)
			if err != nil {
				return nil, err
			}
			inputs = append(inputs, found...)
		case err == nil:
			inputs = append(inputs, input{path: path, named: true})
		case errors.Is(err, fs.ErrNotExist) && strings.ContainsAny(path, "*?["):
			matches, globErr := filepath.Glob(path)
			if globErr != nil {
				return nil, fmt.Errorf("%s: %w", path, globErr)
			}
			if len(matches) == 0 {
				return nil, &NoPacketsError{Path: path, Why: "no file matches"}
			}
			slices.Sort(matches)
			found, err := expand(matches)
			if err != nil {
				return nil, err
			}
			inputs = append(inputs, found...)
		default:
			return nil, err
		}
	}
	return inputs, nil
}

// walk gives the files in a folder and in those below it. Hidden files, and
// the ones that stand beside packets, are no packets.
func walk(folder string) ([]input, error) {
	var inputs []input
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		hidden := strings.HasPrefix(entry.Name(), ".") && path != folder
		if entry.IsDir() {
			if hidden {
				return filepath.SkipDir
			}
			return nil
		}
		if !hidden && isPacketName(entry.Name()) {
			inputs = append(inputs, input{path: path})
		}
		return nil
	})
	if err == nil && len(inputs) == 0 {
		err = &NoPacketsError{Path: folder, Why: "the folder has no packets in it"}
	}
	return inputs, err
}

// isPacketName says whether a file in a folder may hold packets, by its name.
func isPacketName(name string) bool {
	if strings.HasSuffix(name, format.HeadersSuffix) || strings.HasPrefix(name, ".") {
		return false
	}
	switch strings.ToLower(filepath.Ext(name)) {
	case ".part", ".md", ".txt", ".csv", ".yaml", ".yml", ".toml", ".png", ".jpg", ".pdf", ".py", ".ipynb", ".log":
		return false
	}
	return true
}
