-- Records how a run ended, and whether a gateway's clock confirmed its clock.
UPDATE runs
SET ended_at = $1, exit = $2, counts = $3, clock_confirmed = $4, clock_difference_ms = $5
WHERE id = $6
