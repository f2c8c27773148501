-- Stores whether a payment is made on a page, and the page's token; resets the answer to a close request.
UPDATE payments
SET on_page = $1, token = $2, close_answer = NULL
WHERE id = $3
