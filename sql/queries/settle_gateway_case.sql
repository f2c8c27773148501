-- Closes the open case of a kind about a gateway account.
UPDATE cases
SET resolved_at = $1, resolution = $2, resolved_by = $3, reason = $4, reason_code = $5, reason_params = $6
WHERE kind = $7 AND subject = 'gateway' AND gateway = $8 AND resolved_at IS NULL
