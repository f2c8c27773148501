-- The payment instructions of a payment, and the idempotency key of its opening.
SELECT payments.fee, payments.page_url, payments.qr_text, payments.number, payments.idempotency_key
FROM payments
WHERE payments.id = $1
