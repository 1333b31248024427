package cutout

import (
	"bytes"
	"io"
	"os"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/muesli/cancelreader"
	"golang.org/x/term"
)

// What terminals answer to [Detector.Query].
var (
	kittyAnswer   = regexp.MustCompile(`\x1b_G[^;\x1b]*i=31[^;\x1b]*;([^\x1b]*)\x1b\\`)
	versionAnswer = regexp.MustCompile(`\x1bP>\|([^\x1b]*)\x1b\\`)
	cellAnswer    = regexp.MustCompile(`\x1b\[6;(\d{1,5});(\d{1,5})t`)
	attributes    = regexp.MustCompile(`\x1b\[\?([0-9;]*)c`)
)

// Learn takes what a terminal has answered so far, and gives the pixels of a
// cell, zero where it does not tell them.
func (d *Detector) Learn(answer []byte) (cellWidth, cellHeight int) {
	if m := kittyAnswer.FindSubmatch(answer); m != nil {
		d.KittyAnswered(bytes.HasPrefix(m[1], []byte("OK")))
	}
	if m := versionAnswer.FindSubmatch(answer); m != nil {
		d.Version(string(m[1]))
	}
	if m := cellAnswer.FindSubmatch(answer); m != nil {
		cellHeight, _ = strconv.Atoi(string(m[1]))
		cellWidth, _ = strconv.Atoi(string(m[2]))
	}
	if m := attributes.FindSubmatch(answer); m != nil {
		var params []int
		for text := range strings.SplitSeq(string(m[1]), ";") {
			if n, err := strconv.Atoi(text); err == nil {
				params = append(params, n)
			}
		}
		d.DeviceAttributes(params)
	}
	return cellWidth, cellHeight
}

// Ask asks a terminal which graphics it has, for a program that does not read
// it otherwise, and waits so long for what it answers. What cannot be asked has
// none.
func (d *Detector) Ask(in *os.File, out io.Writer, wait time.Duration) (cellWidth, cellHeight int) {
	query := d.Query()
	fd := int(in.Fd())
	if query == "" || !term.IsTerminal(fd) {
		return 0, 0
	}
	before, err := term.MakeRaw(fd)
	if err != nil {
		return 0, 0
	}
	defer term.Restore(fd, before)
	reader, err := cancelreader.NewReader(in)
	if err != nil {
		return 0, 0
	}
	defer reader.Close()
	if _, err := io.WriteString(out, query); err != nil {
		return 0, 0
	}
	late := time.AfterFunc(wait, func() { reader.Cancel() })
	defer late.Stop()
	const most = 4096 // of all answers
	var answer []byte
	for part := make([]byte, 256); len(answer) < most && !d.Done(); {
		n, err := reader.Read(part)
		answer = append(answer, part[:n]...)
		cellWidth, cellHeight = d.Learn(answer)
		if err != nil {
			break
		}
	}
	d.TimedOut()
	return cellWidth, cellHeight
}
