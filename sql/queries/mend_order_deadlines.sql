-- Moves the deadlines of orders dated in the future: they wait for their full period from now on.
UPDATE orders
SET expires_at = CASE
        WHEN orders.expires_at > orders.created_at AND orders.created_at > $1
        THEN $1 + orders.expires_at - orders.created_at
        ELSE orders.expires_at
    END,
    created_at = $1
WHERE orders.status = 'pending' AND orders.created_at > $2
