package bigquery

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	bq "cloud.google.com/go/bigquery"
	"google.golang.org/api/googleapi"

	"github.com/mwvgroup/pgb/client/signin"
)

var (
	// ErrNoCredentials says that there are no credentials, or none that the
	// service takes.
	ErrNoCredentials = signin.ErrNoCredentials
	// ErrUnavailable says that the service could not be reached.
	ErrUnavailable = errors.New("BigQuery can't be reached")
	// ErrNoTargets says that a query asks for nothing.
	ErrNoTargets = errors.New("nothing to look for")
	// ErrNotReading says that a statement does more than read.
	ErrNotReading = errors.New("only statements that read are run: SELECT")
)

// PermissionError says that something is not allowed.
type PermissionError struct {
	Project string // that pays
	Message string // the service's words
	Hint    string // what to do about it
	Err     error
}

// Error gives the service's words.
func (e *PermissionError) Error() string { return "not allowed: " + e.Message }

// Unwrap gives the service's error.
func (e *PermissionError) Unwrap() error { return e.Err }

// DisabledError says that the BigQuery API is not enabled in a project.
type DisabledError struct {
	Project string
	Err     error
}

// Error names the project.
func (e *DisabledError) Error() string {
	return fmt.Sprintf("the BigQuery API is not enabled in project %s", e.Project)
}

// Unwrap gives the service's error.
func (e *DisabledError) Unwrap() error { return e.Err }

// NotFoundError says that a project, a dataset or a table does not exist, or may
// not be seen.
type NotFoundError struct {
	Message string // the service's words
	Err     error
}

// Error gives the service's words.
func (e *NotFoundError) Error() string { return e.Message }

// Unwrap gives the service's error.
func (e *NotFoundError) Unwrap() error { return e.Err }

// InvalidError says that something that was asked for can't be.
type InvalidError struct {
	What, Text, Reason string
}

// Error says what is wrong.
func (e *InvalidError) Error() string { return fmt.Sprintf("%s %q %s", e.What, e.Text, e.Reason) }

// QueryError says that a statement failed, and where.
type QueryError struct {
	SQL          string // the statement
	Message      string // the service's words, without the place
	Line, Column int    // place of the fault in SQL, from 1; 0 when not known
	Err          error
}

// Error gives the message with the place.
func (e *QueryError) Error() string {
	if e.Line == 0 {
		return "query failed: " + e.Message
	}
	return fmt.Sprintf("query failed: %s, at line %d, column %d", e.Message, e.Line, e.Column)
}

// Caret gives two lines: the statement's line and a caret under the fault; empty
// where the place is not known.
func (e *QueryError) Caret() string {
	lines := strings.Split(e.SQL, "\n")
	if e.Line < 1 || e.Line > len(lines) {
		return ""
	}
	line := strings.TrimSuffix(lines[e.Line-1], "\r")
	return line + "\n" + strings.Repeat(" ", max(0, e.Column-1)) + "^"
}

// Unwrap gives the service's error.
func (e *QueryError) Unwrap() error { return e.Err }

// projectName is what the service allows as a project's id; old ones have a
// domain in front.
var projectName = regexp.MustCompile(`^([a-z0-9.-]{1,63}:)?[a-z][a-z0-9-]{4,28}[a-z0-9]$|^[a-z][a-z0-9-]{0,29}$`)

func checkProject(name string) error {
	if projectName.MatchString(name) {
		return nil
	}
	return &InvalidError{What: "project", Text: name, Reason: "is no project id of Google Cloud"}
}

// endpoint makes a URL of an emulator's address.
func endpoint(address string) string {
	if !strings.Contains(address, "://") {
		address = "http://" + address
	}
	return strings.TrimSuffix(address, "/")
}

// place is how the service says where a fault is: "... at [1:8]".
var place = regexp.MustCompile(`(?:,? at )?\[(?:at )?(\d+):(\d+)\]`)

// failed makes an error of the service one of this package. sql is the statement
// that was asked, empty for other calls.
func (a *Archive) failed(err error, sql string) error {
	if err == nil || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	code, reason, message := 0, "", err.Error()
	var api *googleapi.Error
	var job *bq.Error
	switch {
	case errors.As(err, &api):
		code, message = api.Code, api.Message
		if len(api.Errors) > 0 {
			reason = api.Errors[0].Reason
		}
		if message == "" {
			message = strings.TrimSpace(api.Body)
		}
	case errors.As(err, &job):
		reason, message = job.Reason, job.Message
	}
	message = oneLine(message)
	switch {
	case reason == "bytesBilledLimitExceeded":
		return &TooExpensiveError{Estimate: Estimate{Bytes: -1}, Reason: message, Err: err}
	case reason == "accessNotConfigured" || strings.Contains(err.Error(), "SERVICE_DISABLED"):
		return &DisabledError{Project: a.options.Project, Err: err}
	case code == 0 && signin.IsUnreached(err):
		return fmt.Errorf("%w: %w", ErrUnavailable, signin.Cause(err))
	case code == http.StatusUnauthorized || signin.IsRefused(err):
		return fmt.Errorf("%w: %w", ErrNoCredentials, err)
	case code == http.StatusForbidden && reason != "rateLimitExceeded" && reason != "quotaExceeded" || reason == "accessDenied":
		return &PermissionError{Project: a.options.Project, Message: message, Hint: permissionHint(message, a.options.Project), Err: err}
	case code == http.StatusNotFound || reason == "notFound":
		return &NotFoundError{Message: message, Err: err}
	case sql != "" && (code != 0 || job != nil):
		return newQueryError(sql, message, err)
	}
	var network *url.Error
	if errors.As(err, &network) || code >= 500 {
		return fmt.Errorf("%w: %w", ErrUnavailable, signin.Cause(err))
	}
	return fmt.Errorf("BigQuery: %w", err)
}

func permissionHint(message, project string) string {
	switch {
	case strings.Contains(message, "bigquery.jobs.create"):
		return "queries need the role \"BigQuery Job User\" (roles/bigquery.jobUser) in the project that pays, " + project
	case strings.Contains(message, "bigquery.readsessions"):
		return "large answers by the storage read API need the role \"BigQuery Read Session User\" in " + project
	}
	return "sign in as somebody who may use BigQuery in " + project + ", or name another project to pay"
}

func newQueryError(sql, message string, err error) *QueryError {
	e := &QueryError{SQL: sql, Message: message, Err: err}
	if at := place.FindStringSubmatchIndex(message); at != nil {
		e.Line, _ = strconv.Atoi(message[at[2]:at[3]])
		e.Column, _ = strconv.Atoi(message[at[4]:at[5]])
		e.Message = strings.TrimSpace(message[:at[0]] + message[at[1]:])
	}
	return e
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
