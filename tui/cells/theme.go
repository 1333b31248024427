package cells

// Theme says how the viewer's parts look on a terminal. The zero Theme suits a
// dark background.
type Theme struct {
	Light bool // the background is light
	// ASCII draws with characters of 7 bits only.
	ASCII bool
	// Plain means that there are no colours: what they say has to be said by
	// bold, reverse or a mark as well.
	Plain bool
	// TrueColour means that any colour can be shown, not 256 only.
	TrueColour bool
}

func (t Theme) pick(dark, light uint8) Colour {
	if t.Light {
		return ANSI(light)
	}
	return ANSI(dark)
}

// Title is for headings.
func (t Theme) Title() Style { return Style{Bold: true} }

// Faint is for what is less important.
func (t Theme) Faint() Style {
	if t.Plain {
		return Style{Faint: true}
	}
	return Style{Fg: t.pick(245, 242)}
}

// Accent is for what is active: the part that has the keys.
func (t Theme) Accent() Style { return Style{Fg: t.pick(75, 25), Bold: true} }

// Border is for lines between parts.
func (t Theme) Border() Style { return Style{Fg: t.pick(240, 250)} }

// Selected is for the line that is selected.
func (t Theme) Selected() Style {
	if t.Plain {
		return Style{Reverse: true}
	}
	return Style{Fg: t.pick(255, 16), Bg: t.pick(24, 153)}
}

// Bar is for the status bar.
func (t Theme) Bar() Style {
	if t.Plain {
		return Style{Reverse: true}
	}
	return Style{Fg: t.pick(252, 236), Bg: t.pick(236, 253)}
}

// Key is for the names of keys.
func (t Theme) Key() Style { return Style{Fg: t.pick(179, 94), Bold: true} }

// Error is for what went wrong.
func (t Theme) Error() Style { return Style{Fg: t.pick(210, 124), Bold: true} }

// Warning is for what should be seen: drops, simulated data, a pause.
func (t Theme) Warning() Style { return Style{Fg: t.pick(215, 130), Bold: true} }

// Good is for what went well.
func (t Theme) Good() Style { return Style{Fg: t.pick(114, 28)} }

// Marked is for objects on the watch list.
func (t Theme) Marked() Style { return Style{Fg: t.pick(219, 126), Bold: true} }
