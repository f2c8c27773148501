-- The unique amount that an order waits for past the gateways.
SELECT price, amount
FROM asked_amounts
WHERE order_id = $1
