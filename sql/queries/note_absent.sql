-- Records that the gateway answered without showing a requested refund; keeps the first time since it was sent.
UPDATE refunds
SET absent_since = $1, version = version + 1
WHERE id = $2 AND absent_since IS NULL
