-- Payments that were queried for long without an answer or without an end, and that no case asks about.
SELECT payments.order_id, payments.id, payments.gateway, gateways.last_answer_at, gateways.silent_since
FROM payments
JOIN gateways ON gateways.name = payments.gateway
WHERE payments.check_phase IN ('silent', 'overdue')
    AND payments.next_check_at IS NOT NULL
    AND ((payments.check_phase = 'silent'
            AND payments.check_step + 1 >= $1
            AND ((payments.silent_since < $2 AND gateways.last_answer_at >= $2)
                OR gateways.silent_since < $2)
            AND NOT EXISTS (
                SELECT 1
                FROM cases
                WHERE cases.gateway = payments.gateway
                    AND cases.kind = 'unanswered'
                    AND (cases.resolved_at IS NULL OR cases.opened_at >= gateways.silent_since)
            )
            AND NOT EXISTS (
                SELECT 1
                FROM cases
                WHERE cases.payment_id = payments.id
                    AND cases.kind = 'unanswered'
                    AND cases.opened_at >= COALESCE(payments.last_answered_at, payments.created_at)
            ))
        OR (payments.check_phase = 'overdue'
            AND payments.expires_at < $3
            AND NOT EXISTS (
                SELECT 1
                FROM cases
                WHERE cases.payment_id = payments.id AND cases.kind = 'cannot_close' AND cases.rule = 'S2'
            )))
    AND NOT EXISTS (
        SELECT 1 FROM cases WHERE cases.payment_id = payments.id AND cases.resolved_at IS NULL
    )
ORDER BY payments.id
LIMIT $4
