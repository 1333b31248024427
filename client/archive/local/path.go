package local

import (
	"errors"
	"path/filepath"
	"runtime"
)

// fileName is the default archive's name.
const fileName = "archive.db"

// DefaultPath gives the place of the archive where none is named: in the
// platform's folder for a program's data. getenv gives environment variables, as
// os.Getenv does.
func DefaultPath(getenv func(string) string) (string, error) {
	return defaultPath(runtime.GOOS, getenv)
}

func defaultPath(system string, getenv func(string) string) (string, error) {
	home := getenv("HOME")
	switch system {
	case "windows":
		if dir := getenv("LocalAppData"); dir != "" {
			return filepath.Join(dir, "pgb", fileName), nil
		}
		return "", &PlaceError{Err: errors.New("no place for an archive: %LocalAppData% is not set")}
	case "darwin", "ios":
		if home != "" {
			return filepath.Join(home, "Library", "Application Support", "pgb", fileName), nil
		}
	default:
		if dir := getenv("XDG_DATA_HOME"); filepath.IsAbs(dir) {
			return filepath.Join(dir, "pgb", fileName), nil
		}
		if home != "" {
			return filepath.Join(home, ".local", "share", "pgb", fileName), nil
		}
	}
	return "", &PlaceError{Err: errors.New("no place for an archive: $HOME is not set")}
}
