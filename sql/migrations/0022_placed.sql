-- By what `order create` an order was placed, so that the same command line again is known.
ALTER TABLE orders ADD COLUMN placed_digest TEXT;
