SELECT pg_id, COUNT(DISTINCT c1) AS alerts, ARRAY_AGG(c2 ORDER BY c4 DESC LIMIT 1)[OFFSET(0)] AS ra, ARRAY_AGG(c3 ORDER BY c4 DESC LIMIT 1)[OFFSET(0)] AS dec, MAX(c4) AS seen FROM (
SELECT 0 AS pg_version, CAST(NULL AS TIMESTAMP) AS pg_time, t.`objectId` AS pg_id, t.`objectId` AS c0, t.`candid` AS c1, t.`candidate`.`ra` AS c2, t.`candidate`.`dec` AS c3, t.`candidate`.`jd` AS c4
FROM `ardent-cycling-243415.ztf.alerts_v4_02` AS t
WHERE STARTS_WITH(t.`objectId`, @prefix)
)
GROUP BY pg_id ORDER BY pg_id LIMIT 1000
-- @prefix string ZTF21ab

