-- A payment with a refund that its gateway was asked for is asked about by a schedule of its own.
INSERT INTO check_phases (word) VALUES ('refund');

UPDATE payments
SET check_phase = 'refund', check_step = 0, next_check_at = COALESCE(next_check_at, moved_at)
WHERE id IN (SELECT refunds.payment_id FROM refunds WHERE refunds.status IN ('sent', 'unknown'));
