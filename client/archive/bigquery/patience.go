package bigquery

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/mwvgroup/pgb/client/signin"
)

// How long the service may take to answer what is not a query: the library tries
// again and again as long as it is let.
const (
	patience = 30 * time.Second
	silence  = 3 * time.Second // after which somebody is told
)

// waiting bounds a call that asks for no rows. end gives the call's error, or
// that nothing answered.
func (a *Archive) waiting(ctx context.Context) (bounded context.Context, end func(error) error) {
	bounded, cancel := context.WithTimeout(ctx, a.patience)
	told := time.AfterFunc(silence, func() { a.options.Notify("BigQuery does not answer yet; trying again") })
	return bounded, func(err error) error {
		told.Stop()
		late := ctx.Err() == nil && errors.Is(bounded.Err(), context.DeadlineExceeded)
		cancel()
		if err != nil && late {
			if cause := signin.Cause(err); cause != err {
				return fmt.Errorf("%w: no answer within %v from %s: %w", ErrUnavailable, a.patience, a.host(), cause)
			}
			return fmt.Errorf("%w: no answer within %v from %s", ErrUnavailable, a.patience, a.host())
		}
		return err
	}
}

// host names what is asked.
func (a *Archive) host() string {
	if a.options.Address != "" {
		return a.options.Address
	}
	return "bigquery.googleapis.com"
}
