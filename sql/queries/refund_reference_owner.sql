-- The order, and the refund, that a transfer of the shop's bank has settled already.
SELECT orders.number, refunds.id
FROM refunds
JOIN orders ON orders.id = refunds.order_id
WHERE refunds.bank_reference = $1
