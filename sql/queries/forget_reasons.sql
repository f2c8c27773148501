-- Takes out of the trail of a customer's orders what people have written; when, who, what and by which rule stays.
UPDATE events
SET why = $1
WHERE order_id IN (SELECT orders.id FROM orders WHERE orders.customer_id = $2)
    AND actor LIKE 'operator:%'
    -- Why somebody has revoked access stands behind what was revoked.
    AND (what <> 'handed_out' OR why LIKE 'access to %: %')
