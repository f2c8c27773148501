-- The ticket with a code.
SELECT * FROM ticket_rows
WHERE code = $1
