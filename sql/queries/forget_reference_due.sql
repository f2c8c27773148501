-- Records that the reference of a payment was queried and answered.
UPDATE payments
SET reference_due = 0
WHERE id = $1 AND reference_due = 1
