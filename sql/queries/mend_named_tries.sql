-- Sets the future times of named tries to now.
UPDATE named_tries
SET named_at = CASE WHEN named_tries.named_at > $1 THEN $1 ELSE named_tries.named_at END,
    tried_at = CASE WHEN named_tries.tried_at > $1 THEN $1 ELSE named_tries.tried_at END,
    absent_at = CASE WHEN named_tries.absent_at > $1 THEN $1 ELSE named_tries.absent_at END,
    settled_at = CASE WHEN named_tries.settled_at > $1 THEN $1 ELSE named_tries.settled_at END
WHERE named_tries.named_at > $2
    OR named_tries.tried_at > $2
    OR named_tries.absent_at > $2
    OR named_tries.settled_at > $2
