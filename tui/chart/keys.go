package chart

import (
	"github.com/mwvgroup/pgb/client/alert/lightcurve"
	"github.com/mwvgroup/pgb/tui/keys"
)

// How far a key press zooms and moves.
const (
	zoomStep = 1.4
	panStep  = 0.1
)

// Keys says what the keys do.
func (c *Chart) Keys() []keys.Binding {
	return []keys.Binding{
		{Keys: []string{"left", "h"}, Does: "point before", Do: func() { c.Step(-1) }},
		{Keys: []string{"right", "l"}, Does: "next point", Do: func() { c.Step(1) }},
		{Keys: []string{"+", "="}, Does: "zoom in", Do: func() { c.Zoom(1 / zoomStep) }},
		{Keys: []string{"-", "_"}, Does: "zoom out", Do: func() { c.Zoom(zoomStep) }},
		{Keys: []string{"shift+left", "H"}, Does: "move to earlier times", Do: func() { c.Pan(-panStep, 0) }},
		{Keys: []string{"shift+right", "L"}, Does: "move to later times", Do: func() { c.Pan(panStep, 0) }},
		{Keys: []string{"shift+up", "K"}, Does: "move up", Do: func() { c.Pan(0, panStep) }},
		{Keys: []string{"shift+down", "J"}, Does: "move down", Do: func() { c.Pan(0, -panStep) }},
		{Keys: []string{"0"}, Does: "all of the light curve, no point", Do: func() { c.Whole(); c.Unchoose() }},
		{Keys: []string{"f"}, Does: "flux or magnitude", Do: c.SwitchFlux},
		{Keys: []string{"t"}, Does: "total, with the reference, or difference", Do: c.SwitchTotal},
	}
}

// SwitchFlux changes from magnitudes to fluxes, or back.
func (c *Chart) SwitchFlux() {
	c.SetQuantity([...]lightcurve.Quantity{
		lightcurve.Magnitude: lightcurve.Flux, lightcurve.Flux: lightcurve.Magnitude,
		lightcurve.TotalMagnitude: lightcurve.TotalFlux, lightcurve.TotalFlux: lightcurve.TotalMagnitude,
	}[c.quantity])
}

// SwitchTotal changes from the difference to the total of source and reference,
// or back.
func (c *Chart) SwitchTotal() {
	c.SetQuantity([...]lightcurve.Quantity{
		lightcurve.Magnitude: lightcurve.TotalMagnitude, lightcurve.TotalMagnitude: lightcurve.Magnitude,
		lightcurve.Flux: lightcurve.TotalFlux, lightcurve.TotalFlux: lightcurve.Flux,
	}[c.quantity])
}
