package pubsub

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/googleapis/gax-go/v2/apierror"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/mwvgroup/pgb/client/signin"
)

var (
	// ErrNoCredentials says that there are no credentials, or none that the
	// service takes.
	ErrNoCredentials = signin.ErrNoCredentials
	// ErrDetached says that a subscription was detached from its topic: it
	// gets no messages any more.
	ErrDetached = errors.New("the subscription is detached from its topic")
	// ErrSinceWithoutSubscription says that a subscription which is only
	// being made holds nothing from the past.
	ErrSinceWithoutSubscription = errors.New("a temporary subscription holds nothing from before it was made: since needs a durable subscription")
	// ErrUnavailable says that the service could not be reached.
	ErrUnavailable = errors.New("Pub/Sub can't be reached")
)

// PermissionError says that something is not allowed.
type PermissionError struct {
	Permission string // "pubsub.topics.attachSubscription"
	Resource   string // full name of what it is needed on
	Err        error
}

// Error names the permission and what it is missing on.
func (e *PermissionError) Error() string {
	return fmt.Sprintf("permission %s is missing on %s", e.Permission, e.Resource)
}

// Unwrap gives the service's error.
func (e *PermissionError) Unwrap() error { return e.Err }

// DisabledError says that the Pub/Sub API is not enabled in a project.
type DisabledError struct {
	Project string
	Err     error
}

// Error names the project.
func (e *DisabledError) Error() string {
	return fmt.Sprintf("the Pub/Sub API is not enabled in project %s", e.Project)
}

// Unwrap gives the service's error.
func (e *DisabledError) Unwrap() error { return e.Err }

// NotFoundError says that something does not exist, or may not be seen.
type NotFoundError struct {
	Kind string // "project", "topic" or "subscription"
	Name string // its id for a project, else its full name
	Err  error
}

// Error names what was not found.
func (e *NotFoundError) Error() string { return fmt.Sprintf("%s %s does not exist", e.Kind, e.Name) }

// Unwrap gives the service's error.
func (e *NotFoundError) Unwrap() error { return e.Err }

// GoneError says that what was being read went away in the middle.
type GoneError struct{ Err error }

// Error says what went away.
func (e *GoneError) Error() string { return fmt.Sprintf("lost while it was read: %v", e.Err) }

// Unwrap gives a [*NotFoundError] or [ErrDetached].
func (e *GoneError) Unwrap() error { return e.Err }

// InvalidError says that something that was asked for can't be.
type InvalidError struct {
	What string // "subscription name", "retention", ...
	Err  error
}

// Error says what is wrong.
func (e *InvalidError) Error() string { return fmt.Sprintf("%s: %v", e.What, e.Err) }

// Unwrap gives the reason.
func (e *InvalidError) Unwrap() error { return e.Err }

// DriftError says that a subscription which is there is not what was asked for.
type DriftError struct {
	Subscription string // short name
	Differences  []Difference
}

// Difference is what a subscription has and what was asked for; empty is none.
type Difference struct {
	What       string // "topic", "filter", "transform" or "delivery"
	Have, Want string
}

// Error lists the differences.
func (e *DriftError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "subscription %s is another one:", e.Subscription)
	for i, d := range e.Differences {
		if i > 0 {
			b.WriteString(";")
		}
		fmt.Fprintf(&b, " its %s is %s, not %s", d.What, orNone(d.Have), orNone(d.Want))
	}
	return b.String()
}

func orNone(text string) string {
	if text == "" {
		return "none"
	}
	return text
}

// permissions finds the names of permissions in the service's messages.
var permissions = regexp.MustCompile(`pubsub\.[a-zA-Z]+\.[a-zA-Z]+`)

// attempt says what was asked of the service, so that its answer can be put
// into words.
type attempt struct {
	project    string
	permission string // what it needs
	kind       string // of the resource: topic, subscription or project
	resource   string // full name
}

// explain turns an error of the service into one of this package.
func explain(err error, a attempt) error {
	if err == nil || errors.Is(err, context.Canceled) || errors.Is(err, ErrUnavailable) {
		return err
	}
	code, text := status.Code(err), err.Error()
	if s, ok := status.FromError(err); ok {
		text = s.Message()
	}
	var reason string
	var details map[string]string
	if api, ok := apierror.FromError(err); ok {
		reason, details = api.Reason(), api.Metadata()
	}
	missing := strings.Contains(text, "project not found") || reason == "CONSUMER_INVALID"
	switch {
	case signin.IsUnreached(err):
		return fmt.Errorf("%w: %s", ErrUnavailable, text)
	case code == codes.Unauthenticated || signin.IsRefused(err):
		return fmt.Errorf("%w: %s", ErrNoCredentials, text)
	case reason == "SERVICE_DISABLED" || strings.Contains(text, "has not been used in project"):
		return &DisabledError{Project: a.project, Err: err}
	case missing && (code == codes.NotFound || code == codes.PermissionDenied):
		return &NotFoundError{Kind: "project", Name: a.project, Err: err}
	case code == codes.NotFound:
		return &NotFoundError{Kind: a.kind, Name: a.resource, Err: err}
	case code == codes.PermissionDenied:
		return denied(err, a, text, details)
	case code == codes.InvalidArgument, code == codes.Unimplemented:
		return &InvalidError{What: a.kind + " " + a.resource, Err: errors.New(text)}
	case code == codes.FailedPrecondition && strings.Contains(strings.ToLower(text), "detached"):
		return fmt.Errorf("%s: %w", a.resource, ErrDetached)
	case code == codes.Unavailable, code == codes.DeadlineExceeded, errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("%w: %s", ErrUnavailable, text)
	}
	return fmt.Errorf("%s %s: %w", a.kind, a.resource, err)
}

func denied(err error, a attempt, text string, details map[string]string) error {
	e := &PermissionError{Permission: a.permission, Resource: a.resource, Err: err}
	if found := permissions.FindString(text); found != "" {
		e.Permission = found
	}
	if p := details["permission"]; p != "" {
		e.Permission = p
	}
	if r := details["resource"]; r != "" {
		e.Resource = r
	}
	return e
}

// passing says whether an error of the service may be gone by the next attempt.
func passing(err error) bool {
	if errors.Is(err, context.Canceled) {
		return false
	}
	s, ok := status.FromError(err)
	if !ok { // the end of a stream and what the transport says
		return true
	}
	switch s.Code() {
	case codes.Unauthenticated: // also where a new token could not be asked for
		return signin.IsUnreached(err)
	case codes.Unavailable, codes.Internal, codes.DeadlineExceeded, codes.Aborted, codes.ResourceExhausted:
		return !signin.IsRefused(err)
	case codes.Unknown:
		return strings.Contains(s.Message(), "goaway")
	}
	return false
}
