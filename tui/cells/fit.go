package cells

// Text gives a text as the theme may show it: cleaned, and of 7 bits where the
// theme wants that.
func (t Theme) Text(text string) string {
	if t.ASCII {
		return ASCII(text)
	}
	return Clean(text)
}

// Cut gives as much of a text as fits a width, as the theme may show it, with an
// ellipsis where some is missing.
func (t Theme) Cut(text string, width int) string {
	if !t.ASCII {
		return Cut(text, width)
	}
	const dots = "..."
	text = ASCII(text)
	switch {
	case len(text) <= width:
		return text
	case width <= 0:
		return ""
	case width <= len(dots):
		return text[:width]
	}
	return text[:width-len(dots)] + dots
}
