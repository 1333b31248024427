package local

import (
	"testing"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/archive"
	"github.com/mwvgroup/pgb/client/archive/archivetest"
)

func TestAnswersAsEveryArchiveDoes(t *testing.T) {
	t.Parallel()
	archivetest.Test(t, func(t *testing.T, messages []*alert.Message) archive.Archive {
		a := blank(t)
		put(t, a, SinkOptions{}, messages...)
		return a
	}, archivetest.Options{})
}
