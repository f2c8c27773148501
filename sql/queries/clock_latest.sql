-- Records when a program began to write, if that is later than before.
UPDATE clock
SET latest_at = $1
WHERE id = 1 AND latest_at < $1
