-- Closes the case that asks why a gateway answers nothing.
UPDATE cases
SET resolved_at = $1, resolution = $2, resolved_by = $3, reason = $4, reason_code = $5, reason_params = $6
WHERE kind = 'unanswered' AND subject = 'gateway' AND gateway = $7 AND resolved_at IS NULL
