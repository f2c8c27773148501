-- How many refunds wait for a person or for their gateway, and for how much.
SELECT count(*) AS refunds, CAST(COALESCE(sum(amount), 0) AS BIGINT) AS total
FROM refunds
WHERE status IN ('due', 'approved', 'sent', 'unknown', 'failed') AND status <> 'failed'
