-- The number of a gateway's payments that remain to be queried, without those that are due or were queried since the run began.
SELECT
    (SELECT count(*) FROM payments WHERE gateway = $1 AND next_check_at IS NOT NULL AND last_asked_at < $2 AND next_check_at > $2)
    + (SELECT count(*) FROM payments WHERE gateway = $1 AND next_check_at IS NOT NULL AND last_asked_at > $3 AND next_check_at > $2) AS payments
