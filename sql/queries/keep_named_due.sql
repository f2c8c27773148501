-- Makes payments with an unanswered named try due by a given time.
UPDATE payments
SET next_check_at = $1
WHERE id IN (SELECT named_tries.payment_id FROM named_tries WHERE named_tries.settled_at IS NULL)
    AND COALESCE(last_meaning, '') <> 'foreign'
    AND (next_check_at IS NULL OR next_check_at > $1)
