-- What a shop notes with an order in its own words: a text, and a JSON object of texts by key. Personal data.
ALTER TABLE orders ADD COLUMN note TEXT;
ALTER TABLE orders ADD COLUMN meta TEXT;
-- Whether an order of theirs has words that may name them: they go when the customer is erased.
ALTER TABLE customers ADD COLUMN has_words INTEGER NOT NULL DEFAULT 0 CHECK (has_words IN (0, 1));
