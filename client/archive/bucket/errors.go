package bucket

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/mwvgroup/pgb/client/signin"
)

var (
	// ErrNoProject says that there is no project to be billed: whoever reads
	// the buckets pays.
	ErrNoProject = errors.New("no Google Cloud project that reading the broker's bucket could be billed to")
	// ErrNoCredentials says that there are no credentials, or none that the
	// service takes.
	ErrNoCredentials = signin.ErrNoCredentials
	// ErrUnavailable says that the service could not be reached.
	ErrUnavailable = errors.New("the service Cloud Storage can't be reached")
)

// NotFoundError says that a packet is not in the bucket.
type NotFoundError struct {
	Alert        string // its ids; empty where it was asked for by its name
	Bucket, Name string // the likeliest place
	Tried        int    // names
	// NoBucket says that there is no such bucket.
	NoBucket bool
}

// Error says what was looked for.
func (e *NotFoundError) Error() string {
	at := "gs://" + e.Bucket + "/" + e.Name
	switch {
	case e.NoBucket && e.Alert != "":
		return "the packet of " + e.Alert + " can't be fetched: there is no bucket gs://" + e.Bucket
	case e.NoBucket:
		return "there is no bucket gs://" + e.Bucket
	case e.Alert == "":
		return at + " is not there"
	case e.Tried > 1:
		return fmt.Sprintf("the packet of %s is not in the bucket: neither %s nor %d other names", e.Alert, at, e.Tried-1)
	}
	return fmt.Sprintf("the packet of %s is not in the bucket: %s", e.Alert, at)
}

// PermissionError says that something is not allowed.
type PermissionError struct {
	Project string // that pays
	Bucket  string
	Message string // the service's words
}

// Error gives the service's words.
func (e *PermissionError) Error() string { return "not allowed: " + e.Message }

// BillingError says that the project can't be billed.
type BillingError struct {
	Project string
	Message string // the service's words
}

// Error gives the service's words.
func (e *BillingError) Error() string {
	return fmt.Sprintf("project %s can't be billed: %s", e.Project, e.Message)
}

// serviceError is any other answer than the one that was asked for.
type serviceError struct {
	code    int
	message string
}

func (e *serviceError) Error() string {
	return fmt.Sprintf("Cloud Storage answers %d: %s", e.code, e.message)
}

// isBusy says whether the service may answer if it is asked again
// (https://cloud.google.com/storage/docs/retry-strategy).
func isBusy(err error) bool {
	var answer *serviceError
	if errors.As(err, &answer) {
		return answer.code == http.StatusTooManyRequests || answer.code == http.StatusRequestTimeout || answer.code >= 500
	}
	return errors.Is(err, ErrUnavailable)
}

// refused makes an error of an answer that is one.
func (s *Store) refused(at place, code int, body []byte) error {
	var answer struct {
		Error struct {
			Message string
			Errors  []struct{ Reason string }
		}
	}
	message, reason := strings.TrimSpace(string(body)), ""
	if json.Unmarshal(body, &answer) == nil && answer.Error.Message != "" {
		message = answer.Error.Message
		if len(answer.Error.Errors) > 0 {
			reason = answer.Error.Errors[0].Reason
		}
	}
	message = strings.Join(strings.Fields(message), " ")
	const most = 500
	if len(message) > most {
		message = message[:most]
	}
	if message == "" {
		message = http.StatusText(code)
	}
	project := s.options.Project
	switch {
	case code == http.StatusUnauthorized:
		return fmt.Errorf("%w: %s", ErrNoCredentials, message)
	case code == http.StatusNotFound:
		return &NotFoundError{Bucket: at.bucket, Name: at.name, NoBucket: strings.Contains(message, "bucket does not exist")}
	case isBilling(reason, message):
		return &BillingError{project, message}
	case code == http.StatusForbidden && !strings.Contains(strings.ToLower(reason), "ratelimit"):
		return &PermissionError{project, at.bucket, message}
	}
	err := &serviceError{code, message}
	if code >= 500 || code == http.StatusTooManyRequests {
		return fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	return err
}

// isBilling knows the service's words for a project that is not billed: a
// missing or disabled billing account, a project that is not there.
func isBilling(reason, message string) bool {
	switch reason {
	case "accountDisabled", "userProjectAccountProblem", "userProjectMissing", "userProjectInvalid":
		return true
	}
	lower := strings.ToLower(message)
	return strings.Contains(lower, "billing account") || strings.Contains(lower, "billing is disabled") || strings.Contains(lower, "requester pays bucket but no user project")
}
