-- Under which version of its gateway's interface a payment was opened, and is asked about. Until now there was one of each.
ALTER TABLE payments ADD COLUMN api_version INTEGER NOT NULL DEFAULT 1 CHECK (api_version BETWEEN 1 AND 255);

-- Some gateways let one payment be read only once in some seconds: when the next read may be.
ALTER TABLE payments ADD COLUMN read_again_at INTEGER NOT NULL DEFAULT 0;
