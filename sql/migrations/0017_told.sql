-- When a person was told of what waits for one; nobody was, so far. What a run has opened, it tells itself at its end.
ALTER TABLE cases ADD COLUMN told_at INTEGER;
ALTER TABLE cases ADD COLUMN run_id INTEGER;
ALTER TABLE refunds ADD COLUMN told_at INTEGER;
ALTER TABLE refunds ADD COLUMN run_id INTEGER;
CREATE INDEX cases_untold ON cases (id) WHERE resolved_at IS NULL AND told_at IS NULL;
CREATE INDEX refunds_untold ON refunds (id) WHERE status IN ('due', 'approved') AND told_at IS NULL;

-- When a person was last told that an overdue order is kept for one.
ALTER TABLE orders ADD COLUMN kept_told_at INTEGER;

-- What an older version has left without anybody who asks about it is asked about once more: a wrong amount without its
-- case, and a pending order of which nothing would be asked again.
UPDATE payments
SET next_check_at = moved_at
WHERE status = 'mismatch'
    AND gateway <> 'manual'
    AND received > charged_back + (
        SELECT COALESCE(sum(refunds.amount), 0)
        FROM refunds
        WHERE refunds.payment_id = payments.id AND refunds.status NOT IN ('failed', 'rejected')
    )
    AND NOT EXISTS (
        SELECT 1 FROM cases
        WHERE cases.payment_id = payments.id AND cases.kind = 'amount_mismatch' AND cases.resolved_at IS NULL
    );
UPDATE payments
SET next_check_at = moved_at
WHERE gateway <> 'manual'
    AND COALESCE(last_meaning, '') <> 'foreign'
    AND order_id IN (
        SELECT orders.id
        FROM orders
        WHERE orders.status = 'pending'
            AND NOT EXISTS (
                SELECT 1 FROM payments AS asked WHERE asked.order_id = orders.id AND asked.next_check_at IS NOT NULL
            )
    );
