package avro

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/mwvgroup/pgb/client/shareddata"
)

// packet is a shared Avro packet and what the reference reads in it.
type packet struct {
	name   string
	body   []byte
	schema *Schema
	datum  []byte
	record map[string]any // nil where there is no reference
}

var (
	packetsOnce sync.Once
	packetsAll  []packet
	packetsErr  error
)

// packets gives all shared Avro packets.
func packets(t testing.TB) []packet {
	t.Helper()
	dir := shareddata.Dir(t)
	packetsOnce.Do(func() { packetsAll, packetsErr = readPackets(dir) })
	if packetsErr != nil {
		t.Fatal(packetsErr)
	}
	if len(packetsAll) < 90 {
		t.Fatalf("only %d packets", len(packetsAll))
	}
	return packetsAll
}

// schemaDir holds the schemas of packets that do not bring their own.
var schemaDir = filepath.Join("..", "registry", "schemas")

func readPackets(dir string) ([]packet, error) {
	var all []packet
	lists, err := filepath.Glob(filepath.Join(dir, "reference", "decodes", "*.jsonl.gz"))
	if err != nil {
		return nil, err
	}
	var cache Cache
	for _, list := range lists {
		f, err := os.Open(list)
		if err != nil {
			return nil, err
		}
		z, err := gzip.NewReader(f)
		if err != nil {
			return nil, err
		}
		lines := bufio.NewReader(z)
		for {
			line, err := lines.ReadBytes('\n')
			if err == io.EOF {
				break
			}
			if err != nil {
				return nil, err
			}
			p, err := readPacket(dir, line, &cache)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", list, err)
			}
			all = append(all, p)
		}
		f.Close()
	}
	return all, nil
}

func readPacket(dir string, line []byte, cache *Cache) (packet, error) {
	var ref struct {
		File, Version string
		Record        map[string]any
	}
	d := json.NewDecoder(bytes.NewReader(line))
	d.UseNumber()
	if err := d.Decode(&ref); err != nil {
		return packet{}, err
	}
	p := packet{name: ref.File, record: ref.Record}
	var err error
	if p.body, err = os.ReadFile(filepath.Join(dir, "alerts", strings.TrimPrefix(ref.File, "alerts/"))); err != nil {
		return p, err
	}
	if IsContainer(p.body) {
		c, err := OpenContainer(p.body, cache)
		if err != nil {
			return p, err
		}
		p.schema = c.Schema()
		p.datum, err = c.Next()
		return p, err
	}
	id, datum, ok := ConfluentID(p.body)
	if !ok {
		return p, fmt.Errorf("%s: neither container nor Confluent", p.name)
	}
	name := fmt.Sprintf("lsst.%d.%d.json", id/100, id%100)
	if strings.Contains(p.name, "rapid") {
		name = "rapid.01.00.json"
	}
	text, err := os.ReadFile(filepath.Join(schemaDir, name))
	if err != nil {
		return p, err
	}
	p.datum = datum
	p.schema, err = cache.Schema(text)
	return p, err
}

func digest(b []byte) (int, string) {
	sum := sha256.Sum256(b)
	return len(b), hex.EncodeToString(sum[:])
}
