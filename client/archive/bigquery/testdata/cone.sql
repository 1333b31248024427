SELECT * FROM (
SELECT * FROM (
SELECT *, ROW_NUMBER() OVER (PARTITION BY c0 ORDER BY pg_time DESC, pg_version) AS pg_rank FROM (
SELECT 0 AS pg_version, t.`kafkaPublishTimestamp` AS pg_time, t.`diaSourceId` AS c0, t.`diaObject`.`diaObjectId` AS c1, t.`ssSource`.`ssObjectId` AS c2, t.`diaSource`.`midpointMjdTai` AS c3, t.`diaSource`.`ra` AS c4, t.`diaSource`.`dec` AS c5, t.`diaSource`.`band` AS c6, t.`diaSource`.`psfFlux` AS c7, t.`diaSource`.`psfFluxErr` AS c8, t.`diaSource`.`snr` AS c9
FROM `pitt-alert-broker.lsst.alerts_v11_1` AS t
WHERE t.`kafkaPublishTimestamp` >= @since AND t.`kafkaPublishTimestamp` < @until
  AND (t.`healpix9` BETWEEN @h0a AND @h0b)
  AND (t.`healpix19` BETWEEN @f0a AND @f0b OR t.`healpix19` BETWEEN @f1a AND @f1b OR t.`healpix19` BETWEEN @f2a AND @f2b OR t.`healpix19` BETWEEN @f3a AND @f3b OR t.`healpix19` BETWEEN @f4a AND @f4b OR t.`healpix19` BETWEEN @f5a AND @f5b OR t.`healpix19` BETWEEN @f6a AND @f6b OR t.`healpix19` BETWEEN @f7a AND @f7b OR t.`healpix19` BETWEEN @f8a AND @f8b OR t.`healpix19` BETWEEN @f9a AND @f9b OR t.`healpix19` BETWEEN @f10a AND @f10b OR t.`healpix19` BETWEEN @f11a AND @f11b OR t.`healpix19` BETWEEN @f12a AND @f12b OR t.`healpix19` BETWEEN @f13a AND @f13b OR t.`healpix19` BETWEEN @f14a AND @f14b OR t.`healpix19` BETWEEN @f15a AND @f15b OR t.`healpix19` BETWEEN @f16a AND @f16b OR t.`healpix19` BETWEEN @f17a AND @f17b OR t.`healpix19` BETWEEN @f18a AND @f18b OR t.`healpix19` BETWEEN @f19a AND @f19b)
  AND t.`diaSource`.`midpointMjdTai` >= @observed_since AND t.`diaSource`.`midpointMjdTai` <= @observed_until
)
)
WHERE pg_rank = 1 AND (IF(IS_NAN(c9) OR IS_INF(c9), NULL, c9) >= @w0 AND c6 = @w1)
)
ORDER BY POW(SIN((c5 - @dec) * @half), 2) + COS(c5 * @radian) * @cosdec * POW(SIN((c4 - @ra) * @half), 2)
-- @since time.Time 2026-03-01T00:00:00Z
-- @until time.Time 2026-03-28T00:00:00Z
-- @h0a int64 1839101
-- @h0b int64 1839101
-- @f0a int64 1928437383640
-- @f0b int64 1928437383647
-- @f1a int64 1928437383652
-- @f1b int64 1928437383679
-- @f2a int64 1928437383956
-- @f2b int64 1928437383959
-- @f3a int64 1928437383964
-- @f3b int64 1928437383967
-- @f4a int64 1928437383988
-- @f4b int64 1928437383991
-- @f5a int64 1928437383996
-- @f5b int64 1928437384063
-- @f6a int64 1928437384084
-- @f6b int64 1928437384087
-- @f7a int64 1928437384092
-- @f7b int64 1928437384095
-- @f8a int64 1928437384116
-- @f8b int64 1928437384119
-- @f9a int64 1928437384128
-- @f9b int64 1928437384191
-- @f10a int64 1928437384320
-- @f10b int64 1928437384387
-- @f11a int64 1928437384392
-- @f11b int64 1928437384399
-- @f12a int64 1928437384416
-- @f12b int64 1928437384435
-- @f13a int64 1928437384440
-- @f13b int64 1928437384447
-- @f14a int64 1928437384704
-- @f14b int64 1928437384947
-- @f15a int64 1928437385540
-- @f15b int64 1928437385543
-- @f16a int64 1928437385552
-- @f16b int64 1928437385559
-- @f17a int64 1928437385564
-- @f17b int64 1928437385567
-- @f18a int64 1928437386240
-- @f18b int64 1928437386267
-- @f19a int64 1928437386304
-- @f19b int64 1928437386307
-- @observed_since float64 61099.98
-- @observed_until float64 61119.02
-- @w0 float64 9.999998807907104
-- @w1 string r
-- @dec float64 -30.2
-- @ra float64 270.1
-- @half float64 0.008726646259971648
-- @radian float64 0.017453292519943295
-- @cosdec float64 0.8642748019537047

SELECT * FROM (
SELECT 0 AS pg_version, CAST(NULL AS TIMESTAMP) AS pg_time, t.`objectId` AS c0, t.`candid` AS c1, t.`candidate`.`jd` AS c2, t.`candidate`.`exptime` AS c3, t.`candidate`.`ra` AS c4, t.`candidate`.`dec` AS c5, t.`candidate`.`fid` AS c6, t.`candidate`.`diffmaglim` AS c7, t.`candidate`.`magpsf` AS c8, t.`candidate`.`sigmapsf` AS c9, t.`candidate`.`isdiffpos` AS c10
FROM `ardent-cycling-243415.ztf.alerts_v4_02` AS t
WHERE (t.`candidate`.`dec` BETWEEN @dec0a AND @dec0b AND (t.`candidate`.`ra` BETWEEN @ra0a AND @ra0b))
  AND t.`candidate`.`jd` >= @observed_since AND t.`candidate`.`jd` <= @observed_until
)
ORDER BY POW(SIN((c5 - @dec) * @half), 2) + COS(c5 * @radian) * @cosdec * POW(SIN((c4 - @ra) * @half), 2)
-- @dec0a float64 -30.20138888988889
-- @dec0b float64 -30.19861111011111
-- @ra0a float64 270.0983929986735
-- @ra0b float64 270.10160700132656
-- @observed_since float64 2.46110048e+06
-- @observed_until float64 2.46111952e+06
-- @dec float64 -30.2
-- @ra float64 270.1
-- @half float64 0.008726646259971648
-- @radian float64 0.017453292519943295
-- @cosdec float64 0.8642748019537047

