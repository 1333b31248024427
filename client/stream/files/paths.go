package files

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/mwvgroup/pgb/client/format"
)

// input is one file to read.
type input struct {
	path string
	// named says that this is the one file the user asked for, rather than one
	// of many: those go on without it.
	named bool
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
			inputs = append(inputs, input{path, len(paths) == 1})
			continue
		}
		_, err := os.Stat(path)
		switch {
		case err == nil:
			found, err := expandOne(path, len(paths) == 1)
			if err != nil {
				return nil, err
			}
			inputs = append(inputs, found...)
		case errors.Is(err, fs.ErrNotExist) && strings.ContainsAny(path, "*?["):
			found, err := expandPattern(path)
			if err != nil {
				return nil, err
			}
			inputs = append(inputs, found...)
		default:
			return nil, &FileError{path, withoutPath(err)}
		}
	}
	return inputs, nil
}

func expandOne(path string, named bool) ([]input, error) {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return walk(path)
	}
	return []input{{path, named}}, nil
}

func expandPattern(pattern string) ([]input, error) {
	matches, err := filepath.Glob(pattern)
	if len(matches) == 0 && !strings.ContainsAny(pattern, "*?") {
		return nil, &FileError{pattern, syscall.ENOENT} // brackets stand in names, too
	}
	if err != nil {
		return nil, &FileError{pattern, err}
	}
	if len(matches) == 0 {
		return nil, &NoPacketsError{Path: pattern, Why: "no file matches"}
	}
	slices.Sort(matches)
	var inputs []input
	for _, match := range matches {
		if strings.HasSuffix(match, format.HeadersSuffix) {
			continue
		}
		found, err := expandOne(match, false)
		var none *NoPacketsError
		if err != nil && (len(matches) == 1 || !errors.As(err, &none)) {
			return nil, err
		}
		inputs = append(inputs, found...)
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
		if !hidden && isPacketName(entry.Name()) && isFile(path, entry) {
			inputs = append(inputs, input{path: path})
		}
		return nil
	})
	if err == nil && len(inputs) == 0 {
		err = &NoPacketsError{Path: folder, Why: "the folder has no packets in it"}
	}
	return inputs, err
}

// isFile says whether an entry of a folder is a file or a link to one: a pipe
// or a device in a folder would be waited for without end.
func isFile(path string, entry fs.DirEntry) bool {
	if entry.Type()&fs.ModeSymlink == 0 {
		return entry.Type().IsRegular()
	}
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// otherEndings are the endings of files that lie beside packets.
var otherEndings = map[string]bool{
	".part": true, ".md": true, ".txt": true, ".csv": true, ".yaml": true, ".yml": true, ".toml": true, ".png": true,
	".jpg": true, ".pdf": true, ".py": true, ".ipynb": true, ".log": true, ".fits": true, ".parquet": true, ".arrow": true,
	".arrows": true, ".feather": true, ".ipc": true, ".db": true, ".sqlite": true,
}

// isPacketName says whether a file in a folder may hold packets, by its name.
func isPacketName(name string) bool {
	return !strings.HasSuffix(name, format.HeadersSuffix) && !strings.HasPrefix(name, ".") &&
		!otherEndings[strings.ToLower(filepath.Ext(name))]
}
