-- Moves an order, but only if it has not changed since it was read.
UPDATE orders
SET status = $1,
    moved_at = $2,
    is_late = CASE WHEN CAST($3 AS BIGINT) = 1 THEN 1 ELSE is_late END,
    version = version + 1
WHERE id = $4 AND version = $5 AND status = $6
