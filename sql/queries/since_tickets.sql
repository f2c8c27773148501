-- Tickets that were issued or redeemed since an instant.
SELECT tickets.code, orders.number, tickets.redeemed_at, tickets.issued_at
FROM tickets
JOIN order_lines ON order_lines.id = tickets.order_line_id
JOIN orders ON orders.id = order_lines.order_id
WHERE tickets.issued_at >= $1 OR tickets.redeemed_at >= $1
ORDER BY tickets.id
LIMIT $2
