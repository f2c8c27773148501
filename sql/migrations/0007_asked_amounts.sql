-- What an order is asked to pay past the gateways: its price and an addition by which a bank's statement tells whose money came.
-- Of the orders that wait for money no two are asked for the same. `is_open` may stay behind when an order has moved on.
CREATE TABLE asked_amounts (
    order_id INTEGER PRIMARY KEY REFERENCES orders (id),
    price INTEGER NOT NULL CHECK (price > 0),
    amount INTEGER NOT NULL CHECK (amount > price),
    is_open INTEGER NOT NULL CHECK (is_open IN (0, 1)),
    asked_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX asked_amounts_open ON asked_amounts (amount) WHERE is_open = 1;
CREATE INDEX asked_amounts_by_amount ON asked_amounts (amount);
