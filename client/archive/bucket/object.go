package bucket

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/mwvgroup/pgb/client/signin"
)

// Object is an object of a bucket, as the service describes it.
type Object struct {
	Bucket, Name string
	Size         int64 // bytes
	Created      time.Time

	generation int64
	crc32c     string // base64 of four bytes, big-endian; empty where it is not told
}

// URL names the object as Google's tools do: gs://bucket/name.
func (o Object) URL() string { return "gs://" + o.Bucket + "/" + o.Name }

// resource is an object in the JSON API
// (https://cloud.google.com/storage/docs/json_api/v1/objects#resource).
type resource struct {
	Name        string    `json:"name"`
	Size        string    `json:"size"`
	Generation  string    `json:"generation"`
	TimeCreated time.Time `json:"timeCreated"`
	CRC32C      string    `json:"crc32c"`
}

const resourceFields = "name,size,generation,timeCreated,crc32c"

func (r *resource) object(bucket string) (Object, error) {
	o := Object{Bucket: bucket, Name: r.Name, Created: r.TimeCreated, crc32c: r.CRC32C}
	var err error
	if o.Size, err = strconv.ParseInt(r.Size, 10, 64); err != nil || o.Size < 0 {
		return o, fmt.Errorf("%s: the service gives it the size %q", o.URL(), r.Size)
	}
	if r.Generation != "" {
		if o.generation, err = strconv.ParseInt(r.Generation, 10, 64); err != nil {
			return o, fmt.Errorf("%s: the service gives it the generation %q", o.URL(), r.Generation)
		}
	}
	return o, nil
}

// mostAnswer bounds an answer about objects, mostPacket a packet.
const (
	mostAnswer = 16 << 20
	mostPacket = 64 << 20
)

func objectPath(bucket, name string) string {
	return "/storage/v1/b/" + url.PathEscape(bucket) + "/o/" + url.PathEscape(name)
}

// stat asks whether an object is there, and how large it is.
func (s *Store) stat(ctx context.Context, at place) (Object, error) {
	body, err := s.get(ctx, at, objectPath(at.bucket, at.name), url.Values{"fields": {resourceFields}}, mostAnswer)
	s.count(Spent{Reads: 1})
	if err != nil {
		return Object{}, err
	}
	var r resource
	if err := json.Unmarshal(body, &r); err != nil {
		return Object{}, fmt.Errorf("gs://%s/%s: the service's answer: %w", at.bucket, at.name, err)
	}
	r.Name = at.name
	return r.object(at.bucket)
}

// List gives the objects of a bucket whose names begin with a prefix, at most so
// many, by name. It costs more than to read one.
func (s *Store) List(ctx context.Context, bucket, prefix string, most int) ([]Object, error) {
	var list []Object
	ask := url.Values{"prefix": {prefix}, "fields": {"nextPageToken,items(" + resourceFields + ")"}}
	for len(list) < most {
		ask.Set("maxResults", strconv.Itoa(min(most-len(list), 1000)))
		at := place{bucket, prefix}
		body, err := s.get(ctx, at, "/storage/v1/b/"+url.PathEscape(bucket)+"/o", ask, mostAnswer)
		s.count(Spent{Lists: 1})
		if err != nil {
			return nil, err
		}
		var page struct {
			Items         []resource `json:"items"`
			NextPageToken string     `json:"nextPageToken"`
		}
		if err := json.Unmarshal(body, &page); err != nil {
			return nil, fmt.Errorf("gs://%s/%s: the service's answer: %w", bucket, prefix, err)
		}
		for i := range page.Items {
			o, err := page.Items[i].object(bucket)
			if err != nil {
				return nil, err
			}
			list = append(list, o)
		}
		if page.NextPageToken == "" {
			break
		}
		ask.Set("pageToken", page.NextPageToken)
	}
	return list, nil
}

// Fetch gives the bytes of an object that was found; [Store.Admit] says whether
// they are within the budget. They are held against the checksum that the
// service has of them.
func (s *Store) Fetch(ctx context.Context, o Object) ([]byte, error) {
	if o.Size > mostPacket {
		return nil, fmt.Errorf("%s has %d bytes: no packet is so large", o.URL(), o.Size)
	}
	ask := url.Values{"alt": {"media"}}
	if o.generation != 0 {
		ask.Set("generation", strconv.FormatInt(o.generation, 10))
	}
	body, err := s.get(ctx, place{o.Bucket, o.Name}, objectPath(o.Bucket, o.Name), ask, mostPacket)
	s.count(Spent{Reads: 1, Bytes: int64(len(body))})
	if err != nil {
		return nil, err
	}
	if int64(len(body)) != o.Size {
		return nil, fmt.Errorf("%s: %d bytes came, %d were told", o.URL(), len(body), o.Size)
	}
	if o.crc32c != "" {
		sum := binary.BigEndian.AppendUint32(nil, crc32.Checksum(body, crc32.MakeTable(crc32.Castagnoli)))
		if base64.StdEncoding.EncodeToString(sum) != o.crc32c {
			return nil, fmt.Errorf("%s was damaged on its way: its checksum is another", o.URL())
		}
	}
	return body, nil
}

func (s *Store) count(more Spent) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.spent.Reads += more.Reads
	s.spent.Lists += more.Lists
	s.spent.Bytes += more.Bytes
}

const (
	attempts = 4
	patience = 30 * time.Second // with one of them
)

// get makes a request, and again where the service is busy.
func (s *Store) get(ctx context.Context, at place, path string, ask url.Values, most int64) ([]byte, error) {
	ask.Set("userProject", s.options.Project)
	pause := s.pause
	for attempt := 1; ; attempt++ {
		body, err := s.once(ctx, at, path+"?"+ask.Encode(), most)
		if err == nil || attempt == attempts || !isBusy(err) || ctx.Err() != nil {
			return body, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(pause):
			pause *= 2
		}
	}
}

func (s *Store) once(ctx context.Context, at place, path string, most int64) ([]byte, error) {
	bounded, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	request, err := http.NewRequestWithContext(bounded, http.MethodGet, s.base()+path, nil)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.base(), err)
	}
	if err := s.authorise(bounded, request); err != nil {
		return nil, err
	}
	response, err := s.options.Client.Do(request)
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, fmt.Errorf("%w: %w", ErrUnavailable, signin.Cause(err))
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, most+1))
	switch {
	case err != nil && ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil:
		return nil, fmt.Errorf("%w: %w", ErrUnavailable, signin.Cause(err))
	case int64(len(body)) > most:
		return nil, fmt.Errorf("gs://%s/%s: the answer is larger than %d bytes", at.bucket, at.name, most)
	case response.StatusCode != http.StatusOK:
		return nil, s.refused(at, response.StatusCode, body)
	}
	return body, nil
}
