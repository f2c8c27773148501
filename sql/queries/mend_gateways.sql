-- Sets the future timestamps of gateways to now.
UPDATE gateways
SET first_answer_at = min(gateways.first_answer_at, $1),
    last_answer_at = min(gateways.last_answer_at, $1),
    silent_since = min(gateways.silent_since, $1),
    last_error_at = min(gateways.last_error_at, $1)
WHERE gateways.first_answer_at > $2
    OR gateways.last_answer_at > $2
    OR gateways.silent_since > $2
    OR gateways.last_error_at > $2
