package files_test

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/mwvgroup/pgb/client/format"
	"github.com/mwvgroup/pgb/client/stream/files"
)

// junk gives bytes that are no packet.
func junk(n int) []byte {
	random := rand.New(rand.NewPCG(1, 2))
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(random.Uint32() | 1)
	}
	return b
}

func TestFramedPacketsBehindEachOtherAreAllRead(t *testing.T) {
	var bodies [][]byte
	for _, version := range []string{"10_0", "9_0", "11_1", "7_4"} {
		bodies = append(bodies, shared(t, "lsst/lsst.v"+version+".avro"))
	}
	for _, many := range []int{1, 200} { // more than is read at once, too
		all := bytes.Repeat(slices.Concat(bodies...), many)
		for name, o := range map[string]files.Options{
			"file": {Paths: []string{one(t, "a.avro", all)}}, "pipe": {Paths: []string{"-"}, Stdin: bytes.NewReader(all)},
			"compressed": {Paths: []string{one(t, "a.gz", gzipped(t, all))}}, "as": {Paths: []string{one(t, "a.avro", all)}, As: "lsst"},
		} {
			messages, err := readAll(t, o)
			if err != nil || len(messages) != len(bodies)*many {
				t.Fatalf("%s: %d messages of %d, %v", name, len(messages), len(bodies)*many, err)
			}
			names := map[string]bool{}
			for i, m := range messages {
				if m.Broken != nil || !bytes.Equal(m.Body, bodies[i%len(bodies)]) || names[m.ID] {
					t.Fatalf("%s: message %d (%s) differs: %v", name, i, m.ID, m.Broken)
				}
				names[m.ID] = true
			}
		}
	}
}

func TestBytesBehindAPacketPutItAside(t *testing.T) {
	body := shared(t, "lsst/lsst.v10_0.avro")
	for _, behind := range [][]byte{{0}, {0, 0, 0}, junk(1000), make([]byte, 1000), {0, 0, 0, 0xff, 0xff, 1}} {
		all := slices.Concat(body, behind)
		messages, err := readAll(t, files.Options{Paths: []string{one(t, "a.avro", all), one(t, "b.avro", body)}})
		var broken *files.BytesBehindError
		if err != nil || len(messages) != 2 || !errors.As(messages[0].Broken, &broken) || broken.Bytes != len(behind) || !bytes.Equal(messages[0].Body, all) {
			t.Fatalf("%d bytes: %d messages, %v", len(behind), len(messages), err)
		}
		_, err = readAll(t, files.Options{Paths: []string{one(t, "a.avro", all)}})
		if failed := (*files.FileError)(nil); !errors.As(err, &failed) || !errors.As(err, &broken) {
			t.Errorf("%d bytes alone: %v", len(behind), err)
		}
	}
	messages := read(t, one(t, "two.avro", slices.Concat(body, body, junk(10))))
	if len(messages) != 2 || messages[0].Broken != nil || messages[1].Broken == nil {
		t.Errorf("behind the second: %d messages", len(messages))
	}
	rapid := shared(t, rapidFile)
	messages, err := readAll(t, files.Options{Paths: []string{one(t, "a", slices.Concat(rapid, junk(10))), one(t, "b", rapid)}, As: "rapid"})
	if err != nil || len(messages) != 2 || messages[0].Broken == nil || messages[1].Broken != nil {
		t.Errorf("rapid: %d messages, %v", len(messages), err)
	}
}

func TestBytesBehindAPacketOfARawFolderPutItAside(t *testing.T) {
	whole, longer := packet(t, "lsst-alerts", "", lsstFile), packet(t, "lsst-alerts", "", "lsst/lsst.v10_0.avro")
	longer.Body = slices.Concat(longer.Body, junk(1000))
	raw := filepath.Join(t.TempDir(), "raw")
	write(t, format.Options{Format: format.Raw, Path: raw}, nil, whole, longer)
	broken := 0
	for _, m := range read(t, raw) {
		if m.Broken != nil {
			broken++
			if m.Broken.Error() != "1000 bytes behind the record" || !bytes.Equal(m.Body, longer.Body) {
				t.Error(m.Broken)
			}
		}
	}
	if broken != 1 {
		t.Errorf("%d messages put aside", broken)
	}
}

// zeros is a stream of zeros that says how much was read of it.
type zeros struct{ left, read int }

func (z *zeros) Read(into []byte) (int, error) {
	n := min(len(into), z.left)
	if n == 0 {
		return 0, io.EOF
	}
	clear(into[:n])
	z.left -= n
	z.read += n
	return n, nil
}

func TestWhatIsNoPacketIsNotReadWithoutEnd(t *testing.T) {
	for name, begin := range map[string][]byte{"zeros": nil, "junk": junk(300), "behind a packet": shared(t, lsstFile)} {
		in := &zeros{left: 200 << 20}
		_, err := readAll(t, files.Options{Paths: []string{"-"}, Stdin: io.MultiReader(bytes.NewReader(begin), in)})
		if failed := (*files.FileError)(nil); !errors.As(err, &failed) || in.read > 20<<20 {
			t.Errorf("%s: %d bytes read, %v", name, in.read, err)
		} else if name != "behind a packet" && !strings.Contains(err.Error(), "no packet of a known kind within 16 MiB") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
