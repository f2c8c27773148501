-- Counts one more of many that share a row: its claim of money is as young as the last of them.
UPDATE notifications
SET times = times + 1,
    received_at = $1,
    claims_money = CASE WHEN $2 = 1 THEN 1 ELSE claims_money END,
    answered_at = CASE WHEN $2 = 1 THEN NULL ELSE answered_at END,
    transaction_id = CASE WHEN $2 = 1 THEN $3 ELSE transaction_id END
WHERE digest = $4
