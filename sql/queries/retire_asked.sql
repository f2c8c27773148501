-- Frees a unique amount once its order no longer waits for money.
UPDATE asked_amounts
SET is_open = 0
WHERE amount = $1
    AND is_open = 1
    AND NOT EXISTS (SELECT 1 FROM orders WHERE orders.id = asked_amounts.order_id AND orders.status = 'pending')
