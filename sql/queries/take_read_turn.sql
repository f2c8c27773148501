-- Takes the next turn to query a payment at its gateway and returns its time, unless too many wait; a turn far ahead was taken by a wrong clock.
UPDATE payments
SET read_again_at = CASE WHEN read_again_at > $1 AND read_again_at <= $2 THEN read_again_at ELSE $1 END + $3
WHERE id = $4 AND NOT (read_again_at > $5 AND read_again_at <= $2)
RETURNING read_again_at - $3 AS at
