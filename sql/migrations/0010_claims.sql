-- What a notification says of one try, an answer about another try does not settle.
ALTER TABLE notifications ADD COLUMN transaction_id TEXT;
