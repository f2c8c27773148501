-- Sets the future timestamps of refunds to now.
UPDATE refunds
SET moved_at = CASE WHEN refunds.moved_at > $1 THEN $1 ELSE refunds.moved_at END,
    sent_at = CASE WHEN refunds.sent_at > $1 THEN $1 ELSE refunds.sent_at END,
    absent_since = CASE WHEN refunds.absent_since > $1 THEN $1 ELSE refunds.absent_since END
WHERE refunds.moved_at > $2 OR refunds.sent_at > $2 OR refunds.absent_since > $2
