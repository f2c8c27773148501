-- Writes down when it was told that questions to a gateway are left behind, unless that was told lately.
UPDATE gateways
SET left_told_at = $1
WHERE name = $2 AND (left_told_at IS NULL OR left_told_at <= $3 OR left_told_at > $1)
