-- Stores the payment instructions that a gateway has returned: the payable amount, and how to pay.
UPDATE payments
SET payable = $1, fee = $2, page_url = $3, qr_text = $4, number = $5, imposed_fee = $6
WHERE id = $7
