-- Records that a job has said that the file is held, unless one said so after this instant.
UPDATE file_life
SET told_at = $1
WHERE id = 1 AND held_as_of IS NOT NULL AND (told_at IS NULL OR told_at < $2)
