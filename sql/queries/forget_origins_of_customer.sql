-- Removes where the notifications about a customer's orders came from.
UPDATE notifications
SET remote_address = NULL, headers = NULL
WHERE headers IS NOT NULL
    AND payment_id IN (
        SELECT payments.id
        FROM orders
        JOIN payments ON payments.order_id = orders.id
        WHERE orders.customer_id = $1
    )
