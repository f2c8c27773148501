-- What the shop has noted with an order.
SELECT note, meta
FROM orders
WHERE id = $1
