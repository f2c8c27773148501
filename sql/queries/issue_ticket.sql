-- Issues the ticket of one unit of a line, once.
INSERT INTO tickets (order_line_id, unit, code, issued_at)
VALUES ($1, $2, $3, $4)
ON CONFLICT (order_line_id, unit) DO NOTHING
