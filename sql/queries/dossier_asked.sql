-- What an order is asked to pay past the gateways.
SELECT price, amount
FROM asked_amounts
WHERE order_id = $1
