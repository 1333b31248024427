package local

// applicationID marks an archive among SQLite files (PRAGMA application_id):
// "pgba".
const applicationID = 0x70676261

// version is the version of the schema below (PRAGMA user_version).
const version = 2

// schema is the archive's tables. Ids of objects and alerts are integers where
// they are digits, else text: half the size, and exact. Times are microseconds
// since 1970 UTC. Floats of 32 bits are kept as the 64-bit float nearest to
// their shortest decimal, so that they print as they were published.
//
// message and alert hold a row for each message; alert.id is message.id, and
// shown (1 or 0) marks the revision of an alert that lookups show. All that a row
// of generic columns needs stands in alert, beside each other and not between
// bodies, in the order of the sky: neighbours there are neighbours in the file,
// so that a cone, and the alerts of an object, are read from few pages. healpix
// is -1 where there is no place. complete says how much of the alert the message
// has: 2 all, 1 all beside a module's result, 0 some fields. A dictionary is what
// bodies of a kind were compressed with; each says with which, in its zstd frame.
// An epoch is a number of an object's point, in no order. In meta, simulated (1
// or 0) is there from the first row on. The views are what people ask in SQL.
const schema = `
CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE topic (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE packet_schema (id INTEGER PRIMARY KEY, name TEXT NOT NULL, hash BLOB NOT NULL UNIQUE, text BLOB NOT NULL);
CREATE TABLE object (
  id INTEGER PRIMARY KEY, survey TEXT NOT NULL, object_id NOT NULL,
  ra REAL, dec REAL, alerts INTEGER NOT NULL, last_mjd REAL,
  UNIQUE (survey, object_id));
CREATE INDEX object_by_text ON object (CAST(object_id AS TEXT));
CREATE TABLE message (
  id INTEGER PRIMARY KEY, identity BLOB NOT NULL UNIQUE,
  kafka_topic TEXT, kafka_partition INTEGER, kafka_offset INTEGER, kafka_time INTEGER,
  saved INTEGER NOT NULL, origin TEXT, read_as TEXT, schema INTEGER REFERENCES packet_schema,
  attributes TEXT NOT NULL, key BLOB, encoding INTEGER NOT NULL, body BLOB NOT NULL);
CREATE TABLE point (
  object INTEGER NOT NULL REFERENCES object, epoch INTEGER NOT NULL, mjd REAL, band TEXT, kind INTEGER NOT NULL,
  source_id, flux REAL, flux_err REAL, mag REAL, mag_err REAL, flux_total REAL, mag_total REAL, lim_mag REAL, snr REAL,
  ra REAL, dec REAL, visit INTEGER, detector INTEGER, from_trigger INTEGER NOT NULL, from_mjd REAL,
  PRIMARY KEY (object, epoch)) WITHOUT ROWID;
` + dictionaryTable + classificationTable + alertTable + alertIndexes + views

const dictionaryTable = `
CREATE TABLE dictionary (id INTEGER PRIMARY KEY, kind TEXT NOT NULL UNIQUE, content BLOB NOT NULL);
`

const classificationTable = `
CREATE TABLE classification (
  alert INTEGER NOT NULL REFERENCES message, number INTEGER NOT NULL, classifier TEXT NOT NULL, classifier_version TEXT, class TEXT, code TEXT,
  prob REAL, band TEXT, primary_class INTEGER NOT NULL,
  PRIMARY KEY (alert, number)) WITHOUT ROWID;
`

const alertTable = `
CREATE TABLE alert (
  healpix INTEGER NOT NULL DEFAULT -1, id INTEGER NOT NULL REFERENCES message,
  ra REAL, dec REAL, mjd REAL, shown INTEGER NOT NULL, complete INTEGER NOT NULL, object INTEGER REFERENCES object,
  topic INTEGER NOT NULL REFERENCES topic, message_id TEXT, publish_time INTEGER, survey TEXT, source_id,
  band TEXT, flux REAL, flux_err REAL, mag REAL, mag_err REAL,
  mag_total REAL, mag_total_err REAL, flux_total REAL, flux_total_err REAL, snr REAL, lim_mag REAL,
  detected INTEGER, positive INTEGER, classifier TEXT, classifier_version TEXT, class TEXT, prob REAL,
  PRIMARY KEY (healpix, id)) WITHOUT ROWID;
`

const alertIndexes = `
CREATE UNIQUE INDEX alert_by_message ON alert (id);
CREATE INDEX alert_by_object ON alert (object, mjd);
CREATE INDEX alert_by_source ON alert (source_id);
`
