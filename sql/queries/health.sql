-- What is known of a gateway account.
SELECT first_answer_at, last_answer_at, silent_since, last_error, last_error_at, clock_difference_ms, last_known_at, accepted_at, slowest_ms
FROM gateways
WHERE name = $1
