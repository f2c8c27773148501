-- Payments that are still payable although their orders no longer wait for money, and that were not tried lately.
SELECT * FROM due_payment_rows
WHERE must_close = 1 AND (close_tried_at IS NULL OR close_tried_at <= $1)
ORDER BY close_tried_at NULLS FIRST, id
LIMIT $2
