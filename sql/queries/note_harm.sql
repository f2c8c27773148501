-- Records how far the file was searched for a kind of damage, and whether that was the end.
UPDATE harms
SET after_id = $1, done_at = $2
WHERE kind = $3
