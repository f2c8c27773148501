-- The incident of a kind that goes on.
SELECT id, kind, subject, began_at, seen_at, ended_at, facts, affected, told_at
FROM incidents
WHERE kind = $1 AND subject = $2 AND ended_at IS NULL
