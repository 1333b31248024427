// Package cutout shows the stamp images of an alert: in cells of text, or as
// pictures where a terminal has them.
//
//   - [View] shows stamps side by side, as a part of the viewer.
//   - [FullScreen] and [Showing] show them on the whole screen.
//   - [Detector] finds out which graphics a terminal has.
//
// What a stamp is, and how its values become shades, is in package stamp.
package cutout

import (
	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/alert/stamp"
)

// Stamp is a small image of the sky around an alert.
type Stamp = stamp.Stamp

// Look says how stamps are drawn.
type Look = stamp.Look

// Decode reads a cutout: the first image of its file.
func Decode(c alert.Cutout) (Stamp, error) { return stamp.Decode(c) }
