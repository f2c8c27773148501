-- Transfers of a bank, by the reference that a person has typed from its statement. The keys are what all spellings of
-- a reference and of a bank's name have in common; the program computes them. A transfer can pay several orders. The
-- columns bank_reference of payments and refunds, which compared spellings, are empty from now on.
CREATE TABLE transfer_directions (word TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
INSERT INTO transfer_directions (word) VALUES ('in'), ('out');
CREATE TABLE bank_transfers (
    id INTEGER PRIMARY KEY,
    direction TEXT NOT NULL REFERENCES transfer_directions (word),
    reference TEXT NOT NULL,
    bank TEXT,
    reference_key TEXT,
    bank_key TEXT NOT NULL DEFAULT '',
    -- An earlier one that looks the same: both were booked before spellings were compared.
    same_as INTEGER REFERENCES bank_transfers (id),
    -- A person says that they are two.
    told_apart INTEGER NOT NULL DEFAULT 0 CHECK (told_apart IN (0, 1))
) STRICT;
CREATE UNIQUE INDEX bank_transfers_by_key ON bank_transfers (direction, reference_key, bank_key) WHERE same_as IS NULL;
CREATE INDEX bank_transfers_same ON bank_transfers (same_as) WHERE same_as IS NOT NULL;
ALTER TABLE payments ADD COLUMN transfer_id INTEGER REFERENCES bank_transfers (id);
ALTER TABLE refunds ADD COLUMN transfer_id INTEGER REFERENCES bank_transfers (id);
CREATE INDEX payments_by_transfer ON payments (transfer_id) WHERE transfer_id IS NOT NULL;
CREATE INDEX refunds_by_transfer ON refunds (transfer_id) WHERE transfer_id IS NOT NULL;

INSERT INTO case_kinds (word) VALUES ('same_transfer');

INSERT INTO bank_transfers (id, direction, reference)
SELECT id, 'in', bank_reference FROM payments WHERE bank_reference IS NOT NULL;
UPDATE payments SET transfer_id = id, bank_reference = NULL WHERE bank_reference IS NOT NULL;

-- Their ids follow those of all payments, so that each row finds its own.
INSERT INTO bank_transfers (id, direction, reference)
SELECT (SELECT coalesce(max(id), 0) FROM payments) + id, 'out', bank_reference
FROM refunds WHERE bank_reference IS NOT NULL;
UPDATE refunds SET transfer_id = (SELECT coalesce(max(id), 0) FROM payments) + id, bank_reference = NULL
WHERE bank_reference IS NOT NULL;
