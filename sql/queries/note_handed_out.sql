-- Keeps with a line what it has handed out.
UPDATE order_lines
SET tickets = $1, gives_access = $2
WHERE id = $3
