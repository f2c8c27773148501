-- The next payments of a gateway that are due for a query, longest due first.
SELECT due_payment_rows.*
FROM (
    SELECT same.next_check_at AS at, same.id
    FROM payments AS same
    WHERE same.gateway = $1 AND same.next_check_at IS NOT NULL
      AND same.next_check_at = $2 AND same.id > $3 AND (same.next_check_at, same.id) <= ($4, $5)
    UNION ALL
    SELECT later.next_check_at, later.id
    FROM payments AS later
    WHERE later.gateway = $1 AND later.next_check_at IS NOT NULL
      AND later.next_check_at > $2 AND (later.next_check_at, later.id) <= ($4, $5)
    ORDER BY 1, 2
    LIMIT $6
) AS places
JOIN due_payment_rows ON due_payment_rows.id = places.id
ORDER BY places.at, places.id
