-- Records on a line what was issued for it.
UPDATE order_lines
SET tickets = $1, gives_access = $2
WHERE id = $3
