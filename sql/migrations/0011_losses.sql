-- Of what was waived, what had been here and was lost, and whose loss a person has taken. It gives way to money that comes
-- after all.
ALTER TABLE orders ADD COLUMN loss INTEGER NOT NULL DEFAULT 0 CHECK (loss >= 0 AND loss <= waived);
UPDATE orders
SET loss = (
    SELECT CASE WHEN COALESCE(sum(events.amount), 0) < orders.waived THEN COALESCE(sum(events.amount), 0) ELSE orders.waived END
    FROM events
    WHERE events.order_id = orders.id AND events.what = 'note' AND events.rule = 'O14'
)
WHERE waived > 0;
