SELECT * FROM (
SELECT 0 AS pg_version, t.`kafkaPublishTimestamp` AS pg_time, CAST(t.`diaObject`.`diaObjectId` AS STRING) AS pg_id, t.`diaSourceId` AS c0, t.`diaObject`.`diaObjectId` AS c1, t.`ssSource`.`ssObjectId` AS c2, t.`diaSource`.`midpointMjdTai` AS c3
FROM `pitt-alert-broker.lsst.alerts_v11_1` AS t
WHERE (t.`healpix9` BETWEEN @h0a AND @h0b)
  AND (t.`healpix19` BETWEEN @f0a AND @f0b OR t.`healpix19` BETWEEN @f1a AND @f1b OR t.`healpix19` BETWEEN @f2a AND @f2b OR t.`healpix19` BETWEEN @f3a AND @f3b OR t.`healpix19` BETWEEN @f4a AND @f4b OR t.`healpix19` BETWEEN @f5a AND @f5b OR t.`healpix19` BETWEEN @f6a AND @f6b OR t.`healpix19` BETWEEN @f7a AND @f7b OR t.`healpix19` BETWEEN @f8a AND @f8b OR t.`healpix19` BETWEEN @f9a AND @f9b OR t.`healpix19` BETWEEN @f10a AND @f10b OR t.`healpix19` BETWEEN @f11a AND @f11b OR t.`healpix19` BETWEEN @f12a AND @f12b OR t.`healpix19` BETWEEN @f13a AND @f13b OR t.`healpix19` BETWEEN @f14a AND @f14b OR t.`healpix19` BETWEEN @f15a AND @f15b OR t.`healpix19` BETWEEN @f16a AND @f16b)
  AND t.`diaObject`.`diaObjectId` = @id0
)
ORDER BY c3
-- @h0a int64 1839101
-- @h0b int64 1839101
-- @f0a int64 1928437384029
-- @f0b int64 1928437384031
-- @f1a int64 1928437384052
-- @f1b int64 1928437384055
-- @f2a int64 1928437384060
-- @f2b int64 1928437384063
-- @f3a int64 1928437384148
-- @f3b int64 1928437384151
-- @f4a int64 1928437384157
-- @f4b int64 1928437384157
-- @f5a int64 1928437384706
-- @f5b int64 1928437384707
-- @f6a int64 1928437384709
-- @f6b int64 1928437384720
-- @f7a int64 1928437384722
-- @f7b int64 1928437384723
-- @f8a int64 1928437384726
-- @f8b int64 1928437384726
-- @f9a int64 1928437384728
-- @f9b int64 1928437384767
-- @f10a int64 1928437384800
-- @f10b int64 1928437384800
-- @f11a int64 1928437384802
-- @f11b int64 1928437384802
-- @f12a int64 1928437384808
-- @f12b int64 1928437384808
-- @f13a int64 1928437384832
-- @f13b int64 1928437384841
-- @f14a int64 1928437384844
-- @f14b int64 1928437384845
-- @f15a int64 1928437384848
-- @f15b int64 1928437384854
-- @f16a int64 1928437384856
-- @f16b int64 1928437384857
-- @id0 int64 170028485706776685

