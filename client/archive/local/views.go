package local

// views are the tables that people ask in SQL: the generic names, ids as text,
// times as RFC 3339 UTC, truth as 1 and 0. Lookups read the tables below them.
const views = `
CREATE VIEW alerts AS SELECT
  CAST(o.object_id AS TEXT) AS object_id, CAST(a.source_id AS TEXT) AS source_id, a.survey AS survey, t.name AS topic, a.message_id AS message_id,
  strftime('%Y-%m-%dT%H:%M:%S', a.publish_time / 1000000, 'unixepoch') || printf('.%06dZ', a.publish_time % 1000000) AS publish_time,
  (SELECT value FROM meta WHERE key = 'simulated') AS simulated,
  a.ra AS ra, a.dec AS dec, a.mjd AS mjd, a.band AS band, a.flux AS flux, a.flux_err AS flux_err, a.mag AS mag, a.mag_err AS mag_err,
  a.mag_total AS mag_total, a.mag_total_err AS mag_total_err, a.flux_total AS flux_total, a.flux_total_err AS flux_total_err,
  a.snr AS snr, a.lim_mag AS lim_mag, a.detected AS detected, a.positive AS positive,
  a.classifier AS classifier, a.classifier_version AS classifier_version, a.class AS class, a.prob AS prob, nullif(a.healpix, -1) AS healpix
  FROM alert a LEFT JOIN object o ON o.id = a.object LEFT JOIN topic t ON t.id = a.topic WHERE a.shown = 1;
CREATE VIEW objects AS SELECT
  CAST(o.object_id AS TEXT) AS object_id, o.survey AS survey, o.ra AS ra, o.dec AS dec, o.alerts AS alerts, o.last_mjd AS last_mjd
  FROM object o;
CREATE VIEW photometry AS SELECT
  CAST(o.object_id AS TEXT) AS object_id, o.survey AS survey, CAST(p.source_id AS TEXT) AS source_id, p.mjd AS mjd, p.band AS band,
  CASE p.kind WHEN 0 THEN 'detection' WHEN 1 THEN 'forced' ELSE 'limit' END AS kind,
  p.flux AS flux, p.flux_err AS flux_err, p.mag AS mag, p.mag_err AS mag_err, p.flux_total AS flux_total, p.mag_total AS mag_total,
  p.lim_mag AS lim_mag, p.snr AS snr, p.ra AS ra, p.dec AS dec, p.visit AS visit, p.detector AS detector, p.from_trigger AS from_trigger
  FROM point p JOIN object o ON o.id = p.object;
CREATE VIEW classifications AS SELECT
  CAST(o.object_id AS TEXT) AS object_id, CAST(a.source_id AS TEXT) AS source_id, a.survey AS survey, a.mjd AS mjd, t.name AS topic,
  strftime('%Y-%m-%dT%H:%M:%S', a.publish_time / 1000000, 'unixepoch') || printf('.%06dZ', a.publish_time % 1000000) AS publish_time,
  c.classifier AS classifier, c.classifier_version AS classifier_version, c.class AS class, c.code AS code, c.prob AS prob, c.band AS band,
  c.primary_class AS "primary"
  FROM classification c JOIN alert a ON a.id = c.alert LEFT JOIN object o ON o.id = a.object LEFT JOIN topic t ON t.id = a.topic;
CREATE VIEW messages AS SELECT
  t.name AS topic, a.message_id AS message_id,
  strftime('%Y-%m-%dT%H:%M:%S', a.publish_time / 1000000, 'unixepoch') || printf('.%06dZ', a.publish_time % 1000000) AS publish_time,
  CAST(o.object_id AS TEXT) AS object_id, CAST(a.source_id AS TEXT) AS source_id, a.survey AS survey, a.mjd AS mjd, a.shown AS shown,
  m.kafka_topic AS kafka_topic, m.kafka_partition AS kafka_partition, m.kafka_offset AS kafka_offset,
  strftime('%Y-%m-%dT%H:%M:%S', m.kafka_time / 1000000, 'unixepoch') || printf('.%06dZ', m.kafka_time % 1000000) AS kafka_time,
  strftime('%Y-%m-%dT%H:%M:%S', m.saved / 1000000, 'unixepoch') || printf('.%06dZ', m.saved % 1000000) AS saved,
  m.origin AS origin, m.attributes AS attributes, length(m.body) AS stored_bytes
  FROM message m JOIN alert a ON a.id = m.id LEFT JOIN object o ON o.id = a.object LEFT JOIN topic t ON t.id = a.topic;
`
