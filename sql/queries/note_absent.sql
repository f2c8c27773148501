-- The gateway has answered without showing a refund that it was asked for; only the first time since it was sent stays.
UPDATE refunds
SET absent_since = $1, version = version + 1
WHERE id = $2 AND absent_since IS NULL
