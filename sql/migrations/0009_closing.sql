-- What a gateway answered to the last request to close a payment. Empty: it was not asked, or has not answered.
CREATE TABLE close_answers (word TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
INSERT INTO close_answers (word) VALUES ('closed'), ('refused'), ('unknown');

ALTER TABLE payments ADD COLUMN close_answer TEXT REFERENCES close_answers (word);
