PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA temp_store = MEMORY;
BEGIN IMMEDIATE;
CREATE TEMP TABLE due (id INTEGER PRIMARY KEY);
INSERT INTO due
    SELECT orders.id FROM orders
    WHERE orders.status = 'pending' AND orders.expires_at < 1784563200000
        AND NOT EXISTS (SELECT 1 FROM payments WHERE payments.order_id = orders.id);
UPDATE products SET held = held - moved.quantity
FROM (
    SELECT product_id, sum(quantity) AS quantity
    FROM due JOIN order_lines ON order_lines.order_id = due.id
    WHERE reservation = 'held'
    GROUP BY product_id
) AS moved
WHERE products.id = moved.product_id;
UPDATE order_lines SET reservation = 'released'
WHERE reservation = 'held' AND order_id IN (SELECT id FROM due);
INSERT INTO events (order_id, at, actor, what, from_word, to_word, rule, why)
    SELECT id, 1784563200000, 'deadline', 'order', 'pending', 'expired', 'O7',
        'its deadline and the grace have passed, and no gateway has a payment of it'
    FROM due;
UPDATE orders SET status = 'expired', moved_at = 1784563200000, version = version + 1
WHERE id IN (SELECT id FROM due);
COMMIT;
