-- Sets the future timestamps of payments to now; their creation to the time that was confirmed before.
UPDATE payments
SET moved_at = min(payments.moved_at, $1),
    denied_since = min(payments.denied_since, $1),
    received_at = min(payments.received_at, $1),
    expires_at = CASE
        WHEN payments.created_at > $2 AND payments.expires_at > payments.created_at
        THEN min(payments.expires_at, $1 + payments.expires_at - payments.created_at)
        ELSE payments.expires_at
    END,
    created_at = CASE WHEN payments.created_at > $2 THEN $3 ELSE payments.created_at END
WHERE payments.moved_at > $2
    OR payments.denied_since > $2
    OR payments.received_at > $2
    OR payments.created_at > $2
