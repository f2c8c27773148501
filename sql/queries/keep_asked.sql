-- Sets the unique amount that an order waits for past the gateways.
INSERT INTO asked_amounts (order_id, price, amount, is_open, asked_at)
VALUES ($1, $2, $3, 1, $4)
ON CONFLICT (order_id) DO UPDATE
SET price = excluded.price, amount = excluded.amount, is_open = 1, asked_at = excluded.asked_at
