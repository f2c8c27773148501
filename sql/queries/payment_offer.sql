-- What a customer needs for a payment, and the key of its opening.
SELECT payments.fee, payments.page_url, payments.qr_text, payments.number, payments.idempotency_key
FROM payments
WHERE payments.id = $1
