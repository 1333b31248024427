// Package emulator runs the BigQuery emulator in this process with the broker's
// tables in it, for tests. It is a module of its own, so that who uses the client
// never downloads the emulator.
package emulator

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/goccy/bigquery-emulator/server"
	"github.com/goccy/bigquery-emulator/types"
	api "google.golang.org/api/bigquery/v2"
	"google.golang.org/api/option"

	"github.com/mwvgroup/pgb/client/registry"
)

// Server is a running emulator.
type Server struct {
	// Address is where it answers: "http://127.0.0.1:41325".
	Address string

	server *server.Server
	folder string
	done   chan error
}

// Start runs an emulator on a free port of the loopback address. It has a
// project that pays, and the tables of a fill in their own projects.
func Start(ctx context.Context, payer string, f *Fill) (*Server, error) {
	folder, err := os.MkdirTemp("", "pgb-emulator-")
	if err != nil {
		return nil, err
	}
	s := &Server{folder: folder, done: make(chan error, 1)}
	// The emulator's own names for storage in memory are shared by all servers
	// of a process.
	storage := server.Storage("file:" + filepath.Join(folder, "tables.db") + "?cache=shared")
	if s.server, err = server.New(storage); err != nil {
		_ = os.RemoveAll(folder)
		return nil, fmt.Errorf("start the emulator: %w", err)
	}
	projects := append(f.projects(), &types.Project{ID: payer})
	if err := s.server.Load(server.StructSource(projects...)); err != nil {
		_ = s.server.Close()
		_ = os.RemoveAll(folder)
		return nil, fmt.Errorf("fill the emulator: %w", err)
	}
	bound := make(chan string, 1)
	s.server.SetListenCallback(func(http, _ string) { bound <- "http://" + http })
	go func() { s.done <- s.server.Serve(context.Background(), "127.0.0.1:0", "127.0.0.1:0") }()
	select {
	case s.Address = <-bound:
	case err := <-s.done:
		s.done <- err
		_ = s.Close()
		return nil, fmt.Errorf("start the emulator: %w", err)
	}
	if err := s.describe(ctx, f); err != nil {
		_ = s.Close()
		return nil, err
	}
	return s, nil
}

// describe tells the emulator how the tables are partitioned and clustered. It
// keeps that as metadata, and reads no less for it.
func (s *Server) describe(ctx context.Context, f *Fill) error {
	service, err := api.NewService(ctx, option.WithEndpoint(s.Address+"/bigquery/v2/"), option.WithoutAuthentication())
	if err != nil {
		return err
	}
	for _, t := range f.tables {
		about := &api.Table{Description: t.Doc}
		if t.Partition != "" {
			about.TimePartitioning = &api.TimePartitioning{Type: "DAY", Field: t.Partition}
		}
		if len(t.Cluster) > 0 {
			about.Clustering = &api.Clustering{Fields: t.Cluster}
		}
		for _, id := range t.names() {
			if _, err := service.Tables.Patch(t.Project, t.Dataset, id, about).Context(ctx).Do(); err != nil {
				return fmt.Errorf("describe table %s: %w", id, err)
			}
		}
	}
	return nil
}

// Close ends the emulator and removes what it stored.
func (s *Server) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	err := s.server.Stop(ctx)
	<-s.done
	if gone := os.RemoveAll(s.folder); err == nil {
		err = gone
	}
	return err
}

// typeOf gives the emulator's form of a column.
func typeOf(c *registry.TableColumn) *types.Column {
	mode := types.NullableMode
	switch c.Mode {
	case registry.ModeRequired:
		mode = types.RequiredMode
	case registry.ModeRepeated:
		mode = types.RepeatedMode
	}
	kind := types.Type(c.Type)
	if kind == types.FLOAT {
		kind = types.FLOAT64 // the emulator's FLOAT has 32 bits, BigQuery's 64
	}
	column := &types.Column{Name: c.Name, Type: kind, Mode: mode}
	for i := range c.Fields {
		inner := c.Fields[i]
		if inner.Mode == registry.ModeRequired {
			inner.Mode = "" // the emulator knows it of whole columns alone
		}
		column.Fields = append(column.Fields, typeOf(&inner))
	}
	return column
}
