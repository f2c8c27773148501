-- Sets the future timestamps of refunds to now.
UPDATE refunds
SET moved_at = min(refunds.moved_at, $1),
    sent_at = min(refunds.sent_at, $1),
    absent_since = min(refunds.absent_since, $1)
WHERE refunds.moved_at > $2 OR refunds.sent_at > $2 OR refunds.absent_since > $2
