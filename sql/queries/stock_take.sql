-- Counts units of a product as sold elsewhere, but only if enough are left.
UPDATE products
SET sold = sold + $1
WHERE id = $2 AND (capacity IS NULL OR held + sold + $1 <= capacity)
