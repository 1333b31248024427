package main

import (
	"context"
	"errors"
	"syscall"

	"github.com/mwvgroup/pgb/client/archive/local"
	"github.com/mwvgroup/pgb/client/sandbox"
	"github.com/mwvgroup/pgb/cmd/internal/config"
)

// placeHints name other places for files that can't be made where they belong.
var placeHints = []func(error) []string{
	about(func(e *sandbox.ArchiveError) []string {
		return elsewhere(e, "PGB_SANDBOX_DIR=FOLDER names another place for the sandbox's archive")
	}),
	about(func(e *local.PlaceError) []string {
		return elsewhere(e, "--archive FILE names another place")
	}),
	about(func(e *config.PlaceError) []string {
		return elsewhere(e, e.Setting+" names another place; pgb doctor looks at all of them")
	}),
}

// elsewhere gives the hint where it is the place that is wrong, and not that it is
// full or that nobody wants to wait.
func elsewhere(err error, hint string) []string {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, local.ErrFull) || errors.Is(err, context.Canceled) {
		return nil
	}
	return []string{hint}
}
