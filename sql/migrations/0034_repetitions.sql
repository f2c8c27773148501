-- How often a person has had a done effect delivered once more, under the same key.
ALTER TABLE effects ADD COLUMN repetition INTEGER NOT NULL DEFAULT 0 CHECK (repetition >= 0);
DROP VIEW effect_rows;
CREATE VIEW effect_rows AS
SELECT
    id, key, order_id, refund_id, case_id, occasion, hook, nth, kind, repeatable, status, tries, next_try_at,
    claimed_at, last_error, version, claimed_host, claimed_until, repetition
FROM effects;
