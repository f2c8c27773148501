-- Records a query of a named try by its own id, and whether the gateway does not know it; after the order's deadline and the grace, that settles the try.
UPDATE named_tries
SET tried_at = $1,
    absent_at = CASE WHEN CAST($2 AS BIGINT) = 1 THEN $1 ELSE absent_at END,
    settled_at = CASE
        WHEN CAST($2 AS BIGINT) = 1 AND $1 > $3 + (SELECT orders.expires_at FROM payments JOIN orders ON orders.id = payments.order_id WHERE payments.id = $4)
        THEN $1
    END
WHERE payment_id = $4
    AND transaction_id = $5
    AND settled_at IS NULL
    AND named_at <= $1
