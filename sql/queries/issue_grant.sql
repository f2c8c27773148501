-- Grants the access that a line has paid for, once.
INSERT INTO grants (order_line_id, seconds, issued_at, starts_at, ends_at)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (order_line_id) DO NOTHING
