-- Whether an order has words that go when its customer is erased: of the shop, or of hooks.
SELECT orders.id
FROM orders
WHERE orders.id = $1
    AND (orders.note IS NOT NULL
        OR orders.meta IS NOT NULL
        OR EXISTS (SELECT 1 FROM effects WHERE effects.order_id = orders.id AND effects.output IS NOT NULL))
