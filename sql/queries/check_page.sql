-- The next payments of a gateway to query, least recently queried first, without those that were due or were queried since the run began.
SELECT due_payment_rows.*
FROM (
    SELECT same.last_asked_at AS at, same.id
    FROM payments AS same
    WHERE same.gateway = $1 AND same.next_check_at IS NOT NULL
      AND same.last_asked_at = $2 AND same.id > $3 AND (same.last_asked_at, same.id) <= ($4, $5)
      AND same.next_check_at > $6
    UNION ALL
    SELECT later.last_asked_at, later.id
    FROM payments AS later
    WHERE later.gateway = $1 AND later.next_check_at IS NOT NULL
      AND later.last_asked_at > $2 AND later.last_asked_at < $6 AND (later.last_asked_at, later.id) <= ($4, $5)
      AND later.next_check_at > $6
    UNION ALL
    SELECT ahead.last_asked_at, ahead.id
    FROM payments AS ahead
    WHERE ahead.gateway = $1 AND ahead.next_check_at IS NOT NULL
      AND ahead.last_asked_at > $7 AND (ahead.last_asked_at, ahead.id) <= ($4, $5)
      AND ahead.next_check_at > $6
    ORDER BY 1, 2
    LIMIT $8
) AS places
JOIN due_payment_rows ON due_payment_rows.id = places.id
ORDER BY places.at, places.id
