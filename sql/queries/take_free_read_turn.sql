-- Takes the turn to query a payment at its gateway if it is free; a turn far ahead was taken by a wrong clock.
UPDATE payments
SET read_again_at = $1 + $2
WHERE id = $3 AND (read_again_at <= $1 OR read_again_at > $4)
