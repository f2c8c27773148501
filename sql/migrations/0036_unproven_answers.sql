-- A "not found" about which nobody was asked is news again: it may have come before the account had proved anything.
UPDATE payments
SET last_meaning = last_meaning || '|unproven'
WHERE last_meaning LIKE 'not_started|%'
    AND (received > 0 OR status = 'pending')
    AND NOT EXISTS (
        SELECT 1
        FROM cases
        WHERE cases.payment_id = payments.id
            AND cases.kind IN ('gateway_contradiction', 'forgotten_by_gateway')
            AND (cases.resolved_at IS NULL OR cases.resolution <> 'settled')
    );
