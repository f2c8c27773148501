-- All refunds of an order. No limit: a part of them would give a wrong balance.
SELECT id, payment_id, status, reason, amount, declined, transfer_id IS NOT NULL AS by_hand, sent_at, moved_at,
    absent_since, life
FROM refunds
WHERE order_id = $1
ORDER BY id
