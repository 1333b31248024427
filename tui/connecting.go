package tui

import (
	"strings"

	"github.com/mwvgroup/pgb/tui/status"
)

// hearOfConnection takes from a notice whether the stream is there.
func (v *viewer) hearOfConnection(line string) {
	if v.lostIt = strings.HasPrefix(line, Lost); v.lostIt && v.session != nil {
		v.session.intake.isGoing.Store(false)
	}
}

// connection is what a stream of a service does while it is read.
func (v *viewer) connection(s *session) status.State {
	switch {
	case v.lostIt && !s.intake.isGoing.Load():
		return status.Reconnecting
	case !s.intake.isOpen.Load():
		return status.Connecting
	}
	return status.Running
}
