-- The order, and the payment, for which a transfer was booked already.
SELECT orders.number, payments.id
FROM payments
JOIN orders ON orders.id = payments.order_id
WHERE payments.bank_reference = $1
