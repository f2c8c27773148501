-- Marks the open payments of an order for closing once the order no longer waits for money, and unmarks the others.
UPDATE payments
SET must_close = 1 - must_close
WHERE order_id = $1
    AND must_close <> CASE
        WHEN status IN ('created', 'pending', 'challenged')
            AND (SELECT orders.status FROM orders WHERE orders.id = payments.order_id) <> 'pending' THEN 1
        ELSE 0
    END
