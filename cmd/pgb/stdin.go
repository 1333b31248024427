package main

import (
	"context"
	"io"
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
