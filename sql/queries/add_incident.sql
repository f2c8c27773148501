-- Records an incident that was not there before.
INSERT INTO incidents (kind, subject, began_at, seen_at, ended_at, facts, affected)
VALUES ($1, $2, $3, $4, $5, $6, $7)
