-- Records what a hook has told of an incident.
INSERT INTO alerts (incident_id, hook, times, sent_at, over_sent_at)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (incident_id, hook) DO UPDATE
SET times = excluded.times, sent_at = excluded.sent_at, over_sent_at = excluded.over_sent_at
