package tui

import (
	"context"
	"errors"
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/mwvgroup/pgb/tui/status"
)

// ErrInterrupted says that the viewer was left at once, by a second Ctrl-C,
// before everything temporary was gone.
var ErrInterrupted = errors.New("interrupted")

// lastWait is how long the end of a stream is waited for where the terminal is
// lost and nobody can be told.
const lastWait = 10 * time.Second

// Run shows the viewer until the person leaves it or ctx ends; both give nil.
// When it returns the terminal is as it was, streams have ended and what was
// saved into is closed.
func Run(ctx context.Context, c Config) error { return run(ctx, c) }

func run(ctx context.Context, c Config, more ...tea.ProgramOption) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	v := newViewer(ctx, c)
	program := tea.NewProgram(v, append(options(c), more...)...)
	v.post = func(msg tea.Msg) { program.Send(msg) }
	// The end of ctx is a wish of the person's: it is met like the key q.
	unhook := context.AfterFunc(ctx, func() { program.Send(leaveMsg{}) })
	defer unhook()
	v.background(v.beat)
	_, err := program.Run()
	defer v.kept.Wait() // what is written down is there when the caller goes on
	cancel()
	switch {
	case errors.Is(v.failure, ErrInterrupted):
		return v.failure
	case v.failure != nil:
		err = v.failure
	}
	v.abandon()
	if err != nil {
		return fmt.Errorf("viewer: %w", err)
	}
	return nil
}

// options are those of the program. Signals are the caller's, who ends the
// context.
func options(c Config) []tea.ProgramOption {
	all := []tea.ProgramOption{tea.WithoutSignalHandler()}
	if c.In != nil {
		all = append(all, tea.WithInput(c.In))
	}
	if c.Out != nil {
		all = append(all, tea.WithOutput(c.Out))
	}
	if c.Env != nil {
		all = append(all, tea.WithEnvironment(c.Env))
	}
	return all
}

// abandon ends what still runs once the terminal is given back, and waits for
// it: nothing is left to do unless the terminal was lost.
func (v *viewer) abandon() {
	end := v.ending()
	ended := make(chan struct{})
	go func() {
		_ = end()
		v.jobs.Wait()
		close(ended)
	}()
	select {
	case <-ended:
	case <-time.After(lastWait):
	}
}

// leave ends everything, and then the program. A Ctrl-C while that goes on ends
// the program at once.
func (v *viewer) leave() {
	if v.leaving {
		return
	}
	v.leaving = true
	v.closePrompt()
	v.overlay = nil
	if v.session != nil || v.closing.Load() > 0 {
		v.tell(status.Warning, "ending: the stream is drained and its temporary subscription deleted (Ctrl-C: leave at once)", forGood)
	}
	end := v.ending()
	v.work(v.ctx, func(context.Context) tea.Msg {
		err := end()
		v.lasting.Wait()
		return goneMsg{err}
	})
}

// ending gives what has to be done before the viewer is gone.
func (v *viewer) ending() func() error {
	v.stopAsking()
	session := v.session
	keep := v.keeping()
	return func() error {
		err := keep()
		return errors.Join(session.end(), err)
	}
}

// keeping gives what writes down what is to be known the next time. It has to be
// called: the end waits for that.
func (v *viewer) keeping() func() error {
	kept, file := v.memory.Snapshot(), v.c.Memory
	if file == "" {
		return func() error { return nil }
	}
	v.kept.Add(1)
	return func() error {
		defer v.kept.Done()
		return kept.Save(file)
	}
}
