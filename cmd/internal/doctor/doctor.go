// Package doctor finds out what keeps a program from reading the broker: one
// check after the other, each with what to type where it fails.
package doctor

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// State is how a check came out.
type State string

// The states of a check.
const (
	OK      State = "ok"      // nothing to do
	Problem State = "problem" // something to mend
	Skipped State = "skipped" // does not apply, or can't be told
)

// Result is how a check came out.
type Result struct {
	Name   string   `json:"name"`
	State  State    `json:"state"`
	Detail string   `json:"detail"`        // what was found
	Fix    []string `json:"fix,omitempty"` // what to type, of a problem
	Err    error    `json:"-"`             // of a problem
}

// Check is one thing to find out.
type Check struct {
	Name string
	// Needs are the names of checks without which this one tells nothing.
	Needs []string
	// Run gives what was found. Its error may be a [*Skip] or a [*Finding].
	Run func(ctx context.Context) (detail string, err error)
}

// Skip says why a check was left out.
type Skip struct{ Reason string }

// Error gives the reason.
func (s *Skip) Error() string { return s.Reason }

// skip makes a Skip.
func skip(format string, args ...any) error { return &Skip{fmt.Sprintf(format, args...)} }

// Finding is a problem with what to type against it.
type Finding struct {
	Err error
	Fix []string
}

// Error says what the problem is.
func (f *Finding) Error() string { return f.Err.Error() }

// Unwrap gives the error behind it.
func (f *Finding) Unwrap() error { return f.Err }

// finding makes a Finding of an error.
func finding(err error, fix ...string) error { return &Finding{Err: err, Fix: fix} }

// Runner runs checks.
type Runner struct {
	// Timeout bounds each check.
	Timeout time.Duration
	// Explain says what an error means in one line, and what to type.
	Explain func(error) (line string, fix []string)
	// Report is told each result as it comes.
	Report func(Result) error
}

// Run runs checks in their order until ctx ends, and gives their results.
func (r *Runner) Run(ctx context.Context, checks []Check) ([]Result, error) {
	var results []Result
	for _, check := range checks {
		if ctx.Err() != nil {
			return results, context.Cause(ctx)
		}
		result := r.one(ctx, check, results)
		if ctx.Err() != nil && result.State == Problem {
			return results, context.Cause(ctx)
		}
		results = append(results, result)
		if err := r.Report(result); err != nil {
			return results, err
		}
	}
	return results, nil
}

func (r *Runner) one(ctx context.Context, check Check, before []Result) Result {
	for _, needed := range check.Needs {
		i := slices.IndexFunc(before, func(b Result) bool { return b.Name == needed })
		if i >= 0 && before[i].State != OK {
			return Result{Name: check.Name, State: Skipped, Detail: "can't be told without " + needed}
		}
	}
	bounded, cancel := context.WithTimeout(ctx, r.Timeout)
	defer cancel()
	detail, err := check.Run(bounded)
	if err == nil {
		return Result{Name: check.Name, State: OK, Detail: detail}
	}
	var left *Skip
	if errors.As(err, &left) {
		return Result{Name: check.Name, State: Skipped, Detail: left.Reason}
	}
	line, fix := r.Explain(err)
	line = strings.TrimPrefix(line, check.Name+": ")
	if bounded.Err() != nil && ctx.Err() == nil {
		line = fmt.Sprintf("no answer within %v: %s", r.Timeout, line)
	}
	var found *Finding
	if errors.As(err, &found) {
		fix = found.Fix
	}
	return Result{Name: check.Name, State: Problem, Detail: line, Fix: fix, Err: err}
}

// Line writes a result as a person reads it: "ok  name: what was found", or
// "!!  name: what is wrong: what to type".
func (r Result) Line() string {
	mark := map[State]string{OK: "ok", Problem: "!!", Skipped: "--"}[r.State]
	text := mark + "  " + r.Name + ": " + r.Detail
	if len(r.Fix) > 0 {
		for i, fix := range r.Fix {
			text += map[bool]string{true: ": ", false: "; or "}[i == 0] + strings.TrimPrefix(fix, "or ")
		}
	}
	return text
}
