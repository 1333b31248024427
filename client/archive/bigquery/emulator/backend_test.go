package emulator

import (
	"bufio"
	"bytes"
	"context"
	"encoding/gob"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"

	"github.com/mwvgroup/pgb/client/alert"
)

// backendVariable makes the test's program a backend: it runs an emulator until
// its standard input ends.
const backendVariable = "PGB_EMULATOR_BACKEND"

// cargo is what the tables of a backend are filled with.
type cargo struct {
	Messages []sent
	Drawn    int // rows of the table of random rows, in the place of messages
}

// sent is a message on its way to another process.
type sent struct {
	ID, Topic   string
	As          string
	Headers     []alert.Header
	Body        []byte
	PublishTime time.Time
}

func cargoOf(messages []*alert.Message) cargo {
	var c cargo
	for _, m := range messages {
		c.Messages = append(c.Messages, sent{m.ID, m.Topic, m.As, m.Headers, m.Body, m.PublishTime})
	}
	return c
}

func (c cargo) fill() (*Fill, error) {
	if c.Drawn > 0 {
		f, _ := drawn(c.Drawn)
		return f, nil
	}
	var messages []*alert.Message
	for _, s := range c.Messages {
		messages = append(messages, &alert.Message{ID: s.ID, Topic: s.Topic, As: s.As, Headers: s.Headers, Body: s.Body, PublishTime: s.PublishTime})
	}
	f, err := filledWith(messages)
	if err != nil {
		return nil, err
	}
	return f.Trim(), nil
}

// serveBackend is the program of a backend: it reads its cargo, tells its
// address, and serves until there is no more to read.
func serveBackend(in io.Reader, out io.Writer) error {
	from := bufio.NewReader(in)
	var c cargo
	if err := gob.NewDecoder(from).Decode(&c); err != nil {
		return fmt.Errorf("read what the tables hold: %w", err)
	}
	f, err := c.fill()
	if err != nil {
		return err
	}
	s, err := Start(context.Background(), payer, f)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintln(out, s.Address); err != nil {
		return err
	}
	_, _ = io.Copy(io.Discard, from)
	return s.Close()
}

// backend is an emulator in a process of its own.
type backend struct {
	address string
	command *exec.Cmd
	in      io.Closer
	said    *tail
	taken   int             // statements
	open    map[string]bool // jobs whose answers have not been read to their end
	ended   bool
}

// startBackend runs this program once more, as a backend.
func startBackend(load []byte) (*backend, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, err
	}
	b := &backend{command: exec.Command(program), said: &tail{}, open: map[string]bool{}}
	b.command.Env = append(os.Environ(), backendVariable+"=1")
	b.command.Stderr = b.said
	in, err := b.command.StdinPipe()
	if err != nil {
		return nil, err
	}
	b.in = in
	out, err := b.command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := b.command.Start(); err != nil {
		return nil, err
	}
	if _, err := in.Write(load); err == nil {
		b.address, err = bufio.NewReader(out).ReadString('\n')
		b.address = strings.TrimSpace(b.address)
	}
	if b.address == "" {
		b.end()
		return nil, fmt.Errorf("an emulator does not start: %s", b.said)
	}
	return b, nil
}

// end ends the process, by force where it does not end by itself.
func (b *backend) end() {
	if b.ended {
		return
	}
	b.ended = true
	_ = b.in.Close()
	late := time.AfterFunc(15*time.Second, func() { _ = b.command.Process.Kill() })
	_ = b.command.Wait()
	late.Stop()
}

// tail keeps the end of what is written.
type tail struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (t *tail) Write(p []byte) (int, error) {
	const most = 1 << 16
	t.mu.Lock()
	defer t.mu.Unlock()
	t.text.Write(p)
	if over := t.text.Len() - most; over > 0 {
		t.text.Next(over)
	}
	return len(p), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.text.String()
}
