-- Reserves units of a product, but only if enough are left.
UPDATE products
SET held = held + $1
WHERE id = $2 AND (capacity IS NULL OR held + sold + $1 <= capacity)
