-- How many units of a product can still be ordered; null without a limit.
SELECT capacity - held - sold
FROM products
WHERE id = $1
