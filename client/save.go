package client

import (
	"context"
	"time"

	"github.com/mwvgroup/pgb/client/archive"
	"github.com/mwvgroup/pgb/client/archive/local"
	"github.com/mwvgroup/pgb/client/stream"
)

// StoredOptions describe messages that were saved into the archive on this
// machine.
type StoredOptions struct {
	// Survey keeps one survey; empty keeps all.
	Survey string
	// Since and Until bound the observation (mjd); zero does not.
	Since, Until time.Time

	Selection
}

// Stored describes the messages of the archive on this machine as a stream, as
// they were saved: to write them into files, or to run through them again.
func (c *Client) Stored(o StoredOptions) (*Stream, error) {
	topics, err := c.reader.TopicsAs(o.Survey)
	if err != nil {
		return nil, err
	}
	s, err := c.describe(topics, o.Selection)
	if err != nil {
		return nil, err
	}
	s.selection.KeepDuplicates = true // the archive has each message once
	s.open = func(ctx context.Context) (stream.Source, error) {
		path, err := c.archivePath(ctx)
		if err != nil {
			return nil, err
		}
		from, err := local.Open(ctx, local.Options{Path: path, ReadOnly: true, Reader: c.reader, Registry: c.registry})
		if err != nil {
			return nil, err
		}
		source := from.Source(archive.Query{Survey: o.Survey, Since: o.Since, Until: o.Until})
		return &storedSource{Source: source, archive: from}, nil
	}
	return s, nil
}

// storedSource closes the archive behind a source.
type storedSource struct {
	stream.Source
	archive *local.Archive
}

// Close closes the source and its archive.
func (s *storedSource) Close(ctx context.Context) error {
	err := s.Source.Close(ctx)
	if closed := s.archive.Close(); err == nil {
		err = closed
	}
	return err
}
