-- Sets the future timestamps of gateways to now.
UPDATE gateways
SET first_answer_at = CASE WHEN gateways.first_answer_at > $1 THEN $1 ELSE gateways.first_answer_at END,
    last_answer_at = CASE WHEN gateways.last_answer_at > $1 THEN $1 ELSE gateways.last_answer_at END,
    silent_since = CASE WHEN gateways.silent_since > $1 THEN $1 ELSE gateways.silent_since END,
    last_error_at = CASE WHEN gateways.last_error_at > $1 THEN $1 ELSE gateways.last_error_at END
WHERE gateways.first_answer_at > $2
    OR gateways.last_answer_at > $2
    OR gateways.silent_since > $2
    OR gateways.last_error_at > $2
