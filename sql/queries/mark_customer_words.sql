-- Notes of a customer that an order of theirs has words to erase.
UPDATE customers
SET has_words = 1
WHERE id = $1 AND has_words = 0
