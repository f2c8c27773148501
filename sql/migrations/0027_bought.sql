-- What one unit of a line gives its buyer, as its product promised when it was ordered; no later edit of the product
-- touches it. Of what has handed something out, that is known.
ALTER TABLE order_lines ADD COLUMN issues_tickets INTEGER NOT NULL DEFAULT 0 CHECK (issues_tickets IN (0, 1));
ALTER TABLE order_lines ADD COLUMN access_seconds INTEGER CHECK (access_seconds > 0);
ALTER TABLE order_lines ADD COLUMN access_from TEXT REFERENCES access_starts (word);
-- The line is older than this: it has the terms that its product had on the day of the migration.
ALTER TABLE order_lines ADD COLUMN terms_are_later INTEGER NOT NULL DEFAULT 0 CHECK (terms_are_later IN (0, 1));

UPDATE order_lines
SET issues_tickets = products.issues_tickets,
    access_seconds = products.access_seconds,
    access_from = products.access_from,
    terms_are_later = 1
FROM products
WHERE products.id = order_lines.product_id;

UPDATE order_lines
SET issues_tickets = tickets > 0,
    access_seconds = (
        SELECT (grants.seconds + order_lines.quantity - 1) / order_lines.quantity
        FROM grants
        WHERE grants.order_line_id = order_lines.id
    ),
    terms_are_later = 0
WHERE tickets > 0 OR gives_access = 1;
