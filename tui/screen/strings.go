package screen

import (
	"encoding/base64"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"github.com/mwvgroup/pgb/tui/cells"
)

// maxImages is how many pictures are remembered.
const maxImages = 1000

// osc obeys an operating system command. data begins with its number.
func (e *emulator) osc(cmd int, data []byte) {
	_, text, _ := strings.Cut(string(data), ";")
	switch cmd {
	case 0, 2:
		e.title = text
	case 1, 7, 22, 133: // the icon, the folder, the pointer and the prompts are not shown
	case 8:
		_, link, _ := strings.Cut(text, ";")
		e.pen.Link = link
	case 9:
		if !strings.HasPrefix(text, "4;") {
			e.miss("OSC 9;%q", text)
		}
	case 10, 11, 12:
		e.colourQuery(cmd, text)
	case 110, 111, 112:
		delete(e.colours, cmd-100)
	case 52:
		e.copyText(text)
	case 1337:
		if !e.iterm {
			e.miss("OSC 1337")
			return
		}
		control, content, _ := strings.Cut(text, ":")
		e.keep("iterm2", control, []byte(content))
	default:
		e.miss("OSC %d", cmd)
	}
}

// colourQuery answers which colour the terminal has, or sets it.
func (e *emulator) colourQuery(cmd int, text string) {
	if text != "?" {
		e.colours[cmd] = text
		return
	}
	colour := e.foreground
	if cmd == 11 {
		colour = e.background
	}
	end := "\x1b\\"
	if e.ended == '\a' {
		end = "\a"
	}
	if set, ok := e.colours[cmd]; ok {
		e.answer("\x1b]%d;%s%s", cmd, set, end)
		return
	}
	r, g, b, _ := colour.Parts()
	e.answer("\x1b]%d;rgb:%02x%02x/%02x%02x/%02x%02x%s", cmd, r, r, g, g, b, b, end)
}

// copyText obeys OSC 52. What was copied is not given to programs that ask.
func (e *emulator) copyText(text string) {
	_, content, _ := strings.Cut(text, ";")
	if content == "?" {
		return
	}
	if plain, err := base64.StdEncoding.DecodeString(content); err == nil {
		e.clipboard = string(plain)
	} else {
		e.miss("OSC 52 without base64")
	}
}

// dcs obeys a device control string.
func (e *emulator) dcs(cmd ansi.Cmd, params ansi.Params, data []byte) {
	switch {
	case cmd.Final() == 'q' && cmd.Intermediate() == 0 && cmd.Prefix() == 0 && e.sixel:
		e.keep("sixel", strings.TrimPrefix(describe(cmd, params), "CSI "), data)
	case cmd.Final() == 'q' && cmd.Intermediate() == '+':
		e.answer("\x1bP0+r\x1b\\") // nothing of terminfo
	case cmd.Final() == 'q' && cmd.Intermediate() == '$':
		e.answer("\x1bP0$r\x1b\\")
	default:
		e.miss("DCS %s", strings.TrimPrefix(describe(cmd, params), "CSI "))
	}
}

// apc obeys an application program command: Kitty's pictures.
func (e *emulator) apc(data []byte) {
	text, graphics := strings.CutPrefix(string(data), "G")
	if !graphics {
		e.miss("APC %q", data)
		return
	}
	control, content, _ := strings.Cut(text, ";")
	keys := map[string]string{}
	for pair := range strings.SplitSeq(control, ",") {
		key, value, _ := strings.Cut(pair, "=")
		keys[key] = value
	}
	if !e.kitty {
		if keys["a"] != "q" { // to ask is right, and a terminal without them is silent
			e.miss("APC G%s", control)
		}
		return
	}
	if keys["a"] != "q" {
		e.keep("kitty", control, []byte(content))
	}
	if keys["m"] != "1" && keys["q"] != "2" && keys["i"] != "" && (keys["q"] != "1" || keys["a"] == "q") {
		e.answer("\x1b_Gi=%s;OK\x1b\\", keys["i"])
	}
}

func (e *emulator) keep(protocol, control string, data []byte) {
	if len(e.images) < maxImages {
		e.images = append(e.images, Image{Protocol: protocol, Control: control, Data: append([]byte(nil), data...), X: e.x, Y: e.y})
	}
}

// ColourOf gives the red, green and blue of a colour as most terminals show
// it; ok is false for a terminal's own.
func ColourOf(c cells.Colour) (red, green, blue uint8, ok bool) {
	if r, g, b, ok := c.Parts(); ok {
		return r, g, b, true
	}
	index, ok := c.Index()
	switch {
	case !ok:
		return 0, 0, 0, false
	case index < 16:
		p := first16[index]
		return uint8(p >> 16), uint8(p >> 8), uint8(p), true
	case index >= 232:
		grey := 8 + 10*(index-232)
		return grey, grey, grey, true
	}
	level := func(n uint8) uint8 {
		if n == 0 {
			return 0
		}
		return 55 + 40*n
	}
	index -= 16
	return level(index / 36), level(index / 6 % 6), level(index % 6), true
}

// first16 are xterm's colours with numbers below 16.
var first16 = [16]uint32{
	0x000000, 0xcd0000, 0x00cd00, 0xcdcd00, 0x0000ee, 0xcd00cd, 0x00cdcd, 0xe5e5e5,
	0x7f7f7f, 0xff0000, 0x00ff00, 0xffff00, 0x5c5cff, 0xff00ff, 0x00ffff, 0xffffff,
}
