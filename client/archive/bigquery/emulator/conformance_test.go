package emulator

import (
	"testing"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/archive"
	"github.com/mwvgroup/pgb/client/archive/archivetest"
)

func TestTheTablesAnswerLikeAnArchive(t *testing.T) {
	archivetest.Test(t, func(t *testing.T, messages []*alert.Message) archive.Archive {
		return tables(t, messages)
	}, archivetest.Options{Topics: kept, Columns: names(), NoWhole: true, NoAttributes: true, NoRevisions: true, NoObjects: true})
}
