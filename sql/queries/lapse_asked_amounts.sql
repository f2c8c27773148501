-- Removes what a lapsed order was asked to pay past the gateways.
DELETE FROM asked_amounts
WHERE order_id = $1
