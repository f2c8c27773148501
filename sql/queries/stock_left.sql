-- The number of units of a product that can still be ordered; null without a limit.
SELECT capacity - held - sold AS units
FROM products
WHERE id = $1
