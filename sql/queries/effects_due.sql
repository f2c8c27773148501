-- The due effects after a given one, longest due first.
SELECT * FROM effect_rows
WHERE status IN ('queued', 'waiting')
    AND next_try_at <= $1
    AND next_try_at >= $2
    AND (next_try_at > $2 OR id > $3)
ORDER BY next_try_at, id
LIMIT $4
