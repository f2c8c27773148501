-- Records that no timestamps are in the future any more, and whether everything was repaired or only due times.
UPDATE clock
SET latest_at = $1, must_look = 0, must_mend = $2
WHERE id = 1
