package bucket

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/mwvgroup/pgb/client/sky"
)

// Alert is what is known of an alert whose packet is looked for. The more is
// known, the fewer requests it takes.
type Alert struct {
	Survey             string // "lsst", "ztf" or "lvk"
	ObjectID, SourceID string
	// Version is that of the schema, "v10_0"; empty tries those there were.
	Version string
	// Published is when the survey sent the alert (kafka.timestamp); zero where
	// that is not known.
	Published time.Time
	// MJD is when it was observed, UTC; 0 or NaN where that is not known.
	MJD float64
	// Topic is the survey's own topic, "ztf_20250302_programid1"; empty where it
	// is not known.
	Topic string
	// Program is ZTF's programid; 0 is the public one, 1.
	Program int64
	// SolarSystem says that an LSST object is one of the solar system's; the
	// other kind is tried too.
	SolarSystem bool
}

// The names of objects are those of the broker's modules that store alerts, as
// its listing gives them:
//
//	<version>/kafkaPublishTimestamp=<YYYY-MM-DD>/<diaObjectId|ssObjectId>=<id>/diaSourceId=<id>.avro
//	<topic>/<objectId>/<candid>.avro
//	<version>/superevent_id=<id>/<alert type>-<YYYY-MM-DD>.json
const (
	lsstBucket = "pitt-alert-broker-lsst_alerts"
	ztfBucket  = "ardent-cycling-243415-ztf_alerts_" // and the version
	lvkBucket  = "ardent-cycling-243415-lvk_alerts"
)

// The versions that the broker has stored, the likeliest first.
var (
	lsstVersions = []string{"v10_0", "v11_1", "v11_0"}
	ztfVersions  = []string{"v4_02", "v3_3", "v3_1", "v3_0", "v1_8"}
	lvkVersions  = []string{"v1_0"}
)

// place is where an object may be.
type place struct{ bucket, name string }

// plain is what an id may be that becomes a part of a name.
var plain = regexp.MustCompile(`^[A-Za-z0-9_.-]+$`)

// UnnamedError says that too little is known of an alert to name its packet.
type UnnamedError struct {
	Alert  Alert
	Reason string
}

// Error says what is missing.
func (e *UnnamedError) Error() string {
	return fmt.Sprintf("the packet of %s can't be named in the bucket: %s", e.Alert.label(), e.Reason)
}

func (a Alert) label() string {
	if a.SourceID == "" || a.SourceID == a.ObjectID {
		return a.ObjectID
	}
	return strings.TrimSpace(a.ObjectID + " " + a.SourceID)
}

// places gives the names that the packet may have, the likeliest first.
func (a Alert) places() ([]place, error) {
	for _, id := range []string{a.ObjectID, a.SourceID} {
		if !plain.MatchString(id) {
			return nil, &UnnamedError{a, "the object's id and the alert's are needed"}
		}
	}
	switch a.Survey {
	case "lsst":
		return a.lsstPlaces()
	case "ztf":
		return a.ztfPlaces()
	}
	return nil, &UnnamedError{a, fmt.Sprintf("the broker stores packets of lsst, ztf and lvk, not of %q", a.Survey)}
}

func (a Alert) lsstPlaces() ([]place, error) {
	days := a.days()
	if len(days) == 0 {
		return nil, &UnnamedError{a, "the day that it was published is not known"}
	}
	kinds := []string{"diaObjectId", "ssObjectId"}
	if a.SolarSystem {
		slices.Reverse(kinds)
	}
	var list []place
	for _, day := range days {
		for _, version := range a.versions(lsstVersions) {
			for _, kind := range kinds {
				list = append(list, place{lsstBucket, fmt.Sprintf("%s/kafkaPublishTimestamp=%s/%s=%s/diaSourceId=%s.avro", version, day.Format(time.DateOnly), kind, a.ObjectID, a.SourceID)})
			}
		}
	}
	return list, nil
}

