-- What the hook of an effect has said when it was done: a JSON object, or a text. It may name the customer.
ALTER TABLE effects ADD COLUMN output TEXT;
