package screen

import (
	"maps"
	"slices"
	"strconv"

	"github.com/charmbracelet/x/ansi"
)

func itoa(n int) string { return strconv.Itoa(n) }

// Modes of terminals (DECSET) that are named here.
const (
	modeArrows    = 1 // arrow keys are sent as applications want them
	modeWrap      = 7
	modeCursor    = 25
	modePress     = 1000
	modeDrag      = 1002
	modeMotion    = 1003
	modeFocus     = 1004
	modeSGRMouse  = 1006
	modeAltPlain  = 47
	modeAlt       = 1047
	modeSave      = 1048
	modeAltSave   = 1049
	modePaste     = 2004
	modeSync      = 2026
	modeGraphemes = 2027
)

// known says which modes the terminal has.
func (e *emulator) known(mode int) bool {
	switch mode {
	case modeArrows, modeWrap, 12, modeCursor, modeAltPlain, modeAlt, modeSave, modeAltSave, modePress, modeDrag, modeMotion, modeFocus, modeSGRMouse, modePaste:
		return true
	case modeSync:
		return !e.unsynchronised
	case modeGraphemes:
		return e.graphemes
	}
	return false
}

// modeState is what DECRQM is answered.
func (e *emulator) modeState(private bool, mode int) int {
	switch {
	case !private || !e.known(mode):
		return 0
	case e.modes[mode]:
		return 1
	}
	return 2
}

// private obeys sequences with a "?".
func (e *emulator) private(final byte, params ansi.Params) bool {
	switch final {
	case 'h', 'l':
		all := true
		for i := range params {
			all = e.setMode(number(params, i, 0), final == 'h') && all
		}
		return all
	case 'n':
		if number(params, 0, 0) != 6 {
			return false
		}
		e.answer("\x1b[?%d;%dR", e.y+1, e.x+1)
	case 'u':
		if e.keyboard == KittyKeys {
			e.answer("\x1b[?%du", e.kittyFlags())
		}
	case 'W':
		if number(params, 0, 0) != 5 {
			return false
		}
		e.resetTabs()
	case 'J', 'K': // selective: nothing is protected here
		return e.edit(final, params)
	default:
		return false
	}
	return true
}

// setMode sets a mode. Those that a terminal does not have it ignores, and
// programs may set them.
func (e *emulator) setMode(mode int, on bool) bool {
	if !e.known(mode) {
		return mode == modeSync || mode == modeGraphemes
	}
	was := e.modes[mode]
	e.modes[mode] = on
	switch mode {
	case modeAltPlain, modeAlt, modeAltSave:
		e.alternate(mode, on, was)
	case modeSave:
		if on {
			e.save()
		} else {
			e.restore()
		}
	case modePress, modeDrag, modeMotion: // the last one counts
		for _, other := range []int{modePress, modeDrag, modeMotion} {
			e.modes[other] = on && other == mode
		}
	case modeSync:
		e.frozen = nil
		if on {
			e.modes[mode] = false
			shown := e.screen()
			e.frozen = &shown
			e.modes[mode] = true
		}
	}
	return true
}

// alternate changes to the other screen.
func (e *emulator) alternate(mode int, on, was bool) {
	if on == was {
		return
	}
	if on {
		if mode == modeAltSave {
			e.save()
		}
		e.now = e.alt
		if mode == modeAltSave {
			refill(e.alt.rows, e.erased())
		}
		return
	}
	if mode == modeAlt {
		refill(e.alt.rows, e.erased())
	}
	e.now = e.main
	if mode == modeAltSave {
		e.restore()
	}
}

// keyboardMode obeys what says how keys are encoded, and who asks for names.
func (e *emulator) keyboardMode(prefix, final byte, params ansi.Params) bool {
	n := number(params, 0, 0)
	stack := e.stack[e.now]
	switch {
	case prefix == '>' && final == 'u':
		e.stack[e.now] = append(stack[:min(len(stack), 20)], n)
	case prefix == '<' && final == 'u':
		e.stack[e.now] = stack[:max(len(stack)-count(params, 0), 0)]
	case prefix == '=' && final == 'u':
		e.changeFlags(n, number(params, 1, 1))
	case prefix == '>' && final == 'm':
		if n != 4 {
			return false
		}
		e.otherKeys = number(params, 1, 0)
	case prefix == '>' && final == 'c':
		e.answer("\x1b[>41;390;0c")
	case prefix == '>' && final == 'q':
		e.answer("\x1bP>|%s\x1b\\", e.name)
	default:
		return false
	}
	return true
}

func (e *emulator) kittyFlags() int {
	if stack := e.stack[e.now]; len(stack) > 0 {
		return stack[len(stack)-1]
	}
	return 0
}

func (e *emulator) changeFlags(flags, how int) {
	stack := e.stack[e.now]
	if len(stack) == 0 {
		stack = []int{0}
	}
	top := &stack[len(stack)-1]
	switch how {
	case 1:
		*top = flags
	case 2:
		*top |= flags
	case 3:
		*top &^= flags
	}
	e.stack[e.now] = stack
}

// softReset is DECSTR.
func (e *emulator) softReset() {
	e.modes[modeCursor], e.modes[modeArrows], e.insrt, e.keypad = true, false, false, false
	e.top, e.bottom = 0, e.now.height-1
	e.pen = blank
	delete(e.saved, e.now)
}

// changed says what is not as a program found it.
func (e *emulator) changed() []string {
	var all []string
	say := func(is bool, what string) {
		if is {
			all = append(all, what)
		}
	}
	say(e.now == e.alt, "the alternate screen is shown")
	say(!e.modes[modeCursor], "the cursor is hidden")
	say(!e.modes[modeWrap], "long lines are not wrapped")
	say(e.modes[modePress] || e.modes[modeDrag] || e.modes[modeMotion], "the mouse is reported")
	for _, mode := range slices.Sorted(maps.Keys(e.modes)) {
		switch mode {
		case modeWrap, modeCursor, modePress, modeDrag, modeMotion, modeAltPlain, modeAlt, modeAltSave, modeSave:
		default:
			say(e.modes[mode], "mode "+itoa(mode)+" is set")
		}
	}
	say(e.pen != blank, "text is not written in the terminal's own style")
	say(e.top != 0 || e.bottom != e.now.height-1, "only some lines scroll")
	say(e.insrt, "characters are inserted")
	say(e.keypad, "the keypad is an application's")
	say(e.otherKeys != 0, "keys are encoded in another way (modifyOtherKeys)")
	say(len(e.stack[e.main]) > 0, "keys are encoded in another way (Kitty, main screen)")
	say(len(e.stack[e.alt]) > 0, "keys are encoded in another way (Kitty, alternate screen)")
	say(e.shape > 1, "the cursor has another shape")
	for _, n := range slices.Sorted(maps.Keys(e.colours)) {
		say(true, "colour "+itoa(n)+" (OSC) is changed")
	}
	return all
}
