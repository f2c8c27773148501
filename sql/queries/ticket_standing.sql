-- Whether a ticket has been redeemed.
SELECT tickets.redeemed_at IS NOT NULL AS is_redeemed
FROM tickets
WHERE tickets.code = $1
