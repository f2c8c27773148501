-- Stores what is known of a gateway account.
INSERT INTO gateways (
    name, first_answer_at, last_answer_at, silent_since, last_error, last_error_at, clock_difference_ms, last_known_at, slowest_ms
)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (name) DO UPDATE
SET first_answer_at = excluded.first_answer_at,
    last_answer_at = excluded.last_answer_at,
    silent_since = excluded.silent_since,
    last_error = excluded.last_error,
    last_error_at = excluded.last_error_at,
    clock_difference_ms = excluded.clock_difference_ms,
    last_known_at = excluded.last_known_at,
    slowest_ms = excluded.slowest_ms
