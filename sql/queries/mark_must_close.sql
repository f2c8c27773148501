-- Marks the payments of an order that must be closed: open ones, once the order is not waiting for money any more.
UPDATE payments
SET must_close = 1 - must_close
WHERE order_id = $1
    AND must_close <> CASE
        WHEN status IN ('created', 'pending', 'challenged')
            AND (SELECT orders.status FROM orders WHERE orders.id = payments.order_id) <> 'pending' THEN 1
        ELSE 0
    END
