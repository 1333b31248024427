SELECT * FROM (
SELECT 0 AS pg_version, t.`kafkaPublishTimestamp` AS pg_time, CAST(t.`ssSource`.`ssObjectId` AS STRING) AS pg_id, t.`diaSourceId` AS c0, t.`diaObject` AS c1, t.`ssSource`.`ssObjectId` AS c2, t.`diaSource`.`reliabilityVersion` AS c3, t.`diaSource`.`exposureTime` AS c4, t.`diaSource`.`midpointMjdTai` AS c5
FROM `pitt-alert-broker.lsst.alerts_v11_1` AS t
WHERE t.`ssSource`.`ssObjectId` IN (@id0, @id1)
UNION ALL
SELECT 1 AS pg_version, t.`kafkaPublishTimestamp` AS pg_time, CAST(t.`ssSource`.`ssObjectId` AS STRING) AS pg_id, t.`diaSourceId` AS c0, t.`diaObject` AS c1, t.`ssSource`.`ssObjectId` AS c2, CAST(NULL AS STRING) AS c3, CAST(NULL AS FLOAT64) AS c4, t.`diaSource`.`midpointMjdTai` AS c5
FROM `pitt-alert-broker.lsst.alerts_v10_0` AS t
WHERE t.`ssSource`.`ssObjectId` IN (@id0, @id1)
)
ORDER BY STRPOS(@order, CONCAT(',', pg_id, ',')), c5
-- @id0 int64 21163624394469969
-- @id1 int64 21165806389311562
-- @order string ,21163624394469969,21165806389311562,

