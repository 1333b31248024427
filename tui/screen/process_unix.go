//go:build unix

package screen

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"
	"golang.org/x/term"
)

// Process is a command that runs on a terminal of its own.
type Process struct {
	*Terminal
	cmd *exec.Cmd
	// pty is the terminal's side, tty the command's.
	pty, tty *os.File
	before   *term.State
	shut     sync.Mutex // of tty, and of after
	after    *term.State
	read     chan struct{} // closed when all that was written is read
	done     chan struct{} // closed when the command has ended and read is
	code     int
}

// own are variables that speak of the terminal in which this process may run.
var own = []string{
	"TERM", "COLORTERM", "TERM_PROGRAM", "TERM_PROGRAM_VERSION", "TERM_FEATURES", "LC_TERMINAL", "TMUX", "TMUX_PANE", "STY", "SSH_TTY", "SSH_CONNECTION", "SSH_CLIENT",
	"WT_SESSION", "KITTY_WINDOW_ID", "KITTY_PID", "ITERM_SESSION_ID", "WEZTERM_PANE", "KONSOLE_VERSION", "VTE_VERSION", "COLORFGBG", "COLUMNS", "LINES",
	"CLICOLOR", "CLICOLOR_FORCE",
}

// Start runs a command on a pseudo-terminal of some size. Its environment is
// the command's without what speaks of another terminal, with TERM and
// COLORTERM. [Process.End] has to be called.
func Start(cmd *exec.Cmd, width, height int, options ...Option) (*Process, error) {
	t := NewTerminal(width, height, options...)
	cmd.Env = environment(cmd, t.screen.settings)
	if t.screen.shell {
		inShell(cmd)
	}
	p := &Process{Terminal: t, cmd: cmd, read: make(chan struct{}), done: make(chan struct{})}
	if err := p.open(width, height); err != nil {
		return nil, fmt.Errorf("open a pseudo-terminal: %w", err)
	}
	cmd.Stdin, cmd.Stdout, cmd.Stderr = p.tty, p.tty, p.tty
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := cmd.Start(); err != nil {
		_ = p.pty.Close()
		_ = p.tty.Close()
		return nil, err
	}
	go p.readOutput()
	go p.writeInput()
	go p.wait()
	return p, nil
}

func environment(cmd *exec.Cmd, s settings) []string {
	env := slices.DeleteFunc(cmd.Environ(), func(variable string) bool {
		name, _, _ := strings.Cut(variable, "=")
		return slices.Contains(own, name)
	})
	env = append(env, "TERM="+s.term)
	if s.colours != "" {
		env = append(env, "COLORTERM="+s.colours)
	}
	return env
}

// job runs a command as a job that can be suspended, and wakes it when a line
// is read. The shell has the terminal meanwhile.
const job = `set -m; "$@"; code=$?
while [ $code -gt 128 ] && [ "$(kill -l $code)" = TSTP ]; do
  echo "[suspended]"; read line || exit 1; fg >/dev/null; code=$?
done
exit $code`

func inShell(cmd *exec.Cmd) {
	cmd.Args = append([]string{"sh", "-c", job, "sh", cmd.Path}, cmd.Args[1:]...)
	cmd.Path = "/bin/sh"
}

// open makes the pseudo-terminal. Its side of the terminal is opened anew so
// that to close it ends a read.
func (p *Process) open(width, height int) error {
	blocking, tty, err := pty.Open()
	if err != nil {
		return err
	}
	p.tty = tty
	fd, err := unix.FcntlInt(blocking.Fd(), unix.F_DUPFD_CLOEXEC, 0)
	_ = blocking.Close()
	if err == nil {
		err = unix.SetNonblock(fd, true)
	}
	if err != nil {
		_ = tty.Close()
		return err
	}
	p.pty = os.NewFile(uintptr(fd), tty.Name())
	if err = p.setSize(width, height); err == nil {
		p.before, err = term.GetState(int(tty.Fd()))
	}
	if err != nil {
		_ = p.pty.Close()
		_ = tty.Close()
	}
	return err
}

