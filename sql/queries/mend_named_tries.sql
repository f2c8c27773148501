-- Sets the future times of named tries to now.
UPDATE named_tries
SET named_at = min(named_tries.named_at, $1),
    tried_at = min(named_tries.tried_at, $1),
    absent_at = min(named_tries.absent_at, $1),
    settled_at = min(named_tries.settled_at, $1)
WHERE named_tries.named_at > $2
    OR named_tries.tried_at > $2
    OR named_tries.absent_at > $2
    OR named_tries.settled_at > $2
