package format

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// openPlace opens where an output's bytes go. resumed says that the file holds
// an earlier part, whose torn tail torn has found and openPlace has cut off.
func openPlace(o Options, torn func(*os.File) (whole int64, err error)) (p place, resumed bool, err error) {
	if o.Path == "" {
		return place{Writer: o.Writer}, false, nil
	}
	if o.Append {
		return openAppend(o.Path, torn)
	}
	if info, err := os.Stat(o.Path); err == nil && !o.Force && info.Mode().IsRegular() {
		return place{}, false, fmt.Errorf("%s: %w", o.Path, ErrExists)
	}
	if o.Finite && !isDevice(o.Path) {
		file, err := os.CreateTemp(filepath.Dir(o.Path), "."+filepath.Base(o.Path)+".part-*")
		if err != nil {
			return place{}, false, placeError(o.Path, err)
		}
		return place{Writer: file, file: file, final: o.Path, removable: true}, false, nil
	}
	file, err := os.OpenFile(o.Path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o644)
	if err != nil {
		return place{}, false, placeError(o.Path, err)
	}
	return place{Writer: file, file: file}, false, nil
}

// openAppend opens a file to go on in it, without its torn tail.
func openAppend(path string, torn func(*os.File) (int64, error)) (p place, resumed bool, err error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return place{}, false, placeError(path, err)
	}
	whole, err := torn(file)
	if err == nil {
		err = file.Truncate(whole)
	}
	if err == nil {
		_, err = file.Seek(whole, io.SeekStart)
	}
	if err != nil {
		return place{}, false, errors.Join(placeError(path, err), file.Close())
	}
	return place{Writer: file, file: file}, whole > 0, nil
}

// placeError leaves out the name that a file error repeats.
func placeError(path string, err error) error {
	var pathErr *fs.PathError
	if errors.As(err, &pathErr) {
		err = pathErr.Err
	}
	return fmt.Errorf("%s: %w", path, err)
}

// isDevice says whether a path is something other than a file: writing beside
// it and renaming would replace it.
func isDevice(path string) bool {
	info, err := os.Stat(path)
	return err == nil && !info.Mode().IsRegular()
}

// tornLine gives the length of a file of lines up to the end of its last whole
// line.
func tornLine(file *os.File) (whole int64, err error) {
	size, err := file.Seek(0, io.SeekEnd)
	if err != nil {
		return 0, err
	}
	block := make([]byte, 1<<16)
	for end := size; end > 0; {
		start := max(0, end-int64(len(block)))
		part := block[:end-start]
		if _, err := file.ReadAt(part, start); err != nil {
			return 0, err
		}
		if i := bytes.LastIndexByte(part, '\n'); i >= 0 {
			return start + int64(i) + 1, nil
		}
		end = start
	}
	return 0, nil
}

// sync puts what was written on the disk, where there is one.
func (p *place) sync() error {
	if p.file == nil {
		return nil
	}
	if err := p.file.Sync(); err != nil && !notSyncable(err) {
		return err
	}
	return nil
}

// notSyncable says whether an error of Sync means that the file is a device or
// a pipe, which has nothing to sync.
func notSyncable(err error) bool {
	return errors.Is(err, errNotSyncable) || errors.Is(err, fs.ErrInvalid)
}

// finish closes the file under its final name.
func (p *place) finish() error {
	if p.file == nil {
		return nil
	}
	err := p.sync()
	if closeErr := p.file.Close(); err == nil {
		err = closeErr
	}
	if err == nil && p.final != "" {
		if err = os.Chmod(p.file.Name(), 0o644); err == nil {
			err = os.Rename(p.file.Name(), p.final)
		}
	}
	if err != nil && p.removable {
		err = errors.Join(err, os.Remove(p.file.Name()))
	}
	return err
}

// abandon closes the file as it is; a finite one is removed.
func (p *place) abandon() error {
	if p.file == nil {
		return nil
	}
	err := p.file.Close()
	if p.removable {
		err = errors.Join(err, os.Remove(p.file.Name()))
	}
	return err
}

// syncFolder puts the names in a folder on the disk. Where folders can't be
// synced there is nothing to do.
func syncFolder(path string) error {
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	err = folder.Sync()
	closeErr := folder.Close()
	if err != nil && !notSyncable(err) && !errors.Is(err, fs.ErrPermission) {
		return err
	}
	return closeErr
}
