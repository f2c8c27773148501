-- Marks the sold lines of an order as returned, if they can be sold again.
UPDATE order_lines
SET reservation = 'returned'
WHERE order_id = $1
  AND reservation = 'sold'
  AND EXISTS (SELECT 1 FROM products WHERE products.id = order_lines.product_id AND products.resaleable = 1)
