-- What a gateway itself has shown as refunded, an unbroken row of answers that show less than before, and how much more
-- had gone back than came in when a person was last asked about that.
ALTER TABLE payments ADD COLUMN shown_refunded INTEGER NOT NULL DEFAULT 0 CHECK (shown_refunded >= 0);
ALTER TABLE payments ADD COLUMN less_back_since INTEGER;
ALTER TABLE payments ADD COLUMN less_refunded INTEGER NOT NULL DEFAULT 0 CHECK (less_refunded >= 0);
ALTER TABLE payments ADD COLUMN less_charged_back INTEGER NOT NULL DEFAULT 0 CHECK (less_charged_back >= 0);
ALTER TABLE payments ADD COLUMN excess_told INTEGER NOT NULL DEFAULT 0 CHECK (excess_told >= 0);

INSERT INTO case_kinds (word) VALUES ('refunded_twice'), ('refund_taken_back');

-- So far a refund that has happened was shown by the gateway, or was sent by the shop's bank, or has arrived by a person's word.
UPDATE payments
SET shown_refunded = (
    SELECT CAST(COALESCE(sum(refunds.amount), 0) AS BIGINT)
    FROM refunds
    WHERE refunds.payment_id = payments.id AND refunds.status IN ('done', 'external') AND refunds.transfer_id IS NULL
)
WHERE refunded > 0
  AND NOT EXISTS (
      SELECT 1
      FROM cases
      WHERE cases.payment_id = payments.id AND cases.kind = 'refund_unknown' AND cases.resolution = 'accepted'
  );
