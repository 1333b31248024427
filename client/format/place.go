package format

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
)

// place is where an output's bytes go: a writer, or a file.
type place struct {
	to    io.Writer
	file  *os.File   // nil for a writer that is not ours
	path  string     // of the file, as it was named
	final string     // the name that a finite file takes at the end
	parts *numbering // names it then, where it is one of several parts
	plain bool       // the file is neither a device nor a pipe
	ours  bool       // the file was not there before
	size  int64      // bytes in the file
	kept  int64      // of them, those that are there for good
}

// openPlace opens where an output's bytes go. resumed says that the file holds
// an earlier part, whose torn tail torn has found and openPlace has cut off.
func openPlace(o Options, torn func(io.ReadWriteSeeker) (whole int64, err error)) (p *place, resumed bool, err error) {
	if o.Path == "" {
		return &place{to: o.Writer}, false, nil
	}
	info, err := os.Stat(o.Path)
	switch {
	case err == nil && !info.Mode().IsRegular():
		file, err := os.OpenFile(o.Path, os.O_WRONLY, 0)
		if err != nil {
			return nil, false, placeError(o.Path, err)
		}
		return &place{to: file, file: file, path: o.Path}, false, nil
	case o.Append:
		return openAppend(o.Path, torn)
	case err == nil && !o.Force:
		return nil, false, fmt.Errorf("%s: %w", o.Path, ErrExists)
	case o.Finite:
		if p, err = openBeside(o.Path, info); err == nil {
			p.parts = o.parts
		}
	default:
		p, err = openNew(o.Path, o.Force)
	}
	return p, false, err
}

// openNew opens a file that grows under its own name.
func openNew(path string, force bool) (*place, error) {
	_, err := os.Stat(path)
	ours, how := errors.Is(err, fs.ErrNotExist), os.O_EXCL
	if force {
		how = os.O_TRUNC
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|how, 0o666)
	if errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("%s: %w", path, ErrExists)
	}
	if err != nil {
		return nil, placeError(path, err)
	}
	if err := syncFolder(filepath.Dir(path)); err != nil {
		return nil, errors.Join(placeError(path, err), file.Close())
	}
	return &place{to: file, file: file, path: path, plain: true, ours: ours}, nil
}

// openBeside opens a file that takes its name when it is finished. old is the
// file that it replaces, or nil.
func openBeside(path string, old fs.FileInfo) (*place, error) {
	final := path
	if old != nil {
		// A link goes on pointing to the file, which is the one replaced.
		if target, err := filepath.EvalSymlinks(path); err == nil {
			final = target
		}
	}
	for range 100 {
		name := filepath.Join(filepath.Dir(final), fmt.Sprintf(".%s.part-%08x", filepath.Base(final), rand.Uint32()))
		file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err == nil && old != nil {
			err = os.Chmod(name, old.Mode().Perm())
		}
		if err != nil {
			return nil, placeError(path, err)
		}
		return &place{to: file, file: file, path: path, final: final, plain: true}, nil
	}
	return nil, fmt.Errorf("%s: no name is free for its parts", path)
}

// maxTail bounds a torn tail, in bytes: what a killed run was just writing. More
// than that is not cut off.
const maxTail = 64 << 20

// openAppend opens a file to go on in it, without its torn tail.
func openAppend(path string, torn func(io.ReadWriteSeeker) (int64, error)) (p *place, resumed bool, err error) {
	_, err = os.Stat(path)
	ours := errors.Is(err, fs.ErrNotExist)
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o666)
	if err != nil {
		return nil, false, placeError(path, err)
	}
	p = &place{to: file, file: file, path: path, plain: true, ours: ours}
	whole, err := torn(p)
	if info, statErr := file.Stat(); err == nil && statErr == nil && info.Size()-whole > maxTail {
		err = fmt.Errorf("%w: it is damaged at byte %d, far from its end", ErrOtherContent, whole)
	}
	if err == nil {
		err = file.Truncate(whole)
	}
	if err == nil {
		_, err = file.Seek(whole, io.SeekStart)
	}
	if err == nil {
		err = syncFolder(filepath.Dir(path))
	}
	if err != nil {
		return nil, false, errors.Join(placeError(path, err), file.Close())
	}
	p.size, p.kept = whole, whole
	return p, whole > 0, nil
}

// Write writes, and names the file in an error as the user knows it.
func (p *place) Write(text []byte) (int, error) {
	n, err := p.to.Write(text)
	p.size += int64(n)
	if err != nil && p.file != nil {
		err = placeError(p.path, err)
	}
	return n, err
}

// WriteAt writes over what was written, in a file.
func (p *place) WriteAt(text []byte, at int64) (int, error) {
	n, err := p.file.WriteAt(text, at)
	if err != nil {
		err = placeError(p.path, err)
	}
	return n, err
}

// Read reads what an earlier run wrote.
func (p *place) Read(into []byte) (int, error) { return p.file.Read(into) }

// Seek moves in what an earlier run wrote.
func (p *place) Seek(offset int64, whence int) (int64, error) { return p.file.Seek(offset, whence) }

// placeError leaves out the name that a file error repeats.
func placeError(path string, err error) error {
	var pathErr *fs.PathError
	if errors.As(err, &pathErr) {
		err = pathErr.Err
	}
	return fmt.Errorf("%s: %w", path, err)
}

// keep makes sure that all that was written is there for good. A finite file
// counts when it has its name.
func (p *place) keep() error {
	if p.final == "" {
		if err := p.sync(); err != nil {
			return err
		}
	}
	p.kept = p.size
	return nil
}

// sync puts what was written on the disk, where there is one.
func (p *place) sync() error {
	if p.file == nil {
		return nil
	}
	if err := p.file.Sync(); err != nil && !notSyncable(err) {
		return placeError(p.path, err)
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
	if closeErr := p.file.Close(); err == nil && closeErr != nil {
		err = placeError(p.path, closeErr)
	}
	if p.final == "" {
		return err
	}
	if err == nil && p.parts != nil {
		if err = p.parts.take(p.file.Name()); err == nil {
			return syncFolder(filepath.Dir(p.final))
		}
		err = placeError(p.path, err)
	} else if err == nil {
		if err = os.Rename(p.file.Name(), p.final); err == nil {
			return syncFolder(filepath.Dir(p.final))
		}
		err = fmt.Errorf("%s: %w", p.path, errors.Unwrap(err))
	}
	return errors.Join(err, os.Remove(p.file.Name()))
}

// abandon closes the file without what came after the last keep. A finite one
// is removed, and so is one that was made for nothing.
func (p *place) abandon() error {
	if p.file == nil {
		return nil
	}
	var err error
	if p.final == "" && p.plain && p.size > p.kept {
		err = p.file.Truncate(p.kept)
	}
	err = errors.Join(err, p.file.Close())
	if p.final != "" || p.ours && p.kept == 0 {
		err = errors.Join(err, os.Remove(p.file.Name()))
	}
	return err
}

// syncFolder puts the names in a folder on the disk. Where folders can't be
// synced there is nothing to do.
func syncFolder(path string) error {
	folder, err := os.Open(path)
	if errors.Is(err, fs.ErrPermission) {
		return nil // it may be written and not read
	}
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
