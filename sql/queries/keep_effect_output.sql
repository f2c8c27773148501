-- Keeps what the hook of an order's effect has said, unless the customer was erased meanwhile.
UPDATE effects
SET output = $1, output_cut = $2
WHERE id = $3
    AND order_id IS NOT NULL
    AND NOT EXISTS (
        SELECT 1
        FROM orders
        JOIN customers ON customers.id = orders.customer_id
        WHERE orders.id = effects.order_id AND customers.erased_at IS NOT NULL
    )
