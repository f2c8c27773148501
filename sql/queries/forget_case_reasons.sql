-- Removes the reasons that people gave for their answers from the cases of a customer's orders.
UPDATE cases
SET reason = $1, reason_code = NULL, reason_params = NULL
WHERE reason IS NOT NULL
    AND resolved_by LIKE 'operator:%'
    AND (
        order_id IN (SELECT orders.id FROM orders WHERE orders.customer_id = $2)
        OR payment_id IN (
            SELECT payments.id
            FROM orders
            JOIN payments ON payments.order_id = orders.id
            WHERE orders.customer_id = $2
        )
    )
