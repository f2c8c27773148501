-- Notes which run owes the latest refunds, so that nobody else tells of them while it goes on.
UPDATE refunds
SET run_id = $1
WHERE id > $2
