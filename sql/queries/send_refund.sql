-- Records that a refund is about to be sent through its gateway; keeps the key and the time of the first attempt.
UPDATE refunds
SET status = 'sent', refund_key = COALESCE(refund_key, $1), sent_at = COALESCE(sent_at, $2), moved_at = $2,
    absent_since = NULL, version = version + 1
WHERE id = $3 AND status = $4