func (a Alert) ztfPlaces() ([]place, error) {
	var topics []string
	if a.Topic != "" && plain.MatchString(a.Topic) {
		topics = []string{a.Topic}
	} else {
		for _, day := range a.nights() {
			topics = append(topics, fmt.Sprintf("ztf_%s_programid%d", day.Format("20060102"), max(1, a.Program)))
		}
	}
	if len(topics) == 0 {
		return nil, &UnnamedError{a, "neither its topic nor the night of its observation is known"}
	}
	var list []place
	for _, version := range a.versions(ztfVersions) {
		for _, topic := range topics {
			list = append(list, place{ztfBucket + version, topic + "/" + a.ObjectID + "/" + a.SourceID + ".avro"})
		}
	}
	return list, nil
}

// versionName is what a version looks like.
var versionName = regexp.MustCompile(`^v[0-9]+(_[0-9]+)*$`)

func (a Alert) versions(known []string) []string {
	if versionName.MatchString(a.Version) {
		return []string{a.Version}
	}
	return known
}

// days gives the days, UTC, on which an alert of LSST may have been published:
// the one, where that is known, and the next ones after the observation else.
func (a Alert) days() []time.Time {
	if !a.Published.IsZero() {
		day := a.Published.UTC()
		return []time.Time{day, day.AddDate(0, 0, -1), day.AddDate(0, 0, 1)}
	}
	if !(a.MJD > 0) {
		return nil
	}
	day := sky.TimeFromMJD(a.MJD).UTC()
	return []time.Time{day, day.AddDate(0, 0, 1), day.AddDate(0, 0, 2), day.AddDate(0, 0, 3), day.AddDate(0, 0, 4)}
}

// nights gives the nights, by the day on UTC, that ZTF may have named a topic
// after.
func (a Alert) nights() []time.Time {
	day := a.Published.UTC()
	if a.MJD > 0 {
		day = sky.TimeFromMJD(a.MJD).UTC()
	} else if a.Published.IsZero() {
		return nil
	}
	return []time.Time{day, day.AddDate(0, 0, -1), day.AddDate(0, 0, 1)}
}

// Find finds the object that holds an alert's packet, without fetching it: of
// the names that it may have the first that is there. Errors are an
// [*UnnamedError], a [*NotFoundError], and those of the service.
func (s *Store) Find(ctx context.Context, a Alert) (Object, error) {
	if a.Survey == "lvk" {
		return s.findNotice(ctx, a)
	}
	places, err := a.places()
	if err != nil {
		return Object{}, err
	}
	lost := &NotFoundError{Alert: a.label(), Bucket: places[0].bucket, Name: places[0].name, Tried: len(places), NoBucket: true}
	for _, p := range places {
		found, err := s.stat(ctx, p)
		missing := new(NotFoundError)
		if err == nil || !errors.As(err, &missing) {
			return found, err
		}
		lost.NoBucket = lost.NoBucket && missing.NoBucket
	}
	return Object{}, lost
}

// findNotice finds the newest notice of a gravitational-wave event.
func (s *Store) findNotice(ctx context.Context, a Alert) (Object, error) {
	if !plain.MatchString(a.ObjectID) {
		return Object{}, &UnnamedError{a, "the event's id is needed"}
	}
	var newest Object
	var prefix string
	for _, version := range a.versions(lvkVersions) {
		prefix = version + "/superevent_id=" + a.ObjectID + "/"
		list, err := s.List(ctx, lvkBucket, prefix, 1000)
		if err != nil {
			return Object{}, err
		}
		for _, o := range list {
			if newest.Name == "" || o.Created.After(newest.Created) {
				newest = o
			}
		}
	}
	if newest.Name == "" {
		return Object{}, &NotFoundError{Alert: a.label(), Bucket: lvkBucket, Name: prefix, Tried: 1}
	}
	return newest, nil
}
