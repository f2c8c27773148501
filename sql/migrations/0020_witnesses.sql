-- Which payments a gateway has told of itself, and since when a person takes it that it does not know the others.
ALTER TABLE gateways ADD COLUMN last_known_at INTEGER;
ALTER TABLE gateways ADD COLUMN accepted_at INTEGER;

-- Until this event it was not looked whether a gateway that says "not found" still knows anybody.
ALTER TABLE gateways ADD COLUMN guarded_after INTEGER NOT NULL DEFAULT 0;
UPDATE gateways
SET guarded_after = COALESCE((SELECT max(events.id) FROM events), 0);

-- An import is not the gateway: what it alone has called begun was never seen there.
UPDATE payments
SET seen = 0
WHERE seen = 1
    AND gateway <> 'manual'
    AND origin = 'shop'
    AND transaction_id IS NULL
    AND (last_meaning IS NULL OR substr(last_meaning, 1, 11) = 'not_started')
    AND NOT EXISTS (
        SELECT 1
        FROM observations
        WHERE observations.payment_id = payments.id
            AND substr(observations.meaning, 1, 11) <> 'not_started'
    )
    AND NOT EXISTS (
        SELECT 1
        FROM events
        WHERE events.payment_id = payments.id
            AND events.what = 'payment'
            AND substr(events.actor, 1, 8) = 'gateway:'
            AND COALESCE(events.rule, '') NOT IN ('P10', 'P11', 'P13', 'P18')
    );

UPDATE gateways
SET last_known_at = COALESCE(
    (
        SELECT max(payments.last_answered_at)
        FROM payments
        WHERE payments.gateway = gateways.name
            AND payments.last_meaning IS NOT NULL
            AND payments.last_meaning <> 'foreign'
            AND substr(payments.last_meaning, 1, 11) <> 'not_started'
    ),
    first_answer_at
)
WHERE first_answer_at IS NOT NULL;

-- Whom to ask about when a gateway says only "not found".
CREATE INDEX payments_known ON payments (gateway, id) WHERE seen = 1;
