-- Stores the common key of all spellings of a transfer's reference, and the earlier transfer that looks the same.
UPDATE bank_transfers
SET reference_key = $1, same_as = $2
WHERE id = $3
