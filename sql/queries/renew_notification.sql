-- Counts another notification on a shared row; the claim of payment is as recent as the last one, and so is its origin.
UPDATE notifications
SET times = times + 1,
    received_at = $1,
    claims_money = CASE WHEN CAST($2 AS BIGINT) = 1 THEN 1 ELSE claims_money END,
    answered_at = CASE WHEN CAST($2 AS BIGINT) = 1 THEN NULL ELSE answered_at END,
    transaction_id = CASE WHEN CAST($2 AS BIGINT) = 1 THEN $3 ELSE transaction_id END,
    remote_address = $4,
    headers = $5
WHERE digest = $6
