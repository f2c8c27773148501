-- The transfer with this reference and bank.
SELECT id
FROM bank_transfers
WHERE direction = $1
    AND reference_key = $2
    AND bank_key = $3
    AND same_as IS NULL
