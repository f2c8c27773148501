-- The first open case about a payment.
SELECT id FROM cases WHERE payment_id = $1 AND resolved_at IS NULL ORDER BY id LIMIT 1
