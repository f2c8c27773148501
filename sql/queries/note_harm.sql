-- Writes down how far the file was gone through for a kind of harm, and whether that was the end.
UPDATE harms
SET after_id = $1, done_at = $2
WHERE kind = $3
