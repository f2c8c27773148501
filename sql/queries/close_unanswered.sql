-- Closes the case that asks why a gateway answers nothing.
UPDATE cases
SET resolved_at = $1, resolution = $2, resolved_by = $3, reason = $4
WHERE kind = 'unanswered' AND subject = 'gateway' AND gateway = $5 AND resolved_at IS NULL
