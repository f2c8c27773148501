-- Marks the sold lines of an order as returned, where they can be sold again.
UPDATE order_lines
SET reservation = 'returned'
WHERE order_id = $1
  AND reservation = 'sold'
  AND product_id IN (SELECT products.id FROM products WHERE products.resaleable = 1)
