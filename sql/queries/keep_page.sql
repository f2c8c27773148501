-- Whether a payment is made on a page, and by which token that page is known; nobody has asked to close this one.
UPDATE payments
SET on_page = $1, token = $2, close_answer = NULL
WHERE id = $3
