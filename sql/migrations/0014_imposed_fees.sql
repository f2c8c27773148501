-- Of what the customer is asked for, the fee that the gateway has put on top of what it was asked to collect.
ALTER TABLE payments ADD COLUMN imposed_fee INTEGER NOT NULL DEFAULT 0 CHECK (imposed_fee >= 0 AND imposed_fee <= payable);