// onPty does something with the file descriptor, which stays one that does not
// block.
func (p *Process) onPty(do func(fd int) error) error {
	conn, err := p.pty.SyscallConn()
	if err != nil {
		return err
	}
	var failed error
	err = conn.Control(func(fd uintptr) { failed = do(int(fd)) })
	return errors.Join(err, failed)
}

func (p *Process) setSize(width, height int) error {
	return p.onPty(func(fd int) error {
		return unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{
			Row: uint16(height), Col: uint16(width), Xpixel: uint16(width * cellWidth), Ypixel: uint16(height * cellHeight),
		})
	})
}

func (p *Process) readOutput() {
	defer close(p.read)
	buffer := make([]byte, 64<<10)
	for {
		n, err := p.pty.Read(buffer)
		_, _ = p.Write(buffer[:n])
		if err != nil { // EIO when the other side is closed
			return
		}
	}
}

func (p *Process) writeInput() {
	buffer := make([]byte, 4<<10)
	for {
		n, err := p.Read(buffer)
		if err != nil {
			return
		}
		if _, err := p.pty.Write(buffer[:n]); err != nil {
			return
		}
	}
}

// drainTime bounds the wait for what a command that has ended wrote, where a
// process that it started keeps the terminal open.
const drainTime = 2 * time.Second

func (p *Process) wait() {
	defer close(p.done)
	err := p.cmd.Wait()
	p.shut.Lock()
	p.after, _ = term.GetState(int(p.tty.Fd()))
	_ = p.tty.Close()
	p.tty = nil
	p.shut.Unlock()
	select {
	case <-p.read:
	case <-time.After(drainTime):
	}
	p.code = p.cmd.ProcessState.ExitCode()
	if status, ok := p.cmd.ProcessState.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		p.code = 128 + int(status.Signal())
	}
	how := "the program has ended"
	if err != nil {
		how += ": " + err.Error()
	}
	p.end(how)
	_ = p.Close()
}

// Resize gives the terminal another size, and the command the signal that says
// so.
func (p *Process) Resize(width, height int) error {
	p.Terminal.Resize(width, height)
	return p.setSize(width, height)
}

// PID is the number of the process that has the terminal: the command's.
func (p *Process) PID() int {
	pid := p.cmd.Process.Pid
	_ = p.onPty(func(fd int) error {
		group, err := unix.IoctlGetInt(fd, unix.TIOCGPGRP)
		if err == nil && group > 0 {
			pid = group
		}
		return err
	})
	return pid
}

// Signal sends a signal to the processes that have the terminal, as the
// terminal does with Ctrl-C.
func (p *Process) Signal(s syscall.Signal) error { return unix.Kill(-p.PID(), s) }

// Wait waits for the end and gives the exit code: 128 and the number of the
// signal that ended it, as shells have it.
func (p *Process) Wait(limit time.Duration) (code int, err error) {
	select {
	case <-p.done:
		return p.code, nil
	case <-time.After(limit):
		return 0, fmt.Errorf("the program has not ended within %v", limit)
	}
}

// Ended says whether the command has ended.
func (p *Process) Ended() bool {
	select {
	case <-p.done:
		return true
	default:
		return false
	}
}

// Restored is nil where the command left the terminal as it found it, the
// settings that the system keeps of it among that. It is for a command that
// has ended or is suspended.
func (p *Process) Restored() error {
	problems := []error{p.Terminal.Restored()}
	p.shut.Lock()
	after := p.after
	if p.tty != nil {
		after, _ = term.GetState(int(p.tty.Fd()))
	}
	p.shut.Unlock()
	if after != nil && *after != *p.before {
		problems = append(problems, errors.New("the settings of the terminal (stty) are not as they were"))
	}
	return errors.Join(problems...)
}

// End kills the command, where it still runs, and waits until nothing is left
// of it.
func (p *Process) End() {
	if !p.Ended() {
		_ = p.Signal(syscall.SIGKILL)
		_ = p.cmd.Process.Kill()
	}
	<-p.done
	_ = p.pty.Close()
	<-p.read
}
