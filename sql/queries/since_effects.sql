-- Effects that were done or tried since an instant, with what they said.
SELECT
    effects.id, effects.key, effects.order_id, orders.number, effects.hook, effects.occasion, effects.status,
    effects.moved_at, effects.output, effects.output_cut
FROM effects
LEFT JOIN orders ON orders.id = effects.order_id
WHERE effects.moved_at >= $1 AND effects.status IN ('done', 'running', 'waiting', 'uncertain', 'dead')
ORDER BY effects.id
LIMIT $2
