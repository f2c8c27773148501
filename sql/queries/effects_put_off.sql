-- The effects that a clock that was ahead has put off, after a given one: queued later than now, or waiting too long.
SELECT * FROM effect_rows
WHERE status IN ('queued', 'waiting')
    AND next_try_at > $1
    AND (status = 'queued' OR next_try_at > $2)
    AND next_try_at >= $3
    AND (next_try_at > $3 OR id > $4)
ORDER BY next_try_at, id
LIMIT $5
