-- What the hooks of an order's effects have said, in the order of the effects.
SELECT id, hook, output, output_cut
FROM effects
WHERE order_id = $1 AND output IS NOT NULL
ORDER BY id
