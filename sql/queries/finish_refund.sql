-- Records that the shop's bank has sent a refund; its bank reference can be used only once.
UPDATE refunds
SET status = 'done', moved_at = $1, transfer_id = $2, declined = 0, version = version + 1
WHERE id = $3 AND status = $4
