-- What is known of every gateway account.
SELECT name, first_answer_at, last_answer_at, silent_since, last_error, last_error_at, clock_difference_ms, last_known_at, accepted_at,
    slowest_ms
FROM gateways
WHERE name <> 'manual'
ORDER BY name
LIMIT 1000
