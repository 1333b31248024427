package sandbox

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"strings"
	"time"

	"github.com/mwvgroup/pgb/client/archive/local"
	"github.com/mwvgroup/pgb/client/registry"
)

const (
	archivePrefix = "sandbox-"
	archiveSuffix = ".db"
	module        = "github.com/mwvgroup/pgb"
)

// archiveName gives the name of the file of a seed: sandbox-1-0123456789ab.db.
// Its last part changes with the program and with the registry.
func archiveName(reg *registry.Registry, seed uint64) (string, error) {
	hash := sha256.New()
	if _, err := fmt.Fprintln(hash, program()); err != nil {
		return "", err
	}
	if err := json.NewEncoder(hash).Encode(reg); err != nil {
		return "", fmt.Errorf("name the sandbox's archive: %w", err)
	}
	return fmt.Sprintf("%s%d-%s%s", archivePrefix, seed, hex.EncodeToString(hash.Sum(nil)[:6]), archiveSuffix), nil
}

// program names this build of the program: the module's version, and the file
// where that does not tell.
func program() string {
	version := ""
	if build, ok := debug.ReadBuildInfo(); ok {
		if build.Main.Path == module {
			version = build.Main.Version
		}
		for _, d := range build.Deps {
			if d.Path == module && d.Replace == nil {
				version = d.Version
			}
		}
	}
	if version != "" && version != "(devel)" && !strings.HasSuffix(version, "+dirty") {
		return version
	}
	file, err := os.Executable()
	if err != nil {
		return version
	}
	at, err := os.Stat(file)
	if err != nil {
		return version
	}
	return fmt.Sprint(version, at.Size(), at.ModTime().UnixNano())
}

// otherArchive is the name of an archive of any program.
var otherArchive = regexp.MustCompile(`^` + archivePrefix + `[0-9]+-([0-9a-f]{12})\` + archiveSuffix + `$`)

// replace removes archives of other programs and registries than that of a name:
// nothing asks for them again once that program has taken their place. One that
// was asked for a moment ago, or is open, stays.
func replace(dir, name string, now time.Time) error {
	own := otherArchive.FindStringSubmatch(name)
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		found := otherArchive.FindStringSubmatch(e.Name())
		if found == nil || own == nil || found[1] == own[1] || !e.Type().IsRegular() {
			continue
		}
		if at, err := e.Info(); err != nil || now.Sub(at.ModTime()) <= staleAfter {
			continue
		}
		// What is in use or can't be removed is looked at again the next time.
		_ = local.Discard(filepath.Join(dir, e.Name()))
	}
	return nil
}

// sweep removes what earlier programs left in the folder of archives: files that
// were being made when they were killed, and archives that nobody asked for in a
// long time.
func sweep(dir string, now time.Time) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		name, after := e.Name(), expireAfter
		switch {
		case e.IsDir() && strings.HasPrefix(name, archivePrefix+"new-"):
			after = staleAfter
		case e.IsDir() || !strings.HasPrefix(name, archivePrefix) || !strings.HasSuffix(name, archiveSuffix):
			continue
		}
		at, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) || err == nil && now.Sub(at.ModTime()) <= after {
			continue
		}
		if err != nil {
			return err
		}
		for _, log := range []string{"", "-wal", "-shm"} {
			if err := os.RemoveAll(filepath.Join(dir, name+log)); err != nil {
				return err
			}
		}
	}
	return nil
}
