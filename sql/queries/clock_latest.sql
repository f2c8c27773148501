-- Remembers at which instant a program has begun to write, if that is the latest so far.
UPDATE clock
SET latest_at = $1
WHERE id = 1 AND latest_at < $1
