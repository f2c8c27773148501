-- Records how a run ended, whether a gateway's clock confirmed its clock, and whether it found nothing to do.
UPDATE runs
SET ended_at = $1, exit = $2, counts = $3, clock_confirmed = $4, clock_difference_ms = $5, idle = $6
WHERE id = $7
