SELECT 0 AS pg_version, t.`kafkaPublishTimestamp` AS pg_time, CAST(t.`diaObject`.`diaObjectId` AS STRING) AS pg_id, t.`healpix9` AS c0
FROM `pitt-alert-broker.lsst.alerts_v11_1` AS t
WHERE t.`kafkaPublishTimestamp` >= @since
  AND t.`diaObject`.`diaObjectId` = @id0
-- @since time.Time 2026-03-01T00:00:00Z
-- @id0 int64 170028485706776685

SELECT * FROM (
SELECT 0 AS pg_version, t.`kafkaPublishTimestamp` AS pg_time, CAST(t.`diaObject`.`diaObjectId` AS STRING) AS pg_id, t.`diaSourceId` AS c0, t.`diaObject`.`diaObjectId` AS c1, t.`ssSource`.`ssObjectId` AS c2, t.`diaSource`.`midpointMjdTai` AS c3, t.`diaSource`.`ra` AS c4, t.`diaSource`.`dec` AS c5, t.`diaSource`.`band` AS c6, t.`diaSource`.`psfFlux` AS c7, t.`diaSource`.`psfFluxErr` AS c8, t.`diaSource`.`snr` AS c9
FROM `pitt-alert-broker.lsst.alerts_v11_1` AS t
WHERE t.`kafkaPublishTimestamp` >= @since AND (t.`kafkaPublishTimestamp` >= @from0 AND t.`kafkaPublishTimestamp` < @to0 OR t.`kafkaPublishTimestamp` >= @from1 AND t.`kafkaPublishTimestamp` < @to1)
  AND (t.`healpix9` BETWEEN @h0a AND @h0b)
  AND t.`diaObject`.`diaObjectId` = @id0
  AND t.`diaSource`.`midpointMjdTai` >= @observed_since
)
ORDER BY c3
-- @since time.Time 2026-03-01T00:00:00Z
-- @from0 time.Time 2026-03-03T00:00:00Z
-- @to0 time.Time 2026-03-05T00:00:00Z
-- @from1 time.Time 2026-04-01T00:00:00Z
-- @to1 time.Time 2026-04-02T00:00:00Z
-- @h0a int64 1839101
-- @h0b int64 1839101
-- @id0 int64 170028485706776685
-- @observed_since float64 61099.98

