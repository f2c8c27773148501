-- Sets the future timestamps of payments to now; their creation to the time that was confirmed before.
UPDATE payments
SET moved_at = CASE WHEN payments.moved_at > $1 THEN $1 ELSE payments.moved_at END,
    denied_since = CASE WHEN payments.denied_since > $1 THEN $1 ELSE payments.denied_since END,
    received_at = CASE WHEN payments.received_at > $1 THEN $1 ELSE payments.received_at END,
    expires_at = CASE
        WHEN payments.created_at > $2 AND payments.created_at > $1 AND payments.expires_at > payments.created_at
        THEN $1 + payments.expires_at - payments.created_at
        ELSE payments.expires_at
    END,
    created_at = CASE WHEN payments.created_at > $2 THEN $3 ELSE payments.created_at END
WHERE payments.moved_at > $2
    OR payments.denied_since > $2
    OR payments.received_at > $2
    OR payments.created_at > $2
