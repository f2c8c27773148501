-- What each line has handed out, so that it can be told later, whatever has become of its product.

ALTER TABLE order_lines ADD COLUMN tickets INTEGER NOT NULL DEFAULT 0 CHECK (tickets >= 0);
ALTER TABLE order_lines ADD COLUMN gives_access INTEGER NOT NULL DEFAULT 0 CHECK (gives_access IN (0, 1));

-- People are found by their address whatever the case of its letters: at each check of access, and for a renewal.
CREATE INDEX customers_by_email ON customers (lower(email));
