-- What a gateway has given out for a payment: what is payable, and how.
UPDATE payments
SET payable = $1, fee = $2, page_url = $3, qr_text = $4, number = $5, imposed_fee = $6
WHERE id = $7
