-- Incidents of a kind of which a hook has not told the end, and when it last told of them.
SELECT
    incidents.id, kind, subject, began_at, seen_at, ended_at, facts, affected, alerts.sent_at AS told_at,
    COALESCE(alerts.times, 0) AS times
FROM incidents
LEFT JOIN alerts ON alerts.incident_id = incidents.id AND alerts.hook = $1
WHERE
    kind = $2
    AND alerts.over_sent_at IS NULL
    AND (ended_at IS NULL OR ended_at >= $3 OR (alerts.sent_at IS NOT NULL AND ended_at >= $4))
ORDER BY incidents.id
LIMIT 20
