-- Unfinished refunds, the longest due first; a failed one becomes due again under another id.
SELECT * FROM refund_rows
WHERE status IN ('due', 'approved', 'sent', 'unknown', 'failed')
    AND status <> 'failed'
    AND (CAST($1 AS TEXT) IS NULL OR status = $1)
    AND (CAST($2 AS TEXT) IS NULL OR number = $2)
    AND id > $3
ORDER BY id
LIMIT $4
