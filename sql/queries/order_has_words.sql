-- Whether an order has words that go when its customer is erased.
SELECT orders.id
FROM orders
WHERE orders.id = $1 AND (orders.note IS NOT NULL OR orders.meta IS NOT NULL)
