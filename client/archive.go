package client

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/mwvgroup/pgb/client/archive"
	"github.com/mwvgroup/pgb/client/archive/bigquery"
	"github.com/mwvgroup/pgb/client/archive/local"
	"github.com/mwvgroup/pgb/client/registry"
	"github.com/mwvgroup/pgb/client/sandbox"
)

// The names of archives, as in [ArchiveOptions.Name]; anything else is the name
// of a file.
const (
	LocalArchive    = "local"
	BigQueryArchive = "bigquery"
)

// ErrNoArchive says that a lookup has nowhere to look: no project, no sandbox,
// and no local archive yet.
var ErrNoArchive = errors.New("no archive to look in")

// ErrNoBillingProject says that a lookup in BigQuery has no project to be billed
// to. It is an [ErrNoProject].
var ErrNoBillingProject = fmt.Errorf("%w that BigQuery could bill the lookup to", ErrNoProject)

// ArchiveOptions say where lookups look, and what they may cost.
type ArchiveOptions struct {
	// Name is "local", "bigquery" or a file's name. Default: the sandbox's own
	// archive in a sandbox; BigQuery where there is a project; else the local
	// archive, if there is one.
	Name string
	// Path is the file of the local archive. Default: in the platform's folder
	// for data.
	Path string
	// MaxBytes is how much BigQuery may bill for one question, in all; default
	// [bigquery.DefaultMaxBytes].
	MaxBytes int64
	// USDPerTiB is the price of what is billed; default the list price.
	USDPerTiB float64
	// Confirm is asked once where a question would cost more than MaxBytes.
	// Default: it fails with a [*bigquery.TooExpensiveError], nothing spent.
	Confirm func(bigquery.Estimate) bool
	// SandboxDir is the folder that the sandbox's archive is kept in. Default:
	// in the platform's folder for what can be made again.
	SandboxDir string
	// Progress is told how much of the sandbox's archive is made, from 0 to 1.
	Progress func(fraction float64)
}

// Archive opens the archive that the client's options name, to be asked for
// more than [Client.Lookup] and its kin do. It stays open until the client is
// closed.
func (c *Client) Archive(ctx context.Context) (archive.Archive, error) {
	c.archiveMu.Lock()
	defer c.archiveMu.Unlock()
	if c.archive != nil {
		return c.archive, nil
	}
	opened, err := c.openArchive(ctx)
	if err != nil {
		return nil, err
	}
	c.archive = opened
	return opened, nil
}

// AsksBigQuery says whether lookups ask BigQuery, which bills for them, and not
// an archive on this machine. Nothing is opened.
func (c *Client) AsksBigQuery() bool {
	o := c.options.Archive
	return o.Name == BigQueryArchive || o.Name == "" && !c.options.Sandbox && c.options.Project != ""
}

func (c *Client) openArchive(ctx context.Context) (archive.Archive, error) {
	if c.AsksBigQuery() {
		return c.openBigQuery(ctx)
	}
	path, err := c.archivePath(ctx)
	if err != nil {
		return nil, err
	}
	opened, err := local.Open(ctx, local.Options{Path: path, ReadOnly: true, Reader: c.reader, Registry: c.registry})
	if errors.Is(err, local.ErrNotFound) && c.options.Archive.Name == "" {
		return nil, ErrNoArchive
	}
	if err != nil {
		return nil, err
	}
	return opened, nil
}

func (c *Client) openBigQuery(ctx context.Context) (archive.Archive, error) {
	if c.options.Sandbox {
		return nil, errors.New("the sandbox has no BigQuery tables: its archive is local")
	}
	if c.options.Project == "" {
		return nil, ErrNoBillingProject
	}
	o := c.options.Archive
	return bigquery.Open(ctx, bigquery.Options{
		Project: c.options.Project, Registry: c.registry, Reader: c.reader,
		MaxBytes: o.MaxBytes, USDPerTiB: o.USDPerTiB, Confirm: o.Confirm, Notify: c.options.Notify,
	})
}

// archivePath gives the file of the archive on this machine, which may not be
// there yet, whatever lookups ask. The sandbox's is made where it is not.
func (c *Client) archivePath(ctx context.Context) (string, error) {
	o := c.options.Archive
	switch {
	case o.Name != "" && o.Name != LocalArchive && o.Name != BigQueryArchive:
		return filepath.Clean(o.Name), namesFile(o.Name)
	case c.options.Sandbox:
		return sandbox.Archive(ctx, c.registry, sandbox.ArchiveOptions{
			Seed: c.options.SandboxOptions.Seed, Dir: o.SandboxDir, Progress: o.Progress,
		})
	case o.Path != "":
		return o.Path, nil
	}
	return local.DefaultPath(os.Getenv)
}

// namesFile says whether an archive's name can be meant for a file.
func namesFile(name string) error {
	if strings.ContainsAny(name, `./\`) {
		return nil
	}
	if _, err := os.Stat(name); err == nil {
		return nil
	}
	return &registry.UnknownError{
		What: "archive", Name: name, Near: registry.Near(name, []string{LocalArchive, BigQueryArchive}),
		Hint: "local, bigquery, or a file with its ending: night.db",
	}
}

// OpenLocal opens the archive on this machine for writing, and makes it where
// it is not there. Close it in the end.
func (c *Client) OpenLocal(ctx context.Context) (*local.Archive, error) {
	path, err := c.archivePath(ctx)
	if err != nil {
		return nil, err
	}
	opened, err := local.Open(ctx, local.Options{Path: path, Create: true, Reader: c.reader, Registry: c.registry})
	if err != nil && !strings.Contains(err.Error(), path) {
		err = fmt.Errorf("open %s: %w", path, err) // most errors name the file
	}
	if err != nil {
		return nil, err
	}
	return opened, nil
}

// closeArchive ends the use of the archive, if one was opened.
func (c *Client) closeArchive() error {
	c.archiveMu.Lock()
	defer c.archiveMu.Unlock()
	if c.archive == nil {
		return nil
	}
	err := c.archive.Close()
	c.archive = nil
	return err
}
