-- Who has revoked a ticket: a person, or nobody but its order's end; and how many units of a line are free again by that.
ALTER TABLE tickets ADD COLUMN revoked_by TEXT;
ALTER TABLE order_lines ADD COLUMN freed INTEGER NOT NULL DEFAULT 0 CHECK (freed >= 0 AND freed <= quantity);
