package main

import (
	"context"
	"io"
	"strings"
)

// input is standard input until ctx ends: a read that waits for somebody to type
// would not notice.
func (a *app) input(ctx context.Context) io.Reader {
	out, in := io.Pipe()
	context.AfterFunc(ctx, func() { in.CloseWithError(context.Cause(ctx)) })
	go func() {
		_, err := io.Copy(in, a.stdin)
		in.CloseWithError(err)
	}()
	return out
}

// answer reads one line that somebody types, without its end and blanks around
// it. It reads nothing behind the line. When ctx ends it gives its cause.
func (a *app) answer(ctx context.Context) (string, error) {
	type typed struct {
		line string
		err  error
	}
	done := make(chan typed, 1)
	go func() {
		var line strings.Builder
		var one [1]byte
		for {
			n, err := a.stdin.Read(one[:])
			if n == 1 && one[0] != '\n' {
				line.WriteByte(one[0])
				continue
			}
			if n == 1 || err != nil {
				done <- typed{strings.TrimSpace(line.String()), err}
				return
			}
		}
	}()
	select {
	case got := <-done:
		return got.line, got.err
	case <-ctx.Done():
		return "", context.Cause(ctx)
	}
}
