-- What lists show besides: the price of an access, when an effect was queued, and whether a hook said more than is kept of it.
ALTER TABLE effects ADD COLUMN output_cut INTEGER NOT NULL DEFAULT 0 CHECK (output_cut IN (0, 1));
-- Of older effects nobody has noted it: what fills the room was cut, unless it looks like a whole object.
UPDATE effects SET output_cut = 1 WHERE length(CAST(output AS BLOB)) >= 4093 AND output NOT LIKE '{%}';

DROP VIEW effect_rows;
CREATE VIEW effect_rows AS
SELECT
    id, key, order_id, refund_id, case_id, occasion, hook, nth, kind, repeatable, status, tries, next_try_at,
    claimed_at, last_error, version, claimed_host, claimed_until, repetition, created_at
FROM effects;

DROP VIEW access_rows;
CREATE VIEW access_rows AS
SELECT
    grants.id, order_lines.order_id,
    (SELECT orders.number FROM orders WHERE orders.id = order_lines.order_id) AS number,
    products.sku,
    (SELECT customers.email
       FROM orders JOIN customers ON customers.id = orders.customer_id
      WHERE orders.id = order_lines.order_id) AS email,
    grants.seconds, grants.issued_at, grants.starts_at, grants.ends_at, grants.suspended_at, grants.revoked_at,
    order_lines.unit_price * order_lines.quantity AS amount
FROM grants
JOIN order_lines ON order_lines.id = grants.order_line_id
JOIN products ON products.id = order_lines.product_id;
