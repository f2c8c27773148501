-- Adds some units of a product to an order.
INSERT INTO order_lines (order_id, product_id, quantity, unit_price, reservation)
VALUES ($1, $2, $3, $4, $5)
