-- Removes what the shop has noted with a customer's orders.
UPDATE orders
SET note = NULL, meta = NULL
WHERE customer_id = $1 AND (note IS NOT NULL OR meta IS NOT NULL)
