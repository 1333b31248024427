package signin

import (
	"errors"
	"fmt"
	"os"

	"cloud.google.com/go/auth/credentials"
)

// FileVariable is the environment variable that names a file of credentials, which
// goes before any others
// (https://cloud.google.com/docs/authentication/application-default-credentials).
const FileVariable = "GOOGLE_APPLICATION_CREDENTIALS"

// Unusable says why nothing can be made of the default credentials, as
// [NoCredentials] does; nil where something can. Nobody is asked for a token.
func Unusable(scopes ...string) error {
	if _, err := credentials.DetectDefault(&credentials.DetectOptions{Scopes: scopes}); err != nil {
		return NoCredentials(err)
	}
	return nil
}

// NoCredentials makes an [ErrNoCredentials] of what kept the default credentials
// from being read. It names the file that the environment names, if it does.
func NoCredentials(err error) error {
	name := os.Getenv(FileVariable)
	var path *os.PathError
	switch {
	case errors.Is(err, ErrNoCredentials):
		return err
	case name == "":
		return fmt.Errorf("%w: %w", ErrNoCredentials, err)
	case errors.As(err, &path):
		err = path.Err
	}
	return fmt.Errorf("%w: %s: %w", ErrNoCredentials, name, err)
}

// Remedies say what to type where credentials are missing or refused, each one
// remedy of several. What gcloud knows counts only where the environment names no
// file.
func Remedies() []string {
	if name := os.Getenv(FileVariable); name != "" {
		return []string{"mend " + name + ", or unset " + FileVariable + " to use gcloud's login"}
	}
	return []string{"gcloud auth application-default login", "set " + FileVariable + " to a service account's key file"}
}
