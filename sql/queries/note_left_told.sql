-- Records that queries left behind at a gateway were reported, unless that was reported recently.
UPDATE gateways
SET left_told_at = $1
WHERE name = $2 AND (left_told_at IS NULL OR left_told_at <= $3 OR left_told_at > $1)
