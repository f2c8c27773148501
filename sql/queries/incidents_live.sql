-- Incidents that go on, and those whose end nobody was told of.
SELECT id, kind, subject, began_at, seen_at, ended_at, facts, affected, told_at
FROM incidents
WHERE over_told_at IS NULL
ORDER BY id
LIMIT 1000
