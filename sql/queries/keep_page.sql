-- Whether a payment is made on a page, and by which token that page is known.
UPDATE payments
SET on_page = $1, token = $2
WHERE id = $3
