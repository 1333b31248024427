// Package signin tells apart why a service of Google did not answer as somebody
// who may ask: because there are no credentials or none that it takes, or because
// nobody could be asked for a token or an answer at all.
package signin

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"cloud.google.com/go/auth"
)

// ErrNoCredentials says that there are no credentials, or none that the service
// takes.
var ErrNoCredentials = errors.New("no valid Google Cloud credentials")

// IsRefused says whether an error means that credentials are missing or were
// refused. One that the network made while a token was fetched does not.
func IsRefused(err error) bool {
	text := err.Error()
	for _, sign := range []string{"could not find default credentials", "invalid_grant", "invalid_rapt"} {
		if strings.Contains(text, sign) {
			return true
		}
	}
	return strings.Contains(text, "cannot fetch token") && !IsUnreached(err)
}

// unanswered is what an error says of a request for a token that got no answer,
// where its type was lost on its way through gRPC, which keeps only a text.
var unanswered = regexp.MustCompile(`cannot fetch token: .*(Get|Post|Put) "https?://`)

// IsUnreached says whether an error means that nobody answered: there is no
// network, a name or an address leads nowhere, a connection can't be trusted or
// broke, or the answer was that of a service in trouble.
func IsUnreached(err error) bool {
	var answered *auth.Error
	if errors.As(err, &answered) {
		return answered.Response != nil && (answered.Response.StatusCode >= http.StatusInternalServerError || answered.Temporary())
	}
	var (
		operation   *net.OpError
		name        *net.DNSError
		record      tls.RecordHeaderError
		certificate *tls.CertificateVerificationError
	)
	if errors.As(err, &operation) || errors.As(err, &name) || errors.As(err, &record) || errors.As(err, &certificate) {
		return true
	}
	return unanswered.MatchString(err.Error())
}

// Cause gives what the network said, without the requests that were being made.
func Cause(err error) error {
	var request *url.Error
	for inner := err; errors.As(inner, &request); inner = request.Err {
		err = request.Err
	}
	if request == nil {
		return err
	}
	var operation *net.OpError
	if at, bad := url.Parse(request.URL); bad == nil && at.Host != "" && !errors.As(err, &operation) {
		return fmt.Errorf("%s: %w", at.Host, err)
	}
	return err
}
