-- Books a transfer; rejects one that was booked already.
INSERT INTO bank_transfers (direction, reference, bank, reference_key, bank_key)
VALUES ($1, $2, $3, $4, $5)
RETURNING id
