-- Every incident, also those that are over.
SELECT
    id,
    kind,
    subject,
    began_at,
    seen_at,
    ended_at,
    affected,
    told_at,
    over_told_at
FROM incidents
ORDER BY id
